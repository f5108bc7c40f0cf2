/// What the samples of a plane are, as stored. Planes of one series agree in it.
struct SampleFormat: Hashable {
    enum Kind: String, Hashable { case unsigned = "uint", signed = "int", float }

    /// Pixels.
    var width: Int
    var height: Int
    /// Bits of a sample.
    var bits: Int
    var kind: Kind
    /// Channels inside a pixel, interleaved as `PlaneStore.decode` gives them; alpha is left out.
    var samples: Int
    /// Whether the three samples of a pixel are red, green and blue.
    var isColor: Bool

    var pixels: Int { width * height }
    /// Values of a decoded plane.
    var count: Int { pixels * samples }
    /// Whether every sample is a whole number in 0...65535, which needs no window to be told apart.
    var isWord: Bool { kind == .unsigned && bits <= 16 }
    /// The largest value of whole samples; nil for floating point.
    var maximum: Double? {
        switch kind {
        case .unsigned: Double(sign: .plus, exponent: bits, significand: 1) - 1
        case .signed: Double(sign: .plus, exponent: bits - 1, significand: 1) - 1
        case .float: nil
        }
    }

    /// `gray8`, `gray16`, `rgb24`, `rgb48`, or the type and the number of samples, such as `float32x1`.
    var name: String {
        if isColor, isWord { return "rgb\(3 * bits)" }
        if kind == .unsigned, samples == 1, bits == 8 || bits == 16 { return "gray\(bits)" }
        return "\(kind.rawValue)\(bits)x\(samples)"
    }

    var description: String { "\(width)x\(height) \(name)" }
}
