import Foundation

/// The normal form of captions: what every text goes through before people and models read it.
///
/// Rules run in order, again and again until none finds anything, so `normalize` is idempotent by construction.
/// That ends: a rule either shortens the text or turns a form into another one that no rule turns back.
public enum Normalizer {
    private static let rules =
        Markup.rules + Chapters.rules + Promotion.rules + Links.rules + Units.rules + Punctuation.rules

    /// The names of the rules, in the order in which they first run.
    public static var ruleNames: [String] {
        rules.map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Any text in, one line of NFC text out, with each change and what a curator should look at.
    public static func normalize(_ text: String) -> NormalizedCaption {
        var current = text
        var edits: [NormalizedCaption.Edit] = []
        var known = -1
        while edits.count != known {
            known = edits.count
            for rule in rules { current = rule.apply(to: current, edits: &edits) }
        }
        return NormalizedCaption(text: current, edits: edits, flags: CaptionFlags.flags(of: current).map(\.rawValue))
    }
}
