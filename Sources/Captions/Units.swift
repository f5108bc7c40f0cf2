import Foundation

/// Numbers and their units: one micro sign, one space between them, none before `%`.
///
/// The units are a closed list, and a number inside a name (`p53`, `Cdc42`, `H2B`, `14-3-3`) is none.
enum Units {
    static let rules: [Rule] = [
        Rule(
            "micro_sign", #"(?<!\p{L})\u03BC(?=(?:m|s|l|L|g|M|N|A|V|W|F|Hz|Pa|mol|Sv|Ci)(?!\p{L}))"#, with: "\u{B5}"),
        Rule("micro_sign", "(" + number + #")\s*u([mglLM])"# + unitEnd) { "\($0[1]) \u{B5}\($0[2])" },
        Rule("micro_sign", "(" + number + #")us"# + unitEnd) { "\($0[1]) \u{B5}s" },
        Rule("celsius", #"(?<=[0-9])\s*(?:[°º˚]\s*C(?!\p{L})|℃)"#, with: " °C"),
        Rule("percent", #"(?<=[0-9])\s+%"#, with: "%"),
        Rule("number_unit", "(" + number + ")(" + units + ")" + unitEnd) { "\($0[1]) \($0[2])" },
        // Not decades (1990s, the 90s), not sedimentation written in lower case (16s rRNA).
        Rule(
            "number_unit",
            #"(?<!\b[Tt]he )(?<!['’])("# + number + ")s" + unitEnd
                + #"(?!\s*(?:rRNA|rDNA|RNA|ribosom|subunit|proteasome))"#
        ) { match in
            match[1].count == 4 && match[1].hasSuffix("0") && (match[1] > "1500") ? nil : "\(match[1]) s"
        },
        // Kelvin where it is a plausible temperature; 4K is a picture size and 100K views are many.
        Rule(
            "number_unit",
            "(?<![0-9\\p{L}_.,-])(77|[1-3][0-9]{2}(?:\\.[0-9]+)?)K" + unitEnd
                + #"(?!\s+(?:views|subscribers|followers|likes|cells|images|frames|clips|samples|videos?)\b)"#
        ) { "\($0[1]) K" },
    ]

    /// A number that stands alone: not the tail of a word, a name or a longer number; `5x5` holds two.
    private static let number =
        #"(?:(?<![\p{L}\p{N}_])|(?<=[0-9][x×]))(?<![0-9][.,])(?<!\p{L}[.-])(?<!14-3-)\.?[0-9]+(?:[.,][0-9]+)*"#

    private static let unitEnd = #"(?![\p{L}\p{M}\p{Nd}_])"#

    private static let units = [
        "µm", "nm", "mm", "cm", "km", "m", "Å", "ms", "µs", "ns", "sec", "secs", "min", "mins", "h", "hr", "hrs", "hpf",
        "dpf", "hpi", "Hz", "kHz", "MHz", "GHz", "fps", "FPS", "rpm", "px", "Da", "kDa", "MDa", "bp", "kbp", "kb", "mM",
        "µM", "nM", "pM", "mol", "mmol", "µmol", "kg", "g", "mg", "µg", "ng", "pg", "ml", "mL", "µl", "µL", "nl", "nL",
        "mV", "kV", "mW", "µW", "mA", "µA", "nA", "pA", "Pa", "kPa", "mN", "nN", "pN", "dB",
    ].sorted { ($0.count, $0) > ($1.count, $1) }.joined(separator: "|")
}
