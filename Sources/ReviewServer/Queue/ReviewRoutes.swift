import Captions
import Foundation
import Hummingbird
import Manifest
import Model
import Pipeline
import Review
import ReviewDesk

/// What the review page asks for.
extension ReviewServer {
    func addReview(to router: Router<ReviewContext>) {
        router.get("/api/session") { _, context in try session(context) }
        router.post("/api/queue") { request, context in try await give(request, context) }
        router.post("/api/decisions") { request, context in try await decide(request, context) }
        router.post("/api/leases") { request, context in try await heartbeat(request, context) }
        router.post("/api/leases/release") { request, context in try await release(request, context) }
        router.post("/api/captions") { request, context in try await normalize(request, context) }
        router.get("/api/clips/:clip/neighbours") { _, context in try await neighbours(context) }
        router.get("/api/record") { request, context in try await record(request, context) }
    }

    private struct SessionDocument: Encodable {
        let name: String
        let role: Person.Role
        let csrf: String
        let dataset: String
        let reasons: [String]
        let levels: [String]
        let leaseSeconds: Double
        let heartbeatSeconds: Double
        let preload: Int
        let goldFeedback: Recipe.Review.GoldFeedback
    }

    private func session(_ context: ReviewContext) throws -> Response {
        let person = try context.person()
        let recipe = workspace.recipe
        return try JSONAnswer.response(
            SessionDocument(
                name: person.name, role: person.role, csrf: context.visitor?.session.csrf ?? "",
                dataset: "\(recipe.name) \(recipe.version)", reasons: recipe.review.reasons,
                levels: recipe.labels.level, leaseSeconds: options.leaseSeconds,
                heartbeatSeconds: options.leaseSeconds / 4, preload: 3, goldFeedback: recipe.review.goldFeedback))
    }

    private struct QueueRequest: Decodable {
        var want: Int
        var have: [ClipID]?
        var clip: ClipID?
    }

    private struct QueueDocument: Encodable {
        let clips: [ClipDocument]
        let left: Int
        let decided: Int
    }

    private func give(_ request: Request, _ context: ReviewContext) async throws -> Response {
        let person = try context.person()
        let asked = try await JSONAnswer.decode(QueueRequest.self, from: request, context)
        let leased = await queue.give(
            .init(count: min(8, max(0, asked.want)), have: Array((asked.have ?? []).prefix(16)), first: asked.clip),
            to: person.name, now: Moment.now())
        let (manifest, workspace) = (manifest, workspace)
        let known = await queue.answers(of: person.name)
        let (clips, decided) = try await BlockingWork.read {
            let clips = try leased.clips.compactMap { id -> ClipDocument? in
                guard let sheet = try manifest.queue.sheet(of: id, profile: workspace.recipe.mainProfile.name) else {
                    return nil
                }
                let mine =
                    id == asked.clip
                    ? ClipVoices(try manifest.decisions.on(id)).voices.first { $0.reviewer == person.name } : nil
                return try ClipDocument(sheet, mine: mine, in: workspace, manifest)
            }
            if let first = asked.clip, clips.first?.clipId != first { throw Refusal.notFound("The clip") }
            return (clips, try known ?? manifest.decisions.decidedClips(by: person.name))
        }
        await queue.remember(answers: decided, of: person.name)
        let document = QueueDocument(clips: clips, left: leased.left, decided: decided)
        return try JSONAnswer.response(document)
    }

    private func decide(_ request: Request, _ context: ReviewContext) async throws -> Response {
        let person = try context.person()
        let answer = try await JSONAnswer.decode(Answer.self, from: request, context)
        let (answers, manifest) = (answers, manifest)
        let (result, number) = try await BlockingWork.write {
            (try answers.take(answer, by: person.name, now: Moment.now()), try manifest.decisions.last())
        }
        for (clip, voices) in result.touched {
            // A trimmed span is no part of the queue before it is cut.
            let isCut = clip.id == answer.clipId
            if isCut {
                await queue.update(clip.id, source: clip.source, voices: voices, at: number, by: person.name)
            }
        }
        await queue.noteAnswers(result.answered, of: person.name)
        return try JSONAnswer.response(result.receipt)
    }

    private struct LeaseRequest: Decodable {
        var clips: [ClipID]
        var skip: Bool?
    }

    private struct LeaseDocument: Encodable {
        struct Lost: Encodable {
            let clipId: ClipID
            let message: String
        }
        let held: [ClipID]
        let lost: [Lost]
    }

