import Foundation

/// Looks for what a curator should see in a caption's final text.
enum CaptionFlags {
    static let fewWords = 4
    static let manyWords = 300

    static func flags(of text: String) -> [NormalizedCaption.Flag] {
        let words = text.split(separator: " ").count
        return NormalizedCaption.Flag.allCases.filter { flag in
            switch flag {
            case .empty: text.isEmpty
            case .veryShort: !text.isEmpty && words < fewWords
            case .veryLong: words > manyWords
            case .mentionsSound: sound.isFound(in: text)
            case .firstPerson: firstPerson.isFound(in: text)
            case .repeatedSentence: repeatsSentence(text)
            case .mojibake: mojibake.isFound(in: text)
            case .promotion: Promotion.suspicious.isFound(in: text)
            }
        }
    }

    private static let sound = Pattern(
        #"(?i)\b"#
            + Pattern.any([
                "narrat(?:or|ors|ion|ed|es|ing)", "music(?:al)?", "soundtracks?", #"voice-?\s?overs?"#, "audio",
                "sounds?",
                "hears?", "heard", "listen(?:s|ing)?", "speaker says",
            ]) + #"\b"#
    )

    /// `I` alone is a Roman numeral as often as a person (meiosis I), so a verb must follow.
    private static let firstPerson = Pattern(
        #"\bI(?:['’](?:m|ve|ll|d)|\s+"#
            + Pattern.any([
                "am", "was", "have", "had", "will", "can", "see", "saw", "think", "used?", "show", "made", "want",
                "took",
                "did", "do", "filmed", "recorded", "found",
            ]) + #")\b|\b(?:[Ww]e|[Oo]ur|[Mm]y|us|me)\b"#
    )

    private static let mojibake = Pattern(
        #"\uFFFD|[ÃÂ][\u0080-\u00BF€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|Î¼|Ã\s"#)

    private static let endOfSentence = Pattern(#"[.!?]+(?:\s+|$)"#)

    private static func repeatsSentence(_ text: String) -> Bool {
        let units = Array(text.utf16)
        var seen: Set<String> = []
        var start = 0
        for end in endOfSentence.matches(in: text).map(\.range) + [units.count..<units.count] {
            let sentence = String(decoding: units[start..<end.lowerBound], as: UTF16.self).lowercased()
            start = end.upperBound
            let isLong = sentence.split(separator: " ").count >= 3
            if isLong, !seen.insert(sentence).inserted { return true }
        }
        return false
    }
}
