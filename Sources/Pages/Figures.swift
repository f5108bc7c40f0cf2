import Foundation
public import Model

/// Amounts in words, as every page says them.
extension Figure {
    /// For what was not measured or told: never 0, never left out.
    public static let unknown = "unknown"

    /// `1 clip`, `312 clips`; `many` is needed where it is more than an s.
    public static func plural(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count(number))\u{A0}\(number == 1 ? one : many ?? one + "s")"
    }

    /// `+3`, `−12`; nil where nothing changes.
    public static func change(from before: Int, to after: Int) -> String? {
        before == after ? nil : (after > before ? "+" : "") + count(after - before)
    }

    /// `+12.5`, `−0.4`: of two percentages, in points.
    public static func points(_ points: Double) -> String {
        let text = decimal(points, 1)
        return text.hasPrefix("−") ? text : "+" + text
    }

    /// `0.013 h`, with more decimals for less.
    public static func hours(_ seconds: Double) -> String {
        let hours = seconds / 3600
        return decimal(hours, hours < 1 ? 3 : hours < 100 ? 2 : 1) + "\u{A0}h"
    }

    /// `12.40–17.46 s`.
    public static func span(_ start: Double, _ end: Double) -> String { "\(decimal(start, 2))–\(seconds(end))" }

    /// `frames 372–523`, the last one being the last one inside.
    public static func frames(_ frames: Range<Int>) -> String {
        frames.count > 1
            ? "frames \(count(frames.lowerBound))–\(count(frames.upperBound - 1))" : "frame \(count(frames.lowerBound))"
    }

    /// `832 × 480`; nil where a side is unknown.
    public static func size(_ width: Int?, _ height: Int?) -> String? {
        width.flatMap { width in height.map { "\(width)\u{A0}×\u{A0}\($0)" } }
    }

    /// `0.61 to 0.84`.
    public static func interval(_ lower: Double, _ upper: Double) -> String {
        "\(decimal(lower, 2)) to \(decimal(upper, 2))"
    }

    /// A place or length in a drawing: a number that SVG reads.
    public static func coordinate(_ value: Double) -> String { String(format: "%.2f", value) }
}

/// Names of the data as people read them.
public enum Words {
    /// `wrong_caption` is `wrong caption`.
    public static func plain(_ name: String) -> String { name.replacing("_", with: " ") }

    /// `wrong_caption` is `Wrong caption`.
    public static func heading(_ name: String) -> String {
        let words = plain(name)
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}

extension Array {
    /// At most `limit` elements, spread evenly over the array, its first among them.
    public func sampled(_ limit: Int) -> [Element] {
        count <= limit ? self : (0..<limit).map { self[$0 * count / limit] }
    }
}
