import Captions
import Foundation
import Manifest
import Model
import Pipeline
import Review
import Stages

/// A decision as the review page sends it.
struct DecisionRequest: Decodable, Sendable {
    var id: String
    var clipId: ClipID
    var decision: Decision.Choice
    var reasons: [String]?
    var level: String?
    var caption: String?
    var captionSha256: Digest?
    var renditionSha256: Digest?
    var seconds: Double?
    /// Seconds since it was said, by the page's clock.
    var ageSeconds: Double?
    var supersedes: String?
    /// Half-open runs of the rendition's frames, where the clip was trimmed or split.
    var spans: [[Int]]?
    var client: String?
}

/// What the page is told of a decision that is durable.
struct DecisionReceipt: Encodable, Sendable {
    enum Status: String, Encodable, Sendable { case recorded, known }
    struct Gold: Encodable, Sendable {
        var right: Bool
        var decision: Decision.Choice
        @Nullable var level: String?
    }

    var id: String
    var status: Status
    @Nullable var message: String?
    var gold: Gold?

    private enum CodingKeys: String, CodingKey { case id, status, message, gold }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(status, forKey: .status)
        try container.encode(message, forKey: .message)
        try container.encode(gold, forKey: .gold)
    }
}

/// Takes decisions in: checks them, records them for good, and only then says so.
struct DecisionIntake: Sendable {
    let workspace: Workspace
    let manifest: Manifest

    /// What was recorded, and what is now said of each clip that it touches.
    struct Result: Sendable {
        var receipt: DecisionReceipt
        var touched: [(clip: ClipRecord, voices: ClipVoices)]
        /// By how many clips with an answer in force the reviewer has more.
        var answered = 0
    }

    private var recipe: Recipe { workspace.recipe }

    /// Seconds that an answer may have waited in a browser; an older one counts as this old.
    private static let oldest: Double = 366 * 86_400

    /// Throws a `Refusal` in plain words. Sending the same decision again is safe.
    func take(_ request: DecisionRequest, by reviewer: String, now: Double) throws -> Result {
        guard Decision.Choice.answers.contains(request.decision) || request.decision == .undo else {
            throw Refusal.curatorsOnly
        }
        let clip = try clip(request.clipId)
        let said = ClipVoices(try manifest.decisions.on(clip.id))
        let mine = said.voices.first { $0.reviewer == reviewer }
        var decision = Decision(
            id: request.id, clipId: clip.id, reviewer: reviewer, decision: request.decision,
            reasons: request.reasons ?? [], level: request.level, caption: try caption(of: request),
            decidedAt: Moment.precise(now - min(Self.oldest, max(0, request.ageSeconds ?? 0))),
            supersedes: request.supersedes,
            captionSha256: request.captionSha256, renditionSha256: request.renditionSha256,
            seconds: request.seconds.map { min(86_400, max(0, $0)) }, client: request.client ?? "page")
        decision = try decision.checked(by: recipe)
        if let known = try manifest.decisions.decision(decision.id) { return try repeated(known, decision, clip, said) }
        var result =
            decision.decision == .undo
            ? try undo(decision, clip) : try answer(decision, request.spans, clip, mine: mine)
        let speaks = result.touched.contains { touched in
            touched.clip.id == clip.id && touched.voices.voices.contains { $0.reviewer == reviewer }
        }
        result.answered = (speaks ? 1 : 0) - (mine == nil ? 0 : 1)
        return result
    }

    /// A manifest that can't be read just now is no unknown clip: the page sends the answer again.
    private func clip(_ id: ClipID) throws -> ClipRecord {
        do { return try manifest.clips.clip(id) } catch let fault as Fault where fault.reason == .invalid {
            throw Refusal.notFound("The clip")
        }
    }

    /// The text as edited, in its normal form; nil for none and for the text that was there.
    private func caption(of request: DecisionRequest) throws -> String? {
        guard let text = request.caption else { return nil }
        let normal = Normalizer.normalize(text).text
        guard normal.isEmpty || Digest(of: normal) != request.captionSha256 else { return nil }
        return normal
    }

    private func repeated(
        _ known: Decision, _ again: Decision, _ clip: ClipRecord, _ said: ClipVoices
    ) throws -> Result {
        let isTrimmed = known.reasons == [Decision.trimmed] && again.decision == .accept
        let isSame =
            known.reviewer == again.reviewer && known.clipId == again.clipId
            && (isTrimmed
                || known.decision == again.decision && known.reasons == again.reasons && known.level == again.level
                    && known.caption == again.caption)
        guard isSame else {
            throw Refusal.conflict(
                "Another decision has this id already.", "Load the page again, then decide once more.")
        }
        return Result(
            receipt: DecisionReceipt(id: known.id, status: .known, message: nil, gold: gold(said, again)),
            touched: [(clip, said)])
    }

