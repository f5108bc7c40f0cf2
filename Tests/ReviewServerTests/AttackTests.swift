import Foundation
import HTTPTypes
import Hummingbird
import Manifest
import Model
import NIOCore
import Pipeline
import ReviewServer
import Testing

/// Who may come in, and who may speak in whose name. Each test says what an attacker would gain.
@Suite struct AttackTests {
    /// They would speak in the name of whoever is signed in.
    @Test func nobodyUsesAnothersSession() async throws {
        let fixture = try ReviewFixture()
        let answer = Answer(clipId: try fixture.clips()[0].rawValue)
        let body = ByteBuffer(string: try JSON.line(answer))
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            let bob = try await fixture.signIn("bob", client)
            #expect(ada.cookie != bob.cookie && ada.csrf != bob.csrf)
            func post(_ headers: HTTPFields) async throws -> HTTPResponse.Status {
                try await client.execute(uri: "/api/decisions", method: .post, headers: headers, body: body).status
            }
            let madeUp = "mc_session=" + String(repeating: "A", count: 43)
            #expect(try await post([.cookie: ada.cookie, .csrf: bob.csrf]) == .forbidden)
            #expect(try await post([.cookie: ada.cookie]) == .forbidden)
            #expect(try await post([.cookie: ada.cookie, .csrf: ""]) == .forbidden)
            #expect(try await post([.csrf: ada.csrf]) == .unauthorized)
            #expect(try await post([.cookie: madeUp, .csrf: ada.csrf]) == .unauthorized)
            #expect(try await post([.cookie: "mc_session=' OR 1=1 --", .csrf: ada.csrf]) == .unauthorized)
            for uri in ["/api/session", "/api/record", "/api/clips/\(answer.clipId)/neighbours", "/curator"] {
                #expect(try await client.execute(uri: uri, method: .get).status == .unauthorized, "\(uri)")
            }
            let video = try await ada.clips().clips[0].video
            #expect(try await client.execute(uri: video, method: .get).status == .unauthorized)
            #expect(try fixture.manifest.decisions.all().isEmpty)

            #expect(try await post([.cookie: ada.cookie, .csrf: ada.csrf]) == .ok, "her own")
            #expect(try fixture.manifest.decisions.all().map(\.reviewer) == ["ada"])
            #expect(try await ada.post("/sign-out", "{}").status == .noContent)
            #expect(try await post([.cookie: ada.cookie, .csrf: ada.csrf]) == .unauthorized, "a stolen cookie is dead")
            #expect(try await ada.get("/api/session").status == .unauthorized)
            #expect(try await bob.get("/api/session").status == .ok)
        }
    }

    /// Somebody sent away would stay in.
    @Test func aBarredPersonIsOut() async throws {
        let fixture = try ReviewFixture()
        let left = Held<Browser>()
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            let cora = try await fixture.signIn("cora", client, .curator)
            #expect(try await ada.post("/api/curator/people", #"{"action":"bar","name":"cora"}"#).status == .forbidden)
            #expect(try await cora.post("/api/curator/people", #"{"action":"bar","name":"ada"}"#).status == .ok)
            #expect(try await ada.get("/api/session").status == .unauthorized, "at once")
            #expect(try await cora.get("/api/session").status == .ok)
            left.value = try await fixture.signIn("bob", client)
        }
        // By another process, which the server's memory of sessions doesn't see: a new server asks the manifest.
        #expect(try fixture.manifest.commit { try $0.people.bar("bob", at: "2026-05-04T12:00:00Z") })
        try await fixture.serve { client in
            let cookie = try #require(left.value).cookie
            #expect(
                try await client.execute(uri: "/api/session", method: .get, headers: [.cookie: cookie]).status
                    == .unauthorized)
        }
    }

    /// Whoever finds a link in a mailbox, a log or a browser's history would be signed in.
    @Test func anInvitationWorksOnceForWhomItIsMeant() async throws {
        let fixture = try ReviewFixture()
        try await fixture.serve { client in
            func link(_ name: String) throws -> String {
                try Invitation.make(for: name, role: .reviewer, hours: 1, in: fixture.manifest, address: "")
            }
            func isRefused(_ link: String) async throws -> Bool {
                let response = try await client.execute(uri: link, method: .get)
                return response.status == .forbidden && response.headers[.setCookie] == nil
            }
            let ada = try link("ada")
            #expect(try await client.execute(uri: ada, method: .head).headers[.setCookie] == nil)
            for (name, value) in [
                ("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch"), ("X-Moz", "prefetch"),
            ] {
                let ahead = try await client.execute(uri: ada, method: .get, headers: [HTTPField.Name(name)!: value])
                #expect(ahead.status == .noContent && ahead.headers[.setCookie] == nil, "\(name)")
            }
            #expect(try await client.execute(uri: ada, method: .post).status == .unauthorized)
            let taken = try await client.execute(uri: ada, method: .get)
            let cookie = try #require(taken.headers[.setCookie], "looking ahead has used it up")
            #expect(taken.status == .seeOther)
            #expect(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/"))
            #expect(!cookie.contains("; Secure"), "loopback speaks no TLS")
            #expect(try await isRefused(ada), "used")

            let old = SessionToken()
            try fixture.manifest.commit {
                try $0.people.invite(
                    "old", role: .curator, token: old.digest, at: "2020-01-01T00:00:00Z", until: "2020-01-02T00:00:00Z")
            }
            #expect(try await isRefused("/sign-in/\(old.text)"), "expired")
            let eve = try link("eve")
            #expect(try fixture.manifest.commit { try $0.people.bar("eve", at: "2026-05-04T12:00:00Z") })
            #expect(try await isRefused(eve), "barred")
            #expect(try await isRefused("/sign-in/' OR 1=1 --".replacing(" ", with: "%20")))
            #expect(try fixture.manifest.query("SELECT count(*) FROM session").rows[0][0] == .integer(1))
        }
    }

    /// They would try links until one fits; or, with the limit, keep the others out.
    @Test func guessingEndsForOneAddressAlone() async throws {
        let fixture = try ReviewFixture()
        try await fixture.serve(behindProxy: true) { client in
            func attempt(_ link: String, from address: String) async throws -> TestResponse {
                try await client.execute(
                    uri: link, method: .get, headers: [HTTPField.Name("X-Forwarded-For")!: address])
            }
            let guess = "/sign-in/" + SessionToken().text
            var (good, late): (String, [TestResponse]) = ("", [])
            // On a busy machine the guesses may take longer than the minute in which they count: then once more.
            for host in 11...15 {
                let began = ContinuousClock.now
                good = try Invitation.make(
                    for: "ada", role: .reviewer, hours: 1, in: fixture.manifest, address: "")
                let address = "203.0.113.\(host)"
                for _ in 0..<10 { #expect(try await attempt(guess, from: address).status == .forbidden) }
                late = []
                // What the browser itself claims stands before what the proxy adds.
                for claim in [address, "198.51.100.7, \(address)", "127.0.0.1,\(address)"] {
                    for link in [guess, good] { late.append(try await attempt(link, from: claim)) }
                }
                if ContinuousClock.now - began < .seconds(55) { break }
            }
            for answer in late {
                #expect(answer.status == .tooManyRequests && answer.headers[.setCookie] == nil)
                let wait = try #require(answer.headers[.retryAfter].flatMap { Int($0) })
                #expect((1...60).contains(wait))
            }
            let other = try await attempt(good, from: "203.0.113.2")
            #expect(other.status == .seeOther, "another address")
            #expect(other.headers[.setCookie]?.contains("; Secure") == true, "browsers speak TLS with the proxy")
        }
        try await fixture.serve { client in
            for attempt in 0...10 {
                let response = try await client.execute(
                    uri: "/sign-in/guess", method: .get,
                    headers: [HTTPField.Name("X-Forwarded-For")!: "198.51.100.\(attempt)"])
                #expect(response.status == (attempt < 10 ? .forbidden : .tooManyRequests), "no proxy, no such claims")
            }
        }
    }

    /// A link or a picture on any other page would decide, sign out or invite.
    @Test func readingChangesNothing() async throws {
        let fixture = try ReviewFixture()
        let clip = try fixture.clips()[0].rawValue
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            try await cora.decide(Answer(clipId: clip))
            let before = try fixture.content()
            let posts = [
                "/api/queue", "/api/decisions", "/api/leases", "/api/leases/release", "/api/captions", "/sign-out",
                "/api/curator/actions", "/api/curator/pairs",
            ]
            for uri in posts {
                #expect(try await cora.get(uri).status == .notFound, "\(uri)")
            }
            for uri in posts { _ = try await cora.get(uri + "?action=bar&name=cora&clip_id=\(clip)") }
            for uri in Self.pages(clip) + [
                "/api/session", "/api/record", "/api/clips/\(clip)/neighbours",
                "/api/curator/people?action=bar&name=cora",
            ] {
                #expect(try await cora.get(uri).status == .ok, "\(uri)")
            }
            for method in [HTTPRequest.Method.put, .delete, .patch] {
                let response = try await client.execute(
                    uri: "/api/decisions", method: method, headers: [.cookie: cora.cookie, .csrf: cora.csrf],
                    body: ByteBuffer(string: try JSON.line(Answer(clipId: clip))))
                #expect(response.status == .notFound)
            }
            #expect(try fixture.content() == before)
        }
    }

    /// The curator's pages for a clip, and those for everybody.
    static func pages(_ clip: String) -> [String] {
        [
            "/", "/guide", "/curator", "/curator/clips", "/curator/clips/\(clip)", "/curator/disagreements",
            "/curator/duplicates", "/curator/people", "/curator/agreement",
        ]
    }

    /// A page elsewhere would frame ours, a file be run as another type, a script be slipped in.
    @Test func everyAnswerKeepsTheBrowserIn() async throws {
        let fixture = try ReviewFixture()
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            let clip = try await ada.clips().clips[0]
            var statuses: Set<Int> = []
            func check(_ response: TestResponse) {
                statuses.insert(response.status.code)
                let policy = response.headers[.contentSecurityPolicy] ?? ""
                let place = Comment(rawValue: "\(response.status): \(response.text.prefix(80))")
                for part in ["default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'"] {
                    #expect(policy.contains(part), place)
                }
                #expect(!policy.contains("unsafe") && !policy.contains("*") && !policy.contains("http"), place)
                #expect(response.headers[.xContentTypeOptions] == "nosniff", place)
                #expect(response.headers[HTTPField.Name("Referrer-Policy")!] == "no-referrer", place)
                #expect(response.headers[.accessControlAllowOrigin] == nil, place)
            }
            let asked: [(String, HTTPFields)] = [
                ("/", [:]), ("/guide", [:]), ("/api/session", [:]), ("/favicon.ico", [:]), ("/nowhere", [:]),
                ("/nowhere", [.accept: "text/html"]), ("/curator", [:]), ("/assets/review.js", [:]),
                ("/assets/nothing.js", [:]), (clip.video, [:]), (clip.video, [.range: "bytes=0-9"]),
                (clip.video, [.range: "bytes=9-0"]), ("/sign-in/guess", [.accept: "text/html"]),
                (clip.video, [.ifNoneMatch: "\"\(clip.renditionSha256)\""]),
            ]
            for (uri, headers) in asked { check(try await ada.get(uri, headers)) }
            check(try await client.execute(uri: "/", method: .get))
            check(try await client.execute(uri: "/api/queue", method: .post))
            check(try await ada.post("/api/queue", QueueRequest()))
            check(try await ada.post("/api/queue", "{"))
            check(try await ada.post("/api/captions", String(repeating: "a", count: 70_000)))
            check(try await ada.post("/api/leases/release", #"{"clips": []}"#))
            for _ in 0..<11 { check(try await ada.get("/sign-in/guess")) }
            check(try await ada.post("/sign-out", "{}"))
            #expect(statuses == [200, 204, 206, 304, 400, 401, 403, 404, 413, 416, 429])
        }
    }
}

extension HTTPField.Name {
    static var csrf: HTTPField.Name { HTTPField.Name("X-CSRF-Token")! }
}

/// Something that one closure leaves for the next.
final class Held<Value: Sendable>: @unchecked Sendable {
    var value: Value?
}

extension ReviewFixture {
    /// All rows that a request could change, and the ledger.
    func content() throws -> [String] {
        let tables = [
            "decision", "outcome", "person", "invitation", "session", "not_duplicate", "clip", "caption", "setting",
            "duplicate", "task",
        ]
        let rows = try tables.flatMap { table in
            try manifest.query("SELECT * FROM \(table) ORDER BY 1, 2").rows.map { "\(table) \($0.map(\.description))" }
        }
        return rows + [try String(contentsOfFile: workspace.path("ledger/decisions.jsonl"), encoding: .utf8)]
    }
}