    private func heartbeat(_ request: Request, _ context: ReviewContext) async throws -> Response {
        let person = try context.person()
        let clips = try await JSONAnswer.decode(LeaseRequest.self, from: request, context).clips.prefix(16)
        let lost = await queue.heartbeat(Array(clips), of: person.name, now: Moment.now())
        return try JSONAnswer.response(
            LeaseDocument(
                held: clips.filter { !lost.contains($0) },
                lost: lost.map {
                    .init(clipId: $0, message: "Another reviewer may have this clip now; your answer still counts.")
                }))
    }

    private func release(_ request: Request, _ context: ReviewContext) async throws -> Response {
        let person = try context.person()
        let lease = try await JSONAnswer.decode(LeaseRequest.self, from: request, context)
        await queue.release(Array(lease.clips.prefix(16)), by: person.name, skip: lease.skip ?? false)
        return try JSONAnswer.response([String: String]())
    }

    private struct CaptionRequest: Decodable { var text: String }

    private struct CaptionDocument: Encodable {
        let text: String
        let edits: [NormalizedCaption.Edit]
        let flags: [String]
        let warnings: [String]
    }

    private func normalize(_ request: Request, _ context: ReviewContext) async throws -> Response {
        _ = try context.person()
        let normal = Normalizer.normalize(try await JSONAnswer.decode(CaptionRequest.self, from: request, context).text)
        return try JSONAnswer.response(
            CaptionDocument(
                text: normal.text, edits: normal.edits, flags: normal.flags,
                warnings: CaptionWarning.texts(normal.flags)))
    }

    private struct NeighbourDocument: Encodable {
        struct Shot: Encodable {
            let `where`: String
            let startSeconds: Double
            let endSeconds: Double
            let pictures: [String]
        }
        let shots: [Shot]
    }

    private func neighbours(_ context: ReviewContext) async throws -> Response {
        _ = try context.person()
        let id = ClipID(rawValue: try context.parameters.require("clip"))
        let (manifest, workspace) = (manifest, workspace)
        let document = try await BlockingWork.read {
            guard let clip = try? manifest.clips.clip(id) else { throw Refusal.notFound("The clip") }
            let timing = try PlayedTime(of: clip.source, in: workspace, manifest)
            let shots = try manifest.clips.shots(around: clip)
            return NeighbourDocument(
                shots: shots.map { shot in
                    let position =
                        shot.end <= clip.span.frames.start
                        ? "before" : shot.start >= clip.span.frames.end ? "after" : "here"
                    let pictures = (0..<3).map { shot.start + shot.count * (2 * $0 + 1) / 6 }
                    return .init(
                        where: position, startSeconds: timing.seconds(ofFrame: shot.start),
                        endSeconds: timing.seconds(ofFrame: shot.end),
                        pictures: pictures.map { "/media/thumbnails/\(clip.source)/\($0).jpg" })
                })
        }
        return try JSONAnswer.response(document)
    }

    private struct RecordDocument: Encodable {
        struct Row: Encodable {
            let id: String
            let clipId: ClipID
            let decision: Decision.Choice
            let reasons: [String]
            @Nullable var level: String?
            @Nullable var caption: String?
            let decidedAt: String
            let inForce: Bool
            @Nullable var title: String?
        }
        let decisions: [Row]
    }

    private func record(_ request: Request, _ context: ReviewContext) async throws -> Response {
        let person = try context.person()
        let limit = min(500, max(1, request.uri.queryParameters["limit"].flatMap { Int($0) } ?? 50))
        let manifest = manifest
        let rows = try await BlockingWork.read {
            let decisions = try manifest.decisions.by(person.name, limit: limit)
            let clips = Array(Set(decisions.map(\.clipId)))
            let inForce = Set(
                try manifest.decisions.on(clips).values.flatMap { ClipVoices($0).voices.map(\.id) })
            let titles = try manifest.sources.titles(of: clips)
            return decisions.map { decision in
                RecordDocument.Row(
                    id: decision.id, clipId: decision.clipId, decision: decision.decision, reasons: decision.reasons,
                    level: decision.level, caption: decision.caption, decidedAt: decision.decidedAt,
                    inForce: inForce.contains(decision.id), title: titles[decision.clipId])
            }
        }
        return try JSONAnswer.response(RecordDocument(decisions: rows))
    }
}
