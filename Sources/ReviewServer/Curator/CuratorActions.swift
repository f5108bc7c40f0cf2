import Foundation
import Hummingbird
import Manifest
import Model
import ReviewDesk

/// What curators change. Each is a POST that `SessionGate` has let through.
extension ReviewServer {
    func addCuratorActions(to router: Router<ReviewContext>) {
        router.post("/api/curator/actions") { request, context in try await act(request, context) }
        router.post("/api/curator/pairs") { request, context in try await pair(request, context) }
        router.post("/api/curator/people") { request, context in try await change(request, context) }
    }

    private func act(_ request: Request, _ context: ReviewContext) async throws -> Response {
        let curator = try context.curator()
        let action = try await JSONAnswer.decode(CuratorAction.self, from: request, context)
        let (actions, manifest) = (actions, manifest)
        let (result, number) = try await BlockingWork.write {
            (try actions.take(action, by: curator.name, now: Moment.now()), try manifest.decisions.last())
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
        let pair = try await JSONAnswer.decode(PairRequest.self, from: request, context)
        let actions = actions
        try await BlockingWork.write { try actions.pair(pair.a, pair.b, apart: pair.apart, by: curator.name) }
        return try JSONAnswer.response(["apart": pair.apart])
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
        let change = try await JSONAnswer.decode(PeopleRequest.self, from: request, context)
        if change.action != .admit, change.name == curator.name {
            throw Refusal.invalid(
                "You can't change your own role or way in.", "Ask another curator, so that one is always left.")
        }
        let (manifest, address) = (manifest, address(for: request))
        let hours = min(24 * 30, max(1, change.hours ?? 72))
        let receipt = try await BlockingWork.write { () -> PeopleReceipt in
            func known(_ isKnown: Bool) throws { if !isKnown { throw Refusal.notFound("A person of this name") } }
            switch change.action {
            case .invite:
                let role = change.role ?? .reviewer
                let url = try Invitation.make(
                    for: change.name, role: role, hours: hours, in: manifest, address: address)
                return PeopleReceipt(name: change.name, url: url)
            case .role:
                guard let role = change.role else { throw Refusal.invalid("No role is named.", "Choose one.") }
                try known(try manifest.commit { try $0.people.change(change.name, role: role) })
            case .bar: try known(try manifest.commit { try $0.people.bar(change.name, at: Moment.text(Moment.now())) })
            case .admit: try known(try manifest.commit { try $0.people.change(change.name, isBarred: false) })
            }
            return PeopleReceipt(name: change.name)
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
