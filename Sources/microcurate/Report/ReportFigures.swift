import Model
import Pipeline

extension Figure {
    static func count(_ number: Int) -> String { Quantity.count(number) }

    /// `0.013 h`, with more decimals for less.
    static func hours(_ seconds: Double) -> String {
        let hours = seconds / 3600
        return decimal(hours, hours < 1 ? 3 : hours < 100 ? 2 : 1) + "\u{A0}h"
    }

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
