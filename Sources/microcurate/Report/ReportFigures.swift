import Foundation
import Pipeline

/// Numbers as the report prints them: fixed decimals, units behind a no-break space, unknown as nil.
enum Figure {
    static func count(_ number: Int) -> String { Quantity.count(number) }

    /// `5.06 s`.
    static func seconds(_ seconds: Double) -> String { decimal(seconds, 2) + "\u{A0}s" }

    /// `0.013 h`, with more decimals for less.
    static func hours(_ seconds: Double) -> String {
        let hours = seconds / 3600
        return decimal(hours, hours < 1 ? 3 : hours < 100 ? 2 : 1) + "\u{A0}h"
    }

    /// `4.2 %` of a share in 0...1; a share that is not 0 never reads 0.
    static func percent(_ share: Double, places: Int = 1) -> String {
        let text = decimal(100 * share, places)
        let least = pow(0.1, Double(places))
        return share > 0 && 100 * share < least / 2 ? "<\u{A0}\(decimal(least, places))\u{A0}%" : text + "\u{A0}%"
    }

    static func decimal(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }

    /// To three significant digits, without trailing zeros: `0.65`, `10`, `12.5`.
    static func short(_ value: Double) -> String { String(format: "%.4g", value) }

    /// The width of a bar, in per cent of the whole; a count that is not 0 can be seen.
    static func width(_ part: Double, of whole: Double) -> String {
        guard part > 0, whole > 0 else { return "0" }
        return decimal(min(100, max(0.4, 100 * part / whole)), 2)
    }

    static func plural(_ number: Int, _ one: String, _ many: String) -> String {
        "\(count(number))\u{A0}\(number == 1 ? one : many)"
    }
}

extension Array {
    /// At most `limit` elements, spread evenly over the array, its first among them.
    func sampled(_ limit: Int) -> [Element] {
        count <= limit ? self : (0..<limit).map { self[$0 * count / limit] }
    }
}
