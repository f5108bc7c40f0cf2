import Foundation

/// What is left of another document format: escapes, entities, tags, invisible characters, Unicode forms.
enum Markup {
    static let rules: [Rule] = [
        Rule("line_break", #"\r\n?|[\u000B\u000C\u0085\u2028\u2029]"#, with: "\n"),
        Rule("escape", #"\\u([0-9A-Fa-f]{4})"#) { match in
            UInt32(match[1], radix: 16).flatMap(Unicode.Scalar.init).map { String(Character($0)) }
        },
        // One match spans all levels of escaping: &amp;amp;lt; is <.
        Rule("entity", #"&(?:(?:amp|AMP|#38|#[xX]26);)*(#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});"#)
        {
            Entities.text(of: $0[1])
        },
        // Common ones that lost their semicolon.
        Rule("entity", #"&(amp|nbsp|quot)(?![A-Za-z0-9;=])"#) { Entities.text(of: $0[1]) },
        Rule("control", #"[[\p{Cc}\p{Cf}]--[\n\t]]"#, with: ""),
        Rule("superscript", #"(?i)<sup>\s*([0-9+−-]{1,6})\s*</sup>"#) { match in
            String(match[1].map { superscripts[$0] ?? $0 })
        },
        Rule("tag", #"(?is)<!--.*?-->|<(script|style)\b[^<>]*>.*?</\1\s*>"#, with: " "),
        Rule("tag", #"(?i)<(/?)("# + names + #")("# + attribute + #")*\s*/?>"#) { match in
            blocks.contains(match[2].lowercased()) ? "\n" : ""
        },
        Rule("nfc", #"[^ \n\t]+"#) { match in
            let composed = match[0].precomposedStringWithCanonicalMapping
            return composed.utf16.elementsEqual(match[0].utf16) ? nil : composed
        },
    ]

    /// Closed, so that `a <b and c> d` stays.
    private static let names = [
        "a", "abbr", "article", "b", "big", "blockquote", "br", "center", "cite", "code", "dd", "del", "div", "dl",
        "dt",
        "em", "figcaption", "figure", "font", "h[1-6]", "hr", "i", "iframe", "img", "ins", "li", "mark", "ol", "p",
        "pre", "q", "s", "section", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "th",
        "thead", "tr", "tt", "u", "ul", "video",
    ].joined(separator: "|")

    private static let attribute = #"\s+[A-Za-z_:][\w:.-]*\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+)"#

    private static let blocks: Set<String> = [
        "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "figcaption", "figure", "h1", "h2", "h3",
        "h4", "h5", "h6", "hr", "iframe", "img", "li", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
        "video",
    ]

    private static let superscripts: [Character: Character] = [
        "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹", "+": "⁺",
        "-": "⁻", "−": "⁻",
    ]
}
