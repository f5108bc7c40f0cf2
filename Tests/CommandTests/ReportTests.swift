import Foundation
import Model
import Footage
import Testing

/// A reviewed workspace with a bit of everything, made once for the suite.
private final class Reported: Sendable {
    @TaskLocal static var current: Reported?

    struct Shared: SuiteTrait, TestScoping {
        func provideScope(
            for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
        ) async throws {
            try await Reported.$current.withValue(try Reported()) { try await body() }
        }
    }

    static let words = "Spindles of 12 µm & <b>bold</b> \"quotes\"."

    private let folder: TemporaryFolder
    let curation: Curation
    let page: String

    /// A film with a long, a middling and a too short scene, a shorter, coarser copy of the first, and an empty file.
    /// The film's sidecar is hostile and names no licence; of its two clips one is accepted by both experts, one by one
    /// of them.
    init() throws {
        folder = try TemporaryFolder()
        let footage = folder.path("footage")
        try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
        let scenes: [ClockFootage.Scene] = [.init(130, look: 1), .init(100, look: 2), .init(20, look: 3)]
        try ClockFootage(scenes: scenes, width: 192, height: 144).write(to: "\(footage)/film.mp4")
        var copy = ClockFootage(scenes: [.init(110, look: 1)], width: 192, height: 144)
        copy.quality = 30
        try copy.write(to: "\(footage)/copy.mkv")
        try Curation.describe("\(footage)/copy.mkv")
        try Data(
            """
            {"title": "<script>alert('x')</script> {{name}}", "webpage_url": "javascript:alert(1)",
            "description": "Grains wander."}
            """.utf8
        ).write(to: URL(fileURLWithPath: "\(footage)/film.info.json"))
        try Data().write(to: URL(fileURLWithPath: "\(footage)/empty.mp4"))
        curation = try Curation.begin(
            at: folder.path("workspace"),
            recipe: """
                name: tested
                version: "7"
                description: A dataset of clocks.
                profile: native
                scan: {sample_seconds: 0.25}
                propose: {min_seconds: 1, max_seconds: 10}
                review: {quorum: 2}
                targets: {clips: 8, levels: {organ: 60, cellular: 40}, funnel: {sources: 4}}
                """)
        _ = try curation.attempt("ingest", "--quiet", footage)
        try curation.perform("run", "--quiet")
        let film = try curation.clips().filter { $0.path.hasSuffix("film.mp4") && $0.state == "ready" }
        try #require(film.count == 2)
        try curation.decide([
            .vote(film[0], "ada", .accept, level: "organ", caption: Self.words, minute: 1),
            .vote(film[0], "bob", .accept, level: "organ", minute: 2),
            .vote(film[1], "ada", .accept, level: "organ", minute: 3),
            .vote(film[1], "bob", .reject, reasons: ["poor_quality"], minute: 4),
        ])
        page = try curation.page()
    }
}

extension Curation {
    /// The report, as it goes to standard output.
    fileprivate func page() throws -> String { try perform("report", "-o", "-") }
}

@Suite(.serialized, Reported.Shared())
struct ReportTests {
    private var reported: Reported { get throws { try #require(Reported.current) } }

    @Test func loadsNothing() throws {
        let page = try reported.page
        #expect(page.contains("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\""))
        for loading in ["<script", "<link", "<iframe", "@import", "url(", "javascript:", "srcset"] {
            #expect(!page.contains(loading), "\(loading)")
        }
        #expect(page.matches(of: /\ssrc="([^"]*)"/).allSatisfy { $0.1.hasPrefix("data:image/jpeg;base64,") })
    }

    /// Tags are closed in order, ids are unique, links lead somewhere, and no template shows through.
    @Test func isWellFormed() throws {
        let page = try reported.page
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">") && page.hasSuffix("</html>\n"))
        var open: [Substring] = []
        for tag in page.matches(of: /<(\/?)([a-z][a-z0-9]*)[^>]*>/) where !["meta", "img"].contains(tag.2) {
            if tag.1.isEmpty { open.append(tag.2) } else { #expect(open.popLast() == tag.2) }
        }
        #expect(open.isEmpty)
        let ids = page.matches(of: /\sid="([^"]*)"/).map(\.1)
        #expect(ids.count == Set(ids).count)
        for link in page.matches(of: /href="#([^"]*)"/) { #expect(ids.contains(link.1), "#\(link.1)") }
        let shown = page.replacing("{{name}}", with: "")
        for leak in ["{{", "}}", "Optional(", "nil", "nan"] { #expect(!shown.contains(leak), "\(leak)") }
    }

