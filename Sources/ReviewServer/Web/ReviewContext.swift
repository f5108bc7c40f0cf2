import Hummingbird
import Manifest
import NIOCore

/// What is known while one request is answered.
struct ReviewContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address of the browser, or of the proxy before it.
    let address: String
    /// Who is signed in, and with which session; nil before `SessionGate` and for strangers.
    var visitor: Visitor?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }

    /// Bodies are small: the largest is a caption.
    var maxUploadSize: Int { 64 * 1024 }

    /// Throws `Refusal.signedOut` for strangers.
    func person() throws -> Person {
        guard let visitor else { throw Refusal.signedOut }
        return visitor.person
    }

    /// Throws for all but curators.
    func curator() throws -> Person {
        let person = try person()
        guard person.role == .curator else { throw Refusal.curatorsOnly }
        return person
    }
}

/// A signed-in browser.
struct Visitor: Sendable {
    var person: Person
    var session: SessionToken
}
