/// What the samples of a plane are, as stored. Planes of one series agree in it.
package struct SampleFormat: Hashable {
    package enum Kind: String, Hashable { case unsigned = "uint", signed = "int", float }

    /// Pixels.
    package var width: Int
    package var height: Int
    /// Bits of a sample.
    package var bits: Int
    package var kind: Kind
    /// Channels inside a pixel, interleaved as `PlaneStore.decode` gives them; alpha is left out.
    package var samples: Int
    /// Whether the three samples of a pixel are red, green and blue.
    package var isColor: Bool

    package init(width: Int, height: Int, bits: Int, kind: Kind, samples: Int, isColor: Bool) {
        (self.width, self.height, self.bits, self.kind) = (width, height, bits, kind)
        (self.samples, self.isColor) = (samples, isColor)
    }

    var pixels: Int { width * height }
    /// Values of a decoded plane.
    package var count: Int { pixels * samples }
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