    @Test func saysWhatTheManifestSays() throws {
        struct Status: Decodable {
            struct Step: Decodable {
                var step: String
                var count: Int
            }
            var funnel: [Step]
        }
        let reported = try reported
        let status = try JSON.decode(Status.self, from: try reported.curation.perform("status", "--json"))
        #expect(status.funnel.map(\.count) == [2, 4, 4, 3, 2, 2, 1])
        for step in status.funnel {
            let row = try #require(reported.row(step.step), "\(step.step)")
            #expect(row.contains("<td class=\"n\">\(step.count)</td>"), "\(row)")
        }
        #expect(
            try #require(reported.row("sources")).contains(
                "<td class=\"n\">4</td><td class=\"n soft\">50.0\u{A0}%</td>"))
        #expect(
            try #require(reported.row("accepted")).contains(
                "<td class=\"n\">8</td><td class=\"n soft\">12.5\u{A0}%</td>"))
        let organ = try #require(reported.row("organ"))
        #expect(organ.contains("100.0\u{A0}%") && organ.contains("60.0\u{A0}%") && organ.contains("+40.0"), "\(organ)")
        #expect(try #require(reported.row("cellular")).contains("−40.0"))
        let texts = [
            "tested <span class=\"version\">version 7</span>", "A dataset of clocks.", "Lasts less than 1\u{A0}s.",
            "duration 0.80\u{A0}s, the recipe asks for at least 1\u{A0}s", "represents the group",
            "of 256 bits differ, at the same time",
            "1\u{A0}group of 2\u{A0}clips; 1 set aside",
            "4\u{A0}decisions on 2\u{A0}clips: 1 accepted, 0 declined, 1 disputed.", "Poor quality",
            "the file is empty", "Copy or download it again.", "192\u{A0}×\u{A0}144", "CC0-1.0",
        ]
        #expect(texts.filter { !reported.page.contains($0) } == [])
    }

    @Test func unknownIsCalledUnknown() throws {
        let reported = try reported
        #expect(reported.page.contains("<dd>1 of 2</dd><dd class=\"detail\">1\u{A0}source unknown</dd>"))
        #expect(reported.page.contains("<th scope=\"row\" class=\"unknown\">unknown</th>"))
        #expect(reported.page.contains("<span class=\"tag unknown\">licence unknown</span>"))
    }

    @Test func foreignTextIsText() throws {
        let page = try reported.page
        #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; {{name}}"))
        #expect(page.contains("Spindles of 12 µm &amp; &lt;b&gt;bold&lt;/b&gt; &quot;quotes&quot;."))
    }

    /// Every clip shows several moments of itself, small, with a text for those who don't see them.
    @Test func picturesShowMovement() throws {
        let page = try reported.page
        let pictures = page.matches(of: /<img src="data:image\/jpeg;base64,([^"]*)" alt="([^"]+)"/)
        #expect(pictures.count >= 12)
        for picture in pictures {
            let bytes = [UInt8](try #require(Data(base64Encoded: String(picture.1))))
            #expect(bytes.starts(with: [0xFF, 0xD8]) && bytes.suffix(2) == [0xFF, 0xD9])
            let frame = try #require(bytes.position(of: [0xFF, 0xC0]))
            let size = [5, 7].map { Int(bytes[frame + $0]) << 8 | Int(bytes[frame + $0 + 1]) }
            #expect(size.max()! <= 240 && size.min()! > 0)
            #expect(picture.2.contains("into the clip"))
        }
        let accepted = try #require(page.firstMatch(of: /<section id="accepted">(?s:.*?)<\/section>/)).0
        let strip = accepted.matches(of: /<img src="([^"]*)"/).map(\.1)
        #expect(strip.count == 4 && Set(strip).count == 4)
    }

    @Test func oneStateOnePage() throws {
        let reported = try reported
        #expect(try reported.curation.page() == reported.page)
        let folder = try TemporaryFolder()
        let copy = try reported.curation.copy(to: folder.path("elsewhere"))
        #expect(try copy.page() == reported.page)
        try copy.perform("report", "-o", folder.path("report.html"))
        #expect(try String(contentsOfFile: folder.path("report.html"), encoding: .utf8) == reported.page)
        let clip = try #require(try copy.clips().first { $0.state == "accepted" })
        try copy.decide([.vote(clip, "cyd", .reject, minute: 9)])
        #expect(try copy.page() != reported.page)
    }

    @Test func damageIsSaid() throws {
        let folder = try TemporaryFolder()
        let copy = try reported.curation.copy(to: folder.path("workspace"))
        struct Part: Decodable { var file: String }
        let packs = try copy.rows(Part.self, "SELECT file FROM track WHERE part = 'thumbnails' ORDER BY file").map(
            \.file)
        try #require(packs.count == 2)
        try Data("no pictures".utf8).write(to: URL(fileURLWithPath: copy.path(packs[0])))
        try FileManager.default.removeItem(atPath: copy.path(packs[1]))
        let page = try copy.page()
        #expect(!page.contains("<img") && page.contains("no pictures"))
        #expect(page.contains("not a thumbnail pack") && page.contains("the thumbnails are missing"))
    }

    @Test func emptyWorkspace() throws {
        let folder = try TemporaryFolder()
        let curation = try Curation.begin(at: folder.path("workspace"), recipe: Curation.recipe(""))
        let said = try curation.perform("report")
        #expect(said.hasPrefix(curation.path("report.html")))
        let page = try String(contentsOfFile: curation.path("report.html"), encoding: .utf8)
        #expect(
            page.contains("<h2>Funnel</h2>") && !page.contains("id=\"problems\"") && !page.contains("id=\"durations\""))
        let refused = try curation.attempt("report", "-o", folder.path("none/report.html"))
        #expect(refused.status == 1 && refused.errors.contains("none/report.html"), "\(refused.errors)")
    }
}

extension Reported {
    /// The table row that this word heads.
    fileprivate func row(_ word: String) -> Substring? {
        page.matches(of: /<tr><th scope="row">(?s:.*?)<\/tr>/).map(\.0)
            .first { $0.hasPrefix("<tr><th scope=\"row\">\(word) ") || $0.hasPrefix("<tr><th scope=\"row\">\(word)<") }
    }
}
