import Model

/// The signatures as vectors, for tests of whether one picture is a mixture of others. Integers, so that loops may be
/// vectorised and still give the same answer everywhere.
struct Signatures {
    static let length = FramePictures.lumaCount + FramePictures.chromaCount
    let count: Int
    /// `length` a frame: luma, then chroma around 0 times 1.5.
    private let rows: [Int16]

    init(_ pictures: FramePictures) {
        count = pictures.count
        var rows: [Int16] = []
        rows.reserveCapacity(count * Self.length)
        for frame in 0..<count {
            for i in frame * FramePictures.lumaCount..<(frame + 1) * FramePictures.lumaCount {
                rows.append(Int16(pictures.luma[i]))
            }
            for i in frame * FramePictures.chromaCount..<(frame + 1) * FramePictures.chromaCount {
                rows.append((Int16(pictures.chroma[i]) - 128) * 3 / 2)
            }
        }
        self.rows = rows
    }

    /// Euclidean distance of two frames.
    func distance(_ a: Int, _ b: Int) -> Float {
        rows.withUnsafeBufferPointer { p in
            var sum: Int32 = 0
            for k in 0..<Self.length {
                let d = Int32(p[a &* Self.length &+ k]) &- Int32(p[b &* Self.length &+ k])
                sum &+= d &* d
            }
            return Float(sum).squareRoot()
        }
    }

    /// The largest distance of neighbouring frames in `frames`.
    func largestStep(_ frames: Range<Int>) -> Float {
        frames.dropFirst().reduce(0) { max($0, distance($1 - 1, $1)) }
    }

    /// `x` as a mixture of `a` and `b`.
    struct Mixture {
        /// Share of `b` in the best mixture of whole pictures, unbounded.
        var share: Float
        /// What the best mixture leaves unexplained, relative to the distance of `a` and `b`.
        var rest: Float
        /// Share of `b` where each cell is taken from either, weighted by how much the cell differs.
        var patchShare: Float
        var patchRest: Float
    }

    func mixture(of x: Int, from a: Int, to b: Int) -> Mixture {
        let sums = rows.withUnsafeBufferPointer { p in
            var (dot, length, own, near, patch): (Int32, Int32, Int32, Int32, Int32) = (0, 0, 0, 0, 0)
            for k in 0..<Self.length {
                let start = Int32(p[a &* Self.length &+ k])
                let (u, d) = (
                    Int32(p[x &* Self.length &+ k]) &- start, Int32(p[b &* Self.length &+ k]) &- start
                )
                let (fromA, fromB) = (u &* u, (u &- d) &* (u &- d))
                dot &+= u &* d
                length &+= d &* d
                own &+= fromA
                near &+= fromB < fromA ? d &* d : 0
                patch &+= min(fromA, fromB)
            }
            return (dot: Float(dot), length: Float(length) + 1, own: Float(own), near: Float(near), patch: Float(patch))
        }
        let share = sums.dot / sums.length
        let bounded = min(1, max(0, share))
        let rest = max(0, sums.own - 2 * bounded * sums.dot + bounded * bounded * sums.length)
        return Mixture(
            share: share, rest: (rest / sums.length).squareRoot(), patchShare: sums.near / sums.length,
            patchRest: (sums.patch / sums.length).squareRoot())
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

    /// `x` as a dimmed (or, towards white, bleached) `a`: the gain that fits best, what it leaves unexplained, both
    /// relative to the distance of `a` from the plain picture of luma `plain`.
    func dimmed(_ x: Int, from a: Int, plain: Int32) -> (gain: Float, rest: Float) {
        let sums = rows.withUnsafeBufferPointer { p in
            var (dot, length, own): (Int32, Int32, Int32) = (0, 0, 0)
            for k in 0..<Self.length {
                let base = k < FramePictures.lumaCount ? plain : 0
                let (u, d) = (
                    Int32(p[x &* Self.length &+ k]) &- base, Int32(p[a &* Self.length &+ k]) &- base
                )
                dot &+= u &* d
                length &+= d &* d
                own &+= u &* u
            }
            return (dot: Float(dot), length: Float(length) + 1, own: Float(own))
        }
        let gain = sums.dot / sums.length
        let rest = max(0, sums.own - gain * sums.dot)
        return (gain, (rest / sums.length).squareRoot())
    }

    /// Distance of a frame from the plain picture of luma `plain`.
    func distance(_ a: Int, fromPlain plain: Int32) -> Float {
        rows.withUnsafeBufferPointer { p in
            var sum: Int32 = 0
            for k in 0..<Self.length {
                let d = Int32(p[a &* Self.length &+ k]) &- (k < FramePictures.lumaCount ? plain : 0)
                sum &+= d &* d
            }
            return Float(sum).squareRoot()
        }
    }
}
