import Foundation
import HTTPTypes
import Manifest
import Model
import Testing

@Suite struct CuratorGalleryTests {
    @Test func pagesGiveEachClipOnce() async throws {
        let fixture = try ReviewFixture()
        let clips = try fixture.addClips(130) + fixture.clips()
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            for order in ["source", "newest", "mixed"] {
                var seen: [String] = []
                for page in 1...3 {
                    let list = try await cora.list("sort=\(order)&page=\(page)")
                    #expect(list.total == 136 && list.pages == 3)
                    seen += list.clips.map(\.clipId)
                }
                #expect(seen.count == 136)
                #expect(Set(seen) == Set(clips.map(\.rawValue)), "\(order)")
            }
            #expect(try await cora.list("page=4").clips.isEmpty)
            #expect(try await cora.list("page=-3").clips.count == 48)
            let page = try await cora.page("/curator/clips?state=proposed&q=&page=2")
            #expect(page.contains("/curator/clips?page=3&amp;state=proposed"))
            #expect(page.contains("/curator/clips?state=proposed\" rel=\"prev\""))
        }
    }

    @Test func filtersAreAddresses() async throws {
        let fixture = try ReviewFixture()
        let clips = try fixture.clips()
        _ = try fixture.addClips(3)
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            let ada = try await fixture.signIn("ada", client)
            #expect(try await cora.list("state=ready").total == 6)
            try await ada.decide(Answer(clipId: clips[4].rawValue, level: "cellular"))
            try await cora.curate(
                Curated(action: "settle", clips: [clips[4].rawValue], decision: "accept", level: "organ"))
            try await cora.curate(Curated(action: "settle", clips: [clips[5].rawValue], decision: "reject"))
            func ids(_ query: String) async throws -> [String] { try await cora.list(query).clips.map(\.clipId) }
            #expect(try await ids("state=ready") == clips[..<4].map(\.rawValue), "in order of place, at once")
            #expect(try await ids("state=accepted") == [clips[4].rawValue])
            #expect(try await ids("level=organ") == [clips[4].rawValue])
            #expect(try await ids("reason=experts&sort=newest") == [clips[5].rawValue, clips[4].rawValue])
            #expect(try await ids("reviewer=ada") == [clips[4].rawValue])
            #expect(try await ids("reviewer=ada&state=ready").isEmpty)
            let source = try fixture.manifest.clips.clip(clips[0]).source
            #expect(try await cora.list("source=\(source)").total == 6)
            #expect(try await cora.get("/api/curator/clips?state=lost").status == .badRequest)
            #expect(try await cora.get("/api/curator/clips?sort=%27").status == .badRequest)
        }
    }

    @Test func searchFindsNewestAndExpertsTexts() async throws {
        let fixture = try ReviewFixture()
        let clips = try fixture.clips()
        try fixture.caption(clips[0], "A neutrophil chases a bacterium.")
        try fixture.caption(clips[0], "An amoeba divides.")
        try fixture.caption(clips[1], "Mitosis in a newt's lung, naïve cells.")
        try fixture.caption(clips[2], "Lung of a newt, no mitosis.")
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            let ada = try await fixture.signIn("ada", client)
            try await ada.decide(Answer(clipId: clips[3].rawValue, caption: "Kinesin walks."))
            func found(_ words: String) async throws -> Set<String> {
                let query = words.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                return Set(try await cora.list("q=\(query)").clips.map(\.clipId))
            }
            func ids(_ places: Int...) -> Set<String> { Set(places.map { clips[$0].rawValue }) }
            #expect(try await found("amoeba") == ids(0))
            #expect(try await found("neutrophil").isEmpty, "an older text counts no more")
            #expect(try await found("MITOSIS lung") == ids(1, 2))
            #expect(try await found("mito") == ids(1, 2), "the last word may go on")
            #expect(try await found("mito lung").isEmpty)
            #expect(try await found("\"newt's lung\"") == ids(1), "words side by side")
            #expect(try await found("naive") == ids(1))
            #expect(try await found("kinesin") == ids(3), "an expert's text")
            #expect(try await found("mitosis -lung") == ids(1, 2), "a sign is no language")
            #expect(try await cora.list("q=lung+newt").total == 2, "as a form sends it")
        }
    }

    /// What is typed is neither SQL nor FTS5's language: none of it fails, finds all, or changes anything.
    @Test(arguments: [
        "' OR 1=1 --", "\"; DROP TABLE decision; --", "a\" OR \"b", "\"", "\"\"\"", "NEAR(mitosis lung)",
        "text:mitosis", "{text}: zebra", "* *", "^zebra", "zebra OR mitosis", "zebra NOT lung", "(((", "a AND", "%00",
        "\u{0}zebra", "zebra') UNION SELECT id FROM clip --", "-", "🦓", String(repeating: "zebra ", count: 2000),
    ])
    func searchIsData(_ words: String) async throws {
        let fixture = try ReviewFixture()
        let clips = try fixture.clips()
        try fixture.caption(clips[1], "Mitosis in a newt's lung.")
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            let query = words.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            for uri in ["/api/curator/clips?q=\(query)", "/curator/clips?q=\(query)"] {
                let response = try await cora.get(uri)
                #expect(response.status == .ok, "\(response.text.prefix(300))")
            }
            #expect(try await cora.list("q=\(query)").clips.isEmpty)
            #expect(try await cora.list("q=mitosis").total == 1)
        }
    }
}
