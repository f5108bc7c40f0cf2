import Foundation
import Model
import Releases
import Testing

/// `LICENSES.tsv`.
@Suite struct LicenceTableTests {
    let fixture: ReleaseFixture
    init() throws { fixture = try ReleaseFixture() }

    private func rows(_ name: String = "release") throws -> [[String]] {
        let text = String(decoding: try #require(try fixture.contents(name)["LICENSES.tsv"]), as: UTF8.self)
        return text.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test func oneLineASourceSaysWhatItsLicenceMeans() throws {
        var clips = try fixture.clips(8)
        for index in 3..<6 { clips[index].source.licence = "Creative Commons Attribution license (reuse allowed)" }
        for index in 6..<8 { clips[index].source.licence = "CC BY-ND 4.0" }
        try fixture.release(clips)
        let rows = try rows()
        #expect(rows[0] == ["source_id", "licence", "spdx", "redistributable", "attribution", "title", "url", "clips"])
        let found = Dictionary(uniqueKeysWithValues: rows.dropFirst().map { ($0[6], $0) })
        let expected = [
            ["", "", "unknown", "3"],
            ["Creative Commons Attribution license (reuse allowed)", "CC-BY-3.0", "yes", "3"],
            ["CC BY-ND 4.0", "CC-BY-ND-4.0", "no", "2"],
        ]
        for (index, row) in expected.enumerated() {
            let line = try #require(found["https://example.org/\(index)"])
            #expect([line[1], line[2], line[3], line[7]] == row)
            #expect(line[0] == clips[3 * index].source.id.rawValue && line[4] == "A. Nonyme")
        }
        #expect(rows.dropFirst().map { $0[0] } == rows.dropFirst().map { $0[0] }.sorted())
    }

    /// The order of clips changes nothing, and what would break a line becomes a space.
    @Test func linesAreWhole() throws {
        var clips = try fixture.clips(6)
        for index in 0..<3 {
            clips[index].source.title = "a\tb\nc\u{2028}d\r\u{0}e"
            clips[index].source.attribution = "\"quoted\""
        }
        try fixture.release(clips)
        try fixture.release(clips.reversed(), as: "reversed")
        let rows = try rows()
        #expect(rows == (try self.rows("reversed")))
        #expect(rows.count == 3 && rows.allSatisfy { $0.count == 8 })
        #expect(rows.contains { $0[5] == "a b c d  e" && $0[4] == "\"quoted\"" })
    }

    @Test func aSourceSaysOneThing() throws {
        var clips = try fixture.clips(3)
        clips[1].source.licence = "CC0-1.0"
        let found = fault { try fixture.release(clips) }
        #expect(found?.place == clips[0].source.id.rawValue)
        #expect(found?.what.contains("disagrees with another clip about its source") == true)
        #expect(!FileManager.default.fileExists(atPath: fixture.root + "/release"))
    }
}
