import Model

/// The signatures of a source's frames as vectors, to ask how far frames lie apart and whether one is a mixture of
/// others. Sums are integers, so that loops may be vectorised and still give the same answer everywhere.
struct FrameVectors {
    static let lumaCount = FrameSignatures.lumaCount
    /// Luma, then chroma around 0 times 1.5.
    static let length = lumaCount + FrameSignatures.chromaCount

    let count: Int
    /// `length` a frame.
    private let rows: [Int16]
    /// The sum of squares of each frame's row, and of the row of its negative in luma.
    private let squares: [Int32], negativeSquares: [Int32]

    init(_ signatures: FrameSignatures) {
        count = signatures.count
        var rows: [Int16] = []
        rows.reserveCapacity(count * Self.length)
        var squares: [Int32] = []
        var negativeSquares: [Int32] = []
        for frame in 0..<count {
            var (luma, negative, chroma): (Int32, Int32, Int32) = (0, 0, 0)
            for value in signatures.luma[frame * Self.lumaCount..<(frame + 1) * Self.lumaCount] {
                rows.append(Int16(value))
                luma += Int32(value) * Int32(value)
                negative += Int32(255 - value) * Int32(255 - value)
            }
            let colours = FrameSignatures.chromaCount
            for value in signatures.chroma[frame * colours..<(frame + 1) * colours] {
                let centred = (Int16(value) - 128) * 3 / 2
                rows.append(centred)
                chroma += Int32(centred) * Int32(centred)
            }
            squares.append(luma + chroma)
            negativeSquares.append(negative + chroma)
        }
        self.rows = rows
        self.squares = squares
        self.negativeSquares = negativeSquares
    }

    /// The root mean square of a frame: its distance from black.
    func content(_ frame: Int) -> Float { Self.root(Double(squares[frame])) }

    /// The distance of a frame from white.
    func negativeContent(_ frame: Int) -> Float { Self.root(Double(negativeSquares[frame])) }

    /// The root mean square difference of two frames, in levels.
    func distance(_ a: Int, _ b: Int) -> Float { distances(a, b).plain }

    /// The distance, and the distance when the brighter frame is dimmed by the gain (0.4 to 1) that brings it nearest:
    /// blind to flicker and bleaching.
    func distances(_ a: Int, _ b: Int) -> (plain: Float, undimmed: Float) {
        let (aa, bb, ab) = (Double(squares[a]), Double(squares[b]), Double(dot(a, b)))
        let (bright, dark) = (max(aa, bb), min(aa, bb))
        let gain = min(1, max(0.4, ab / (bright + 1)))
        return (Self.root(aa + bb - 2 * ab), Self.root(dark - 2 * gain * ab + gain * gain * bright))
    }

    private static func root(_ sum: Double) -> Float { Float((max(0, sum) / Double(length)).squareRoot()) }

    private func dot(_ a: Int, _ b: Int) -> Int32 {
        rows.withUnsafeBufferPointer { p in
            var sum: Int32 = 0
            for k in 0..<Self.length {
                sum &+= Int32(p[a &* Self.length &+ k]) &* Int32(p[b &* Self.length &+ k])
            }
            return sum
        }
    }

    /// A frame as a mixture of `a` and `b`.
    struct Mixture {
        /// Share of `b` in the best mixture of whole pictures, unbounded.
        var share: Float
        /// What the best mixture leaves unexplained, relative to the distance of `a` and `b`.
        var rest: Float
        /// Share of `b` where each cell is taken from either, weighted by how much the cell differs.
        var patchShare: Float
    }

    /// `x` as a mixture of `a` and `b`; adds 1 to `fromB` for each luma cell that is nearer to `b`.
    func mixture(of x: Int, from a: Int, to b: Int, countingCells fromB: inout [Int32]) -> Mixture {
        let sums = rows.withUnsafeBufferPointer { p in
            fromB.withUnsafeMutableBufferPointer { cells in
                var (dot, length, own, near): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
                for k in 0..<Self.length {
                    let start = Int32(p[a &* Self.length &+ k])
                    let u = Int32(p[x &* Self.length &+ k]) &- start
                    let d = Int32(p[b &* Self.length &+ k]) &- start
                    dot &+= u &* d
                    length &+= d &* d
                    own &+= u &* u
                    // Nearer to b: (u - d)^2 < u^2.
                    let isNear: Int32 = d &* d < 2 &* u &* d ? 1 : 0
                    near &+= isNear &* d &* d
                    if k < Self.lumaCount { cells[k] &+= isNear }
                }
                return (dot: Double(dot), length: Double(length) + 1, own: Double(own), near: Double(near))
            }
        }
        let share = sums.dot / sums.length
        let bounded = min(1, max(0, share))
        let rest = max(0, sums.own - 2 * bounded * sums.dot + bounded * bounded * sums.length)
        return Mixture(
            share: Float(share), rest: Float((rest / sums.length).squareRoot()),
            patchShare: Float(sums.near / sums.length))
    }

    /// The squared difference of each luma cell of two frames.
    func lumaDifferences(_ a: Int, _ b: Int) -> [Int32] {
        (0..<Self.lumaCount).map { k in
            let d = Int32(rows[a * Self.length + k]) - Int32(rows[b * Self.length + k])
            return d * d
        }
    }

    /// How far `x` has moved from the frame before it on the way from `a` to `b`, as a share of that way.
    func progress(of x: Int, from a: Int, to b: Int) -> Float {
        rows.withUnsafeBufferPointer { p in
            var (dot, length): (Int32, Int32) = (0, 0)
            for k in 0..<Self.length {
                let d = Int32(p[b &* Self.length &+ k]) &- Int32(p[a &* Self.length &+ k])
                let step = Int32(p[x &* Self.length &+ k]) &- Int32(p[(x &- 1) &* Self.length &+ k])
                dot &+= step &* d
                length &+= d &* d
            }
            return Float(dot) / (Float(length) + 1)
        }
    }
}