    private func undo(_ undo: Decision, _ clip: ClipRecord) throws -> Result {
        guard let target = try undo.supersedes.flatMap({ try manifest.decisions.decision($0) }),
            target.reviewer == undo.reviewer, target.clipId == clip.id
        else { throw Refusal.notFound("The answer that you take back") }
        let parts = target.reasons == [Decision.trimmed] ? try manifest.decisions.from(target) : []
        let rows =
            try [undo]
            + parts.map { part in
                var row = Decision(
                    id: "", clipId: part.clipId, reviewer: undo.reviewer, decision: .undo, decidedAt: undo.decidedAt,
                    supersedes: part.id, client: undo.client, origin: undo.id)
                row.id = try row.derivedID()
                return row
            }
        return try record(rows, clip, message: nil)
    }

    private func answer(
        _ answer: Decision, _ spans: [[Int]]?, _ clip: ClipRecord, mine: Decision?
    ) throws -> Result {
        var answer = answer
        var message: String?
        if let mine, answer.supersedes == nil {
            if mine.decidedAt <= answer.decidedAt {
                answer.supersedes = mine.id
                message =
                    "You had answered this clip before (\(mine.decision.rawValue)). The newer answer counts; both are kept."
            } else {
                message =
                    "This answer was given before another one of yours (\(mine.decision.rawValue)), which counts. Both are kept."
            }
        }
        guard let spans, answer.decision == .accept else { return try record([answer], clip, message: message) }
        let trimmed = try trimmedSpans(spans, of: clip)
        var original = answer
        (original.decision, original.reasons) = (.reject, [Decision.trimmed])
        (original.level, original.caption) = (nil, nil)
        let rows = try trimmed.map { span in
            var row = answer
            (row.clipId, row.origin, row.supersedes) = (span.id, answer.id, nil)
            (row.renditionSha256, row.seconds) = (nil, nil)
            row.id = try row.derivedID()
            return row
        }
        return try record(
            [original] + rows, on: trimmed, clip,
            message: message
                ?? (trimmed.count == 1
                    ? "Recorded for the trimmed clip; the next run cuts it."
                    : "Recorded for \(trimmed.count) new clips; the next run cuts them."))
    }

    private func trimmedSpans(_ spans: [[Int]], of clip: ClipRecord) throws -> [TrimmedSpan] {
        guard spans.count <= 8, spans.allSatisfy({ $0.count == 2 && $0[0] <= $0[1] }) else {
            throw Refusal.invalid("The spans are not pairs of frames.", "Set start and end again.")
        }
        guard let rendition = try manifest.renditions.of(clip.id, profile: recipe.mainProfile.name) else {
            throw Refusal.conflict("The clip is being cut anew.", "Try again after the run.")
        }
        do {
            return try ClipFrames(of: clip, rendition: rendition, in: workspace, manifest)
                .spans(of: spans.map { $0[0]..<$0[1] })
                .map { TrimmedSpan(of: clip.id, source: clip.source, span: $0) }
        } catch let fault as Fault where fault.reason == .invalid {
            throw Refusal.invalid("\(fault.what).", fault.advice)
        }
    }

    private func record(
        _ rows: [Decision], on spans: [TrimmedSpan] = [], _ clip: ClipRecord, message: String?
    ) throws -> Result {
        try Decisions.record(rows, on: spans, recipe: recipe.review, in: manifest)
        let touched = try manifest.clipsWithVoices(Set(rows.map(\.clipId)).sorted())
        let said = touched.first { $0.0.id == clip.id }?.1
        return Result(
            receipt: DecisionReceipt(
                id: rows[0].id, status: .recorded, message: message, gold: said.flatMap { gold($0, rows[0]) }),
            touched: touched)
    }

    /// What the reviewer learns of a known answer.
    private func gold(_ said: ClipVoices, _ answer: Decision) -> DecisionReceipt.Gold? {
        guard recipe.review.goldFeedback == .answer, let gold = said.gold, answer.decision != .undo else { return nil }
        return DecisionReceipt.Gold(
            right: gold.decision == answer.decision
                && (gold.level == nil || answer.level == nil || gold.level == answer.level),
            decision: gold.decision, level: gold.level)
    }
}

extension Manifest {
    /// The clips of these ids, in their order, each with what is said of it.
    func clipsWithVoices(_ ids: [ClipID]) throws -> [(clip: ClipRecord, voices: ClipVoices)] {
        let said = try decisions.on(ids)
        return try clips.named(ids).map { ($0, ClipVoices(said[$0.id] ?? [])) }
    }
}

extension Decision {
    /// By the same rules as those of `review import`, in the same form. Throws a `Refusal`.
    func checked(by recipe: Recipe) throws -> Decision {
        do {
            return try DecisionReader(file: "decision", recipe: recipe).decision(in: try JSON.line(self), lineNumber: 1)
        } catch let fault as Fault { throw Refusal.invalid("\(fault.what).", fault.advice) }
    }
}
