import Foundation

/// Numbers as people read them: fixed decimals, units behind a no-break space.
public enum Figure {
    /// `5.06 s`.
    public static func seconds(_ seconds: Double) -> String { decimal(seconds, 2) + "\u{A0}s" }

    /// `4.2 %` of a share in 0...1; a share that is not 0 never reads 0.
    public static func percent(_ share: Double, places: Int = 1) -> String {
        let text = decimal(100 * share, places)
        let least = pow(0.1, Double(places))
        return share > 0 && 100 * share < least / 2 ? "<\u{A0}\(decimal(least, places))\u{A0}%" : text + "\u{A0}%"
    }

    public static func decimal(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }

    /// To four significant digits, without trailing zeros: `0.65`, `10`, `12.5`.
    public static func short(_ value: Double) -> String { String(format: "%.4g", value) }
}
