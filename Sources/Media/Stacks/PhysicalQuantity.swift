import Foundation
import Model

/// Numbers with units as microscopes' files write them. Nonsense is nil.
enum PhysicalQuantity {
    /// Micrometres a unit, in OME's spellings and the wild ones; nil for `pixel`, the empty and everything else.
    static func micrometres(unit: String?) -> Rational? {
        let name = plain(unit ?? "")
        // Letter case tells a megametre from a millimetre.
        if name == "Mm" || name == "Pm" { return nil }
        switch name.lowercased() {
        case "um", "umeter", "micron", "microns", "micrometer", "micrometers", "micrometre", "micrometres":
            return Rational(1)
        case "nm", "nanometer", "nanometers", "nanometre", "nanometres": return Rational(1, 1000)
        case "pm", "picometer", "picometers", "picometre", "picometres": return Rational(1, 1_000_000)
        case "\u{E5}", "angstrom", "angstroms", "\u{E5}ngstr\u{F6}m": return Rational(1, 10_000)
        case "mm", "millimeter", "millimeters", "millimetre", "millimetres": return Rational(1000)
        case "cm", "centimeter", "centimeters", "centimetre", "centimetres": return Rational(10_000)
        case "m", "meter", "meters", "metre", "metres": return Rational(1_000_000)
        case "in", "inch", "inches": return inch
        default: return nil
        }
    }

    /// Micrometres an inch.
    static let inch = Rational(25_400)

    /// Seconds a unit of time; nil when unknown.
    static func seconds(unit: String) -> Rational? {
        switch plain(unit).lowercased() {
        case "s", "sec", "secs", "second", "seconds": Rational(1)
        case "ms", "msec", "msecs", "millisecond", "milliseconds": Rational(1, 1000)
        case "us", "usec", "microsecond", "microseconds": Rational(1, 1_000_000)
        case "ns", "nsec", "nanosecond", "nanoseconds": Rational(1, 1_000_000_000)
        case "min", "mins", "minute", "minutes": Rational(60)
        case "h", "hr", "hrs", "hour", "hours": Rational(3600)
        case "d", "day", "days": Rational(86_400)
        default: nil
        }
    }

    /// A unit's name with a plain `u` for the micro sign in all its spellings, escapes resolved.
    private static func plain(_ unit: String) -> String {
        var name = unescaped(unit)
        // U+00B5, U+03BC; U+00C2 before it comes from UTF-8 taken for Latin-1.
        for micro in ["\u{C2}\u{B5}", "\u{B5}", "\u{3BC}"] { name = name.replacingOccurrences(of: micro, with: "u") }
        // The angstrom sign is the letter, decomposed or not.
        name = name.precomposedStringWithCanonicalMapping
        return name.trimmingCharacters(in: CharacterSet(charactersIn: "\"'").union(.whitespacesAndNewlines))
    }

    /// Java's `\u00B5`, which ImageJ writes literally, as the character.
    static func unescaped(_ text: String) -> String {
        var parts = text.components(separatedBy: "\\u")
        for i in parts.indices.dropFirst() {
            let digits = parts[i].prefix(4)
            if digits.count == 4, let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) {
                parts[i] = String(Character(scalar)) + parts[i].dropFirst(4)
            } else {
                parts[i] = "\\u" + parts[i]
            }
        }
        return parts.joined()
    }

    /// A plain decimal, with a point or a decimal comma, perhaps an exponent; nil for everything else.
    static func number(_ text: String?) -> Double? {
        guard var text = text?.trimmingCharacters(in: .whitespacesAndNewlines), !text.isEmpty,
            text.utf8.allSatisfy({ "0123456789+-.,eE".utf8.contains($0) })
        else { return nil }
        if !text.contains("."), text.count(where: { $0 == "," }) == 1 {
            text = text.replacingOccurrences(of: ",", with: ".")
        }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    /// A decimal in 1e-9...1e6, to nine places (twelve below a thousandth); nil for zero, the infinite and the
    /// unreadable.
    /// - Parameter signed: a negative number counts as its magnitude.
    static func decimal(_ text: String?, signed: Bool = false) -> Rational? {
        number(text).flatMap { decimal(signed ? $0.magnitude : $0) }
    }

    static func decimal(_ value: Double) -> Rational? {
        guard (1e-9...1e6).contains(value) else { return nil }
        let scale: Int64 = value < 1e-3 ? 1_000_000_000_000 : 1_000_000_000
        return Rational(Int64((value * Double(scale)).rounded()), scale)
    }

    /// A length in micrometres; nil where number or unit are unknown or the length is not within 1e-6...1e6.
    static func length(_ value: Rational?, unit: String?) -> Rational? {
        guard let value, let unit = micrometres(unit: unit), let size = product(value, unit) else { return nil }
        return plausible(size)
    }

    /// A time in seconds; nil where number or unit are unknown or the time is not within 1e-9...1e8.
    static func time(_ value: Rational?, unit: String?) -> Rational? {
        guard let value, let unit = seconds(unit: unit ?? "s"), let time = product(value, unit),
            (1e-9...1e8).contains(time.double)
        else { return nil }
        return time
    }

    /// A pixel size in micrometres within 1e-6...1e6, else nil.
    static func plausible(_ size: Rational) -> Rational? { (1e-6...1e6).contains(size.double) ? size : nil }

    /// The exact product of two positive fractions, to nine places where its terms are unwieldy; nil when it is too
    /// large for that.
    static func product(_ a: Rational, _ b: Rational) -> Rational? {
        let x = Rational(a.numerator, b.denominator)
        let y = Rational(b.numerator, a.denominator)
        let over = x.numerator.multipliedReportingOverflow(by: y.numerator)
        let under = x.denominator.multipliedReportingOverflow(by: y.denominator)
        if !over.overflow, !under.overflow, over.partialValue <= 1_000_000_000_000_000,
            under.partialValue <= 1_000_000_000_000
        {
            return Rational(over.partialValue, under.partialValue)
        }
        let value = (a.double * b.double * 1e9).rounded()
        return (1...1e18).contains(value) ? Rational(Int64(value), 1_000_000_000) : nil
    }
}
