import Foundation
import HTTPTypes
import Hummingbird
import Manifest
import Model
import ReviewDesk
import Synchronization

/// Who is signed in, out of the manifest and remembered for a moment, so that a request costs no query.
final class Sessions: Sendable {
    static let cookie = "mc_session"
    static let days = 30
    /// Seconds for which a session is not asked for again: a person who is barred elsewhere is out after these.
    private static let memory: Double = 5

    private struct Known {
        var person: Person
        var until: Double
    }

    private let manifest: Manifest
    private let known = Mutex<[SessionToken: Known]>([:])

    init(_ manifest: Manifest) { self.manifest = manifest }

    /// nil where the invitation is no longer good.
    func begin(invitation: SessionToken) async throws -> (token: SessionToken, person: Person)? {
        let (token, manifest) = (SessionToken(), manifest)
        let expiry = Moment.text(Moment.now() + Double(Self.days) * 86_400)
        let person = try await BlockingWork.write {
            try manifest.commit {
                try $0.people.redeem(
                    invitation: invitation.digest, session: token.digest, at: Moment.text(Moment.now()), until: expiry)
            }
        }
        return person.map { (token, $0) }
    }

    func person(_ token: SessionToken) async throws -> Person? {
        let now = Moment.now()
        if let person = known.withLock({ $0[token].flatMap { $0.until > now ? $0.person : nil } }) { return person }
        let manifest = manifest
        let person = try await BlockingWork.read {
            try manifest.people.person(ofSession: token.digest, at: Moment.text(now))
        }
        known.withLock { known in
            known = known.filter { $0.value.until > now }
            known[token] = person.map { Known(person: $0, until: now + Self.memory) }
        }
        return person
    }

    func end(_ token: SessionToken) async throws {
        let manifest = manifest
        try await BlockingWork.write {
            try manifest.commit { try $0.people.end(session: token.digest, at: Moment.text(Moment.now())) }
        }
        known.withLock { $0[token] = nil }
    }

    /// Forgets what is remembered: somebody was barred or has another role.
    func forget() { known.withLock { $0 = [:] } }

    static func setCookie(_ value: String, seconds: Int, secure: Bool) -> String {
        "\(cookie)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "")
    }
}
