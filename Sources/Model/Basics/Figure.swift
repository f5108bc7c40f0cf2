import Foundation

/// Numbers as people read them: fixed decimals, units behind a no-break space, a true minus sign.
public enum Figure {
    /// `5.06 s`.
    public static func seconds(_ seconds: Double) -> String { decimal(seconds, 2) + "\u{A0}s" }

    /// `4.2 %` of a share in 0...1; a share that is not 0 never reads 0.
    public static func percent(_ share: Double, places: Int = 1) -> String {
        let text = decimal(100 * share, places)
        let least = pow(0.1, Double(places))
        return share > 0 && 100 * share < least / 2 ? "<\u{A0}\(decimal(least, places))\u{A0}%" : text + "\u{A0}%"
    }

    /// What rounds to 0 has no sign.
    public static func decimal(_ value: Double, _ places: Int) -> String {
        let text = String(format: "%.\(places)f", value)
        guard text.hasPrefix("-") else { return text }
        return text.contains { ("1"..."9").contains($0) } ? "−" + text.dropFirst() : String(text.dropFirst())
    }

    /// To four significant digits, without trailing zeros: `0.65`, `10`, `12.5`.
    public static func short(_ value: Double) -> String { String(format: "%.4g", value).replacing("-", with: "−") }

    /// `67,853`.
    public static func count(_ number: some BinaryInteger) -> String {
        var digits = Array(String(number.magnitude))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return (number < 0 ? "−" : "") + String(digits)
    }
}
