internal import Foundation
internal import Model

/// Amounts in words, for messages and progress lines.
package enum Quantity {
    /// `45 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h`; below ten seconds with one decimal.
    package static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 0x1p40 else { return "a very long time" }
        if seconds < 9.95 { return decimal(max(seconds, 0)) + " s" }
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60) min" + (whole % 60 == 0 ? "" : " \(whole % 60) s")
        case ..<86400:
            let minutes = whole % 3600 / 60
            return "\(whole / 3600) h" + (minutes == 0 ? "" : minutes < 10 ? " 0\(minutes) min" : " \(minutes) min")
        default:
            let hours = whole % 86400 / 3600
            return "\(whole / 86400) d" + (hours == 0 ? "" : " \(hours) h")
        }
    }

    /// `800 B`, `1.5 MiB`, `4 GiB`: powers of 1024.
    package static func size(_ bytes: Int) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(bytes)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(value < 100 ? decimal(value) : String(Int(value.rounded()))) \(units[unit])"
    }

    /// `12/s`, `4.5/min`, `0.8/h`: the unit in which the number is easy to read.
    package static func rate(perSecond: Double) -> String {
        for (factor, unit) in [(1.0, "s"), (60, "min")] where perSecond * factor >= 1 {
            let value = perSecond * factor
            return "\(value < 100 ? decimal(value) : String(Int(min(value, 1e15).rounded())))/\(unit)"
        }
        return "\(decimal(perSecond * 3600))/h"
    }

    /// `67,853`.
    package static func count(_ number: Int) -> String {
        (number < 0 ? "-" : "") + Figure.count(number.magnitude)
    }

    /// At most one decimal, none where it is 0.
    private static func decimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
