import Captions
import Foundation
import Model
import Testing

/// Random texts out of nasty fragments; a failure names the seed and the text.
@Suite struct NormalizerPropertyTests {
    private static let fragments = [
        "cell", "Mitosis", "p53", "5", "um", "µm", "μ", "u", "m", "s", "%", "°", "C", "K", "#", "#tag", "@", "@handle",
        "&", "&amp;", "amp;", "&lt;", "&gt;", "lt;", "&#x26;", "&#0;", "&mu;", "<", ">", "<b>", "</p>", "<br/>",
        "<script>", "</script>", "<!--", "-->", "<sup>2</sup>", "http://", "https://x.org/a", "www.", ".com", "a@b.org",
        "doi:10.1000/1", "Subscribe", "subscribe to", "like and share", "follow us on", "patreon", "Video by", "©",
        "(c)",
        "2020", "0:00", "0:00 Intro", "1:02", "\n", "\r\n", "\t", " ", "  ", "\u{A0}", "\u{2028}", "\u{200B}",
        "\u{202E}",
        "\u{FEFF}", "\u{0}", "\u{7F}", "\u{85}", "\u{AD}", "e\u{301}", "\u{301}", "\u{212B}", "\u{958}",
        "\u{1100}\u{1161}",
        "\\u00B5", "\\u005c", "u005c", "\\u0026", "\\ud83d", "👍", "👩‍🔬", "🇩🇪", "e\u{323}\u{307}", ".", "..", "...", ",",
        ";", ":", "!", "?", "|", "-", "--", "---", "–", "***", "(", ")", "[", "]", "()", "'", "\"", "1990s", "3D",
        "H2B",
        "and", "Please", "The", "©", "I", "we", "music", "Â", "Ã©", "\u{FFFD}", "٣", "中文", "ﬁ",
    ]

    @Test func anyTextReachesTheNormalForm() {
        let seed = ProcessInfo.processInfo.environment["CAPTION_SEED"].flatMap(UInt64.init) ?? .random(in: 0...99_999)
        print("CAPTION_SEED=\(seed)")
        var random = SplitMix(seed: seed)
        for _ in 0..<1500 {
            let count = Int.random(in: 0...24, using: &random)
            let text = (0..<count).map { _ in
                Self.fragments.randomElement(using: &random)! + (Bool.random(using: &random) ? " " : "")
            }.joined()
            let result = Normalizer.normalize(text)
            let again = Normalizer.normalize(result.text)
            let comment: Comment = "seed \(seed): \(text.debugDescription) became \(result.text.debugDescription)"
            #expect(again.edits == [] && again.flags == result.flags, comment)
            #expect(again.text.utf8.elementsEqual(result.text.utf8), comment)
            #expect(
                result.text.precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual(
                    result.text.unicodeScalars), comment)
            #expect(result.text.unicodeScalars.allSatisfy { Self.isText($0) }, comment)
            #expect(!result.text.hasPrefix(" ") && !result.text.hasSuffix(" ") && !result.text.contains("  "), comment)
            #expect(result.edits.isEmpty == result.text.utf8.elementsEqual(text.utf8), comment)
            #expect(result.edits.allSatisfy { !$0.before.utf8.elementsEqual($0.after.utf8) }, comment)
        }
    }

    private static func isText(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    /// Words that no rule is about come out as they went in, whatever stands between them.
    @Test func wordsSurviveInOrder() {
        let seed = ProcessInfo.processInfo.environment["CAPTION_SEED"].flatMap(UInt64.init) ?? .random(in: 0...99_999)
        print("CAPTION_SEED=\(seed)")
        var random = SplitMix(seed: seed)
        let words = [
            "p53", "Cdc42", "H2B-mCherry", "3D", "5S", "α-actinin", "nucleus", "Müller", "in", "vivo", "14-3-3", "40x",
            "MCF-10A", "GFP", "β1", "II", "U2OS", "cells", "Fc", "C2C12", "细胞",
        ]
        let between = [" ", "  ", "\n", "\t", "\u{A0}", " <b>", "</i> ", " \u{200B}", " https://x.org/q ", "\u{2003}"]
        for _ in 0..<300 {
            let chosen = (0..<Int.random(in: 1...15, using: &random)).map { _ in words.randomElement(using: &random)! }
            let text = chosen.map { $0 + between.randomElement(using: &random)! }.joined()
            let result = Normalizer.normalize(text).text
            let expected = Normalizer.normalize(chosen.joined(separator: " ")).text
            #expect(expected == chosen.joined(separator: " "), "seed \(seed): \(text.debugDescription)")
            #expect(result.replacing(" ", with: "") == chosen.joined(), "seed \(seed): \(text.debugDescription)")
        }
    }
}
