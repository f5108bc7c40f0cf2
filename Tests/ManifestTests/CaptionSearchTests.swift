import Manifest
import Model
import Testing

/// Search in captions, by what people type.
@Suite struct CaptionSearchTests {
    let fixture: Fixture
    let manifest: Manifest

    init() throws {
        fixture = try Fixture()
        manifest = try fixture.manifest(clips: 4)
        try say(0, "Mitochondria of a fibroblast divide at 37 °C.")
        try say(1, "A naïve T cell crawls; Schrödinger's Zellen teilen sich.")
        try say(2, "Cell division: the spindle lines up chromosomes.")
    }

    private func say(_ clip: Int, _ text: String, _ kind: CaptionRecord.Kind = .normalized) throws {
        try manifest.commit {
            try $0.captions.add([CaptionRecord(clip: fixture.clip(clip), kind: kind, text: text, origin: "test")])
        }
    }

    private func found(_ words: String, limit: Int = 100) throws -> [Int]? {
        try manifest.captions.clips(withWords: words, limit: limit).map { found in
            (0..<4).filter { found.contains(fixture.clip($0)) }
        }
    }

    @Test func allWordsInAnyOrder() throws {
        #expect(try found("divide fibroblast") == [0])
        #expect(try found("CELL crawls") == [1])
        #expect(try found("cell") == [1, 2], "words, not parts of words")
        #expect(try found("cell mitochondria") == [])
        #expect(try found("mito") == [0] && found("mito ") == [], "the last word may go on while it is typed")
        #expect(try found("\"cell division\"") == [2] && found("\"division cell\"") == [])
        #expect(try found("cell", limit: 1)?.count == 1)
    }

    @Test func lettersWithAndWithoutMarks() throws {
        for word in ["naive", "naïve", "NAÏVE", "nai\u{0308}ve", "schrodinger", "Schrödinger's"] {
            #expect(try found(word) == [1], "\(word)")
        }
    }

    @Test func theNewestTextCounts() throws {
        try say(0, "Yeast buds.")
        #expect(try found("mitochondria") == [] && found("yeast") == [0])
        try say(3, "Raw mitochondria.", .raw)
        #expect(try found("mitochondria") == [], "only what a release would say")
        var edit = decision(1, on: fixture.clip(3))
        edit.caption = "Lamellipodia, by an expert."
        try manifest.commit { try $0.decisions.record([edit], resolve: resolve) }
        #expect(try found("lamellipodia expert") == [3])
        try manifest.commit {
            try $0.captions.add([
                CaptionRecord(clip: fixture.clip(0), kind: .normalized, text: "", origin: "emptied")
            ])
        }
        #expect(try found("yeast") == [], "a text that was taken away")
    }

    /// What is typed would be run as SQL, or as FTS5's own language, or fail.
    @Test(arguments: [
        "'; DROP TABLE decision; --", "\" OR 1=1", "cell OR spindle", "NOT cell", "text:cell", "cell*", "^cell",
        "cell -t",
        "NEAR(cell t)", "(cell", "cell)", "{text}: cell", "+cell", "\"", "\"\"\"", "a\"b\"c\"", "%", "_", "\\",
        "\0cell\0",
        "cell AND", "AND", "rowid:1", "🔬 cell",
    ]) func nothingTypedIsALanguage(typed: String) throws {
        let count = try manifest.query("SELECT count(*) FROM clip").rows[0][0]
        let hits = try found(typed)
        #expect(hits == nil || Set(hits ?? []).isSubset(of: [1, 2]), "\(hits ?? [])")
        #expect(try manifest.query("SELECT count(*) FROM clip").rows[0][0] == count)
        #expect(try manifest.decisions.all().isEmpty)
    }

    @Test func nothingToSearchForIsNil() throws {
        for text in ["", " ", "\"\"", "--", "\0", "…"] { #expect(try found(text) == nil, "\(text)") }
        let long = String(repeating: "cell ", count: 20_000)
        #expect(try found(long) == [1, 2])
    }
}
