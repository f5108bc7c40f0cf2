import Model

/// How sample values become the 256 levels of a picture: a window, then an exponent.
///
/// Without gamma a value's level is (value - low) * 255 / (high - low), halves rounded up, within 0...255. With gamma
/// it is the same of share ^ gamma * 255, where share is the value's place in the window, 0...1. NaN is 0, infinities
/// are 0 and 255. Only IEEE arithmetic and square roots are used, so that every CPU gives the same levels.
struct Tone {
    let low: Double
    let high: Double
    private let curve: Curve?

    /// A gamma by its steps.
    private struct Curve {
        /// For each level above 0 the least share that reaches it.
        let steps: [Double]
        /// The level of each 1024th share, from which a share's own is a few steps away.
        let starts: [Int]

        init(gamma: Rational) {
            let exponent = 1 / gamma.double
            let steps = (1...255).map { power((Double($0) - 0.5) / 255, exponent) }
            self.steps = steps
            starts = (0...1024).map { place in steps.count { $0 <= Double(place) / 1024 } }
        }

        func level(_ share: Double) -> UInt8 {
            guard share > 0 else { return 0 }
            var level = starts[Int(min(share, 1) * 1024)]
            while level < 255, share >= steps[level] { level += 1 }
            return UInt8(level)
        }
    }

    /// - Precondition: `low` < `high`, both finite, and `gamma` above 0.
    init(low: Double, high: Double, gamma: Rational?) {
        self.low = low
        self.high = high
        curve = gamma.flatMap { $0 == Rational(1) ? nil : Curve(gamma: $0) }
    }

    func level(_ value: Double) -> UInt8 {
        if let curve { return curve.level((value - low) / (high - low)) }
        let level = (value - low) * 255 / (high - low) + 0.5
        return level > 0 ? (level < 255 ? UInt8(level) : 255) : 0
    }

    /// The levels of the whole numbers `first...(first + 65535)`.
    func table(from first: Int) -> [UInt8] { (0...65535).map { level(Double(first + $0)) } }

    /// `base` in 0...1 to the power of `exponent`, by squares and square roots. The C library's `pow` may differ in
    /// its last bit from one CPU to another.
    static func power(_ base: Double, _ exponent: Double) -> Double {
        let whole = exponent.rounded(.down)
        var rest = exponent - whole
        var result = 1.0
        var factor = base
        var bits = UInt64(min(whole, 0x1p62))
        while bits > 0 {
            if bits & 1 != 0 { result *= factor }
            factor *= factor
            bits >>= 1
        }
        factor = base
        while rest > 0 {
            factor.formSquareRoot()
            rest *= 2
            if rest >= 1 {
                result *= factor
                rest -= 1
            }
        }
        return result
    }
}

extension SampleFormat {
    /// The type's own range, which is shown where there is no window; 0 and 1 of floating point.
    var fullRange: (low: Double, high: Double) {
        guard let maximum else { return (0, 1) }
        return (kind == .signed ? -maximum - 1 : 0, maximum)
    }

    /// The least value of whole samples of up to 16 bits, of which a table holds all; nil for others.
    var tableStart: Int? {
        if kind == .float || bits > 16 { return nil }
        return kind == .signed ? -32768 : 0
    }
}
