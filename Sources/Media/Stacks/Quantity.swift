import Foundation
import Model

/// Numbers with units as microscopes' files write them.
enum Quantity {
    /// Micrometres a unit; nil for `pixel`, an inch (a printer's resolution) and everything else.
    static func micrometres(unit: String?) -> Rational? {
        let name = (unit ?? "").replacingOccurrences(of: "\\u00B5", with: "\u{B5}")
            .replacingOccurrences(of: "\u{3BC}", with: "\u{B5}").trimmingCharacters(in: .whitespaces)
        switch name.lowercased() {
        case "\u{B5}m", "um", "micron", "microns", "micrometer", "micrometers", "micrometre", "micrometres":
            return Rational(1)
        case "nm", "nanometer", "nanometers", "nanometre", "nanometres": return Rational(1, 1000)
        case "mm", "millimeter", "millimeters", "millimetre", "millimetres": return Rational(1000)
        case "cm": return Rational(10_000)
        default: return nil
        }
    }

    /// Seconds a unit of time; nil when unknown.
    static func seconds(unit: String) -> Rational? {
        switch unit.trimmingCharacters(in: .whitespaces).lowercased() {
        case "s", "sec", "second", "seconds": Rational(1)
        case "ms", "msec", "millisecond", "milliseconds": Rational(1, 1000)
        case "min", "minute", "minutes": Rational(60)
        case "h", "hr", "hour", "hours": Rational(3600)
        default: nil
        }
    }

    /// A decimal in 1e-9...1e6, to nine places; nil for zero, the infinite and the unreadable.
    /// - Parameter signed: a negative number counts as its magnitude.
    static func decimal(_ text: String?, signed: Bool = false) -> Rational? {
        guard let text = text?.trimmingCharacters(in: .whitespaces), var value = Double(text) else { return nil }
        if signed { value = value.magnitude }
        guard (1e-9...1e6).contains(value) else { return nil }
        return Rational(Int64((value * 1e9).rounded()), 1_000_000_000)
    }

    /// A pixel size in micrometres within 1e-6...1e6, else nil.
    static func plausible(_ size: Rational) -> Rational? { (1e-6...1e6).contains(size.double) ? size : nil }
}
