import Foundation
import Hummingbird
import Manifest
import Model

/// What curators change. Each is a POST that `SessionGate` has let through.
extension ReviewServer {
    func addCuratorActions(to router: Router<ReviewContext>) {
        router.post("/api/curator/actions") { request, context in try await act(request, context) }
        router.post("/api/curator/pairs") { request, context in try await pair(request, context) }
        router.post("/api/curator/people") { request, context in try await change(request, context) }
    }

    private func act(_ request: Request, _ context: ReviewContext) async throws -> Response {
        let curator = try context.curator()
        let wish = try await JSONAnswer.decode(CurationRequest.self, from: request, context)
        let (curation, manifest) = (Curation(workspace: workspace, manifest: manifest), manifest)
        let (result, number) = try await BlockingWork.write {
            (try curation.take(wish, by: curator.name, now: Moment.now()), try manifest.decisions.last())
        }
        for (clip, voices) in result.touched {
            await queue.update(clip.id, source: clip.source, voices: voices, at: number, by: curator.name)
        }
        return try JSONAnswer.response(result.receipt)
    }

    private struct PairRequest: Decodable {
        var a: ClipID
        var b: ClipID
        /// false takes it back.
        var apart: Bool
    }

    private func pair(_ request: Request, _ context: ReviewContext) async throws -> Response {
        let curator = try context.curator()
        let wish = try await JSONAnswer.decode(PairRequest.self, from: request, context)
        guard wish.a != wish.b else { throw Refusal.invalid("Both are the same clip.", "Name two clips.") }
        let manifest = manifest
        try await BlockingWork.write {
            for clip in [wish.a, wish.b] where (try? manifest.clips.clip(clip)) == nil {
                throw Refusal.notFound("The clip")
            }
            if wish.apart {
                try manifest.commit { try $0.duplicates.separate(wish.a, wish.b, by: curator.name) }
            } else {
                try manifest.commit { try $0.duplicates.unite(wish.a, wish.b) }
            }
        }
        return try JSONAnswer.response(["apart": wish.apart])
    }

    private struct PeopleRequest: Decodable {
        enum Action: String, Decodable { case invite, role, bar, admit }
        var action: Action
        var name: String
        var role: Person.Role?
        var hours: Int?
    }

    private struct PeopleReceipt: Encodable {
        let name: String
        /// The one-time sign-in link of an invitation; shown once, as only its hash is kept.
        var url: String?
    }

    private func change(_ request: Request, _ context: ReviewContext) async throws -> Response {
        let curator = try context.curator()
        let wish = try await JSONAnswer.decode(PeopleRequest.self, from: request, context)
        if wish.action != .admit, wish.name == curator.name {
            throw Refusal.invalid(
                "You can't change your own role or way in.", "Ask another curator, so that one is always left.")
        }
        let (manifest, address) = (manifest, address(for: request))
        let hours = min(24 * 30, max(1, wish.hours ?? 72))
        let receipt = try await BlockingWork.write { () -> PeopleReceipt in
            func known(_ isKnown: Bool) throws { if !isKnown { throw Refusal.notFound("A person of this name") } }
            switch wish.action {
            case .invite:
                let role = wish.role ?? .reviewer
                let url = try Invitation.make(for: wish.name, role: role, hours: hours, in: manifest, address: address)
                return PeopleReceipt(name: wish.name, url: url)
            case .role:
                guard let role = wish.role else { throw Refusal.invalid("No role is named.", "Choose one.") }
                try known(try manifest.commit { try $0.people.change(wish.name, role: role) })
            case .bar: try known(try manifest.commit { try $0.people.bar(wish.name, at: Moment.text(Moment.now())) })
            case .admit: try known(try manifest.commit { try $0.people.change(wish.name, isBarred: false) })
            }
            return PeopleReceipt(name: wish.name)
        }
        sessions.forget()
        return try JSONAnswer.response(receipt)
    }

    /// Where this curator's browser finds the server, so that others do too.
    private func address(for request: Request) -> String {
        guard let authority = request.head.authority, !authority.isEmpty else { return options.address }
        return "\(options.isSecure ? "https" : "http")://\(authority)"
    }
}
