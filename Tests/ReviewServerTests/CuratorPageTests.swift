import Foundation
import HTTPTypes
import Manifest
import Model
import Pipeline
import Stages
import Testing

@Suite struct CuratorPageTests {
    static let pages = ["", "/clips", "/disagreements", "/duplicates", "/people", "/agreement"].map { "/curator\($0)" }
    static let documents = ["overview", "clips", "disagreements", "duplicates", "people", "statistics"]
        .map { "/api/curator/\($0)" }
    static let changes = ["actions", "pairs", "people"].map { "/api/curator/\($0)" }

    @Test func reviewersAndStrangersStayOutside() async throws {
        let fixture = try ReviewFixture()
        let clips = try fixture.clips().map(\.rawValue)
        let reads =
            Self.pages + Self.documents + [
                "/curator/clips/\(clips[0])", "/api/curator/clips/\(clips[0])",
                "/curator/compare?a=\(clips[0])&b=\(clips[1])",
            ]
        let bodies = [
            #"{"action": "reopen", "clips": ["\#(clips[0])"]}"#,
            #"{"a": "\#(clips[0])", "b": "\#(clips[1])", "apart": true}"#,
            #"{"action": "invite", "name": "eve", "role": "curator"}"#,
        ]
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            let cora = try await fixture.signIn("cora", client, .curator)
            for uri in reads {
                #expect(try await cora.get(uri).status == .ok, "\(uri)")
                #expect(try await ada.get(uri).status == .forbidden, "\(uri)")
                #expect(try await client.execute(uri: uri, method: .get).status == .unauthorized, "\(uri)")
            }
            var forger = cora
            forger.csrf = ada.csrf
            for (uri, body) in zip(Self.changes, bodies) {
                #expect(try await ada.post(uri, body).status == .forbidden, "\(uri)")
                #expect(try await forger.post(uri, body).status == .forbidden, "\(uri)")
                #expect(try await client.execute(uri: uri, method: .post).status == .unauthorized, "\(uri)")
            }
            #expect(try fixture.manifest.decisions.all().isEmpty)
            #expect(try fixture.manifest.duplicates.separated().isEmpty)
            #expect(try fixture.manifest.people.all().map(\.name) == ["ada", "cora"])
            for (uri, body) in zip(Self.changes, bodies) {
                #expect(try await cora.post(uri, body).status == .ok, "\(uri): the same is taken from a curator")
            }
        }
    }

    @Test func theDashboardTellsWhatIsGoingOn() async throws {
        let fixture = try ReviewFixture()
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            let ada = try await fixture.signIn("ada", client)
            let held = try await ada.clips(QueueRequest(want: 3)).clips.map(\.clipId)
            var overview = try await cora.overview()
            #expect(overview.holders.map(\.reviewer) == ["ada"])
            #expect(overview.holders[0].clipId == held[0] && overview.holders[0].reserved == 2)
            #expect(overview.waiting == ["quorum": 6])
            #expect(overview.funnel.first { $0.step == "ready" }?.count == 6)
            try await ada.decide(Answer(clipId: held[0]))
            try await ada.decide(Answer(clipId: held[1]))
            overview = try await cora.overview()
            #expect(overview.today.map(\.answers) == [2])
            let page = try await cora.page("/curator")
            #expect(page.contains("aria-current=\"page\">Dashboard<"))
            #expect(!page.contains("style="), "the content security policy would drop it")
        }
    }

    @Test func textsAreEscapedOnEveryPage() async throws {
        let fixture = try ReviewFixture()
        let clips = try fixture.clips()
        let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
        try fixture.caption(clips[0], evil)
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            let mallory = try await fixture.signIn("<b>mallory</b>", client)
            let ada = try await fixture.signIn("ada", client)
            try await mallory.decide(Answer(clipId: clips[0].rawValue, level: "cellular", caption: evil))
            try await ada.decide(Answer(clipId: clips[0].rawValue, decision: "reject", reasons: ["other"]))
            _ = try await cora.post("/api/curator/pairs", Pair(a: clips[0].rawValue, b: clips[1].rawValue))
            let query = evil.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let all =
                Self.pages + [
                    "/curator/clips/\(clips[0])", "/curator/compare?a=\(clips[0])&b=\(clips[1])",
                    "/curator/clips?q=\(query)", "/curator/clips?source=\(query)&level=\(query)&reason=\(query)",
                ]
            for uri in all {
                let page = try await cora.page(uri)
                #expect(!page.contains("<script>alert"), "\(uri)")
                #expect(!page.contains("<img src=x"), "\(uri)")
                #expect(!page.contains("<b>mallory"), "\(uri)")
            }
            #expect(try await cora.page("/curator/disagreements").contains("&lt;script&gt;alert(1)"))
        }
    }

    struct Pair: Encodable {
        var a: String
        var b: String
        var apart = true
    }

    @Test func pairsKeptApartAreRemembered() async throws {
        let fixture = try ReviewFixture()
        let clips = try fixture.clips().map(\.rawValue)
        let dedup = try DedupStage(of: fixture.workspace)
        #expect(try dedup.pending(in: fixture.manifest).isEmpty)
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            var pair = Pair(a: clips[3], b: clips[1])
            #expect(try await cora.post("/api/curator/pairs", pair).status == .ok)
            #expect(try fixture.manifest.duplicates.separatedPairs().map(\.saidBy) == ["cora"])
            #expect(try !dedup.pending(in: fixture.manifest).isEmpty, "the next run heeds it")
            #expect(try await cora.page("/curator/duplicates").contains("data-pair=\"unite\""))
            pair.apart = false
            #expect(try await cora.post("/api/curator/pairs", pair).status == .ok)
            #expect(try fixture.manifest.duplicates.separated().isEmpty)
            #expect(try dedup.pending(in: fixture.manifest).isEmpty)
            for wrong in [Pair(a: clips[0], b: clips[0]), Pair(a: clips[0], b: "clip-0")] {
                #expect(try await cora.post("/api/curator/pairs", wrong).status != .ok)
            }
            #expect(try await cora.get("/curator/compare?a=\(clips[0])").status == .badRequest)
            #expect(try await cora.get("/curator/clips/clip-0").status == .notFound)
        }
    }

    @Test func peopleAreInvitedBarredAndLetIn() async throws {
        let fixture = try ReviewFixture()
        struct Change: Encodable {
            var action: String
            var name: String
            var role: String?
        }
        struct Receipt: Decodable { var url: String? }
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            func change(_ change: Change) async throws -> HTTPResponse.Status {
                try await cora.post("/api/curator/people", change).status
            }
            let url = try #require(
                try await cora.post("/api/curator/people", Change(action: "invite", name: "dan"))
                    .json(Receipt.self).url.flatMap(URL.init))
            let dan = try await Browser(client, link: url.path)
            #expect(try await client.execute(uri: url.path, method: .get).status == .forbidden, "the link works once")
            #expect(try await dan.get("/curator").status == .forbidden)
            #expect(try await change(Change(action: "role", name: "dan", role: "curator")) == .ok)
            #expect(try await dan.get("/curator").status == .ok)
            #expect(try await change(Change(action: "bar", name: "dan")) == .ok)
            #expect(try await dan.get("/api/session").status == .unauthorized, "at once")
            #expect(try await cora.page("/curator/people").contains("barred"))
            #expect(try await change(Change(action: "admit", name: "dan")) == .ok)
            #expect(try await dan.get("/api/session").status == .unauthorized, "with a new link only")
            let again = try await fixture.signIn("dan", client)
            #expect(try await again.get("/api/session").status == .ok)
            for action in ["bar", "role", "invite"] {
                let own = Change(action: action, name: "cora", role: "reviewer")
                #expect(try await change(own) == .badRequest, "nobody locks themselves out")
            }
            #expect(try await change(Change(action: "bar", name: "nobody")) == .notFound)
            #expect(try await change(Change(action: "invite", name: "  ")) == .badRequest)
        }
    }
}
