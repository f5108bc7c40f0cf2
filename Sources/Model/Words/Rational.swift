/// An exact fraction in lowest terms with a positive denominator: time bases, frame rates, intervals.
public struct Rational: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let numerator: Int64
    public let denominator: Int64

    /// - Precondition: `denominator` is not zero.
    public init(_ numerator: Int64, _ denominator: Int64 = 1) {
        precondition(denominator != 0, "a fraction needs a denominator")
        let divisor = Self.gcd(numerator.magnitude, denominator.magnitude)
        let sign: Int64 = denominator < 0 ? -1 : 1
        self.numerator = sign * numerator / Int64(divisor)
        self.denominator = sign * denominator / Int64(divisor)
    }

    private static func gcd(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return Swift.max(a, 1)
    }

    public var reciprocal: Rational { Rational(denominator, numerator) }
    public var double: Double { Double(numerator) / Double(denominator) }
    /// `numerator/denominator`, the form used in JSON, SQL and the command line.
    public var description: String { "\(numerator)/\(denominator)" }

    /// Parses `30000/1001`, `16` or a plain decimal such as `59.94`; nil when it is none of them.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, let n = Int64(parts[0]), let d = Int64(parts[1]), d != 0, min(n, d) > .min {
            self.init(n, d)
        } else if parts.count == 1, let n = Int64(text) {
            self.init(n)
        } else if parts.count == 1 {
            let decimal = text.split(separator: ".", omittingEmptySubsequences: false)
            guard decimal.count == 2, decimal[1].count <= 9, decimal[1].allSatisfy(\.isNumber),
                let n = Int64(String(decimal[0]) + String(decimal[1]))
            else { return nil }
            self.init(n, (0..<decimal[1].count).reduce(1) { d, _ in d * 10 })
        } else {
            return nil
        }
    }

    public static func < (a: Rational, b: Rational) -> Bool {
        let left = a.numerator.multipliedFullWidth(by: b.denominator)
        let right = b.numerator.multipliedFullWidth(by: a.denominator)
        return (left.high, left.low) < (right.high, right.low)
    }

    public static func * (a: Rational, b: Rational) -> Rational {
        let x = Rational(a.numerator, b.denominator)
        let y = Rational(b.numerator, a.denominator)
        return Rational(x.numerator * y.numerator, x.denominator * y.denominator)
    }

    public static func / (a: Rational, b: Rational) -> Rational { a * b.reciprocal }

    /// The seconds that `ticks` of this time base last.
    public func seconds(_ ticks: Int64) -> Double {
        Double(ticks) * Double(numerator) / Double(denominator)
    }

    /// `ticks` of this time base in ticks of another one, rounded to nearest, halves away from zero.
    public func rescale(_ ticks: Int64, to other: Rational) -> Int64 {
        let factor = self / other
        let (high, low) = ticks.magnitude.multipliedFullWidth(by: factor.numerator.magnitude)
        let half = factor.denominator.magnitude / 2
        let (sum, carry) = low.addingReportingOverflow(half)
        let (quotient, _) = factor.denominator.magnitude.dividingFullWidth((high + (carry ? 1 : 0), sum))
        return (ticks < 0) != (factor.numerator < 0) ? -Int64(quotient) : Int64(quotient)
    }
}

extension Rational: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text: String
        if let number = try? container.decode(Double.self) {
            text = Self.decimalText(number)
        } else {
            text = try container.decode(String.self)
        }
        guard let value = Rational(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not a number or a fraction such as 30000/1001")
        }
        self = value
    }

    private static func decimalText(_ number: Double) -> String {
        number == number.rounded() && number.magnitude < 1e15 ? String(Int64(number)) : String(number)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
