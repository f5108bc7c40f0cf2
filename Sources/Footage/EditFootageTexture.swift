internal import Model

/// Endless patterns of `EditFootage`.
struct EditTexture {
    private static let side = 256
    private let tile: [Float]

    /// Value noise, about -1...1: lattices of random values, ever finer and fainter, smoothly joined.
    /// - Parameter coarsest: pixels between the coarsest lattice's points, a power of two up to 128.
    init(coarsest: Int, random: inout SplitMix) {
        let side = Self.side
        var tile = [Float](repeating: 0, count: side * side)
        var (cell, weight): (Int, Float) = (coarsest, 0.5)
        while cell >= 2 {
            let points = side / cell
            let lattice = (0..<points * points).map { _ in Float(random.value(in: -1...1)) }
            let steps = (0..<cell).map { step in
                let t = Float(step) / Float(cell)
                return t * t * (3 - 2 * t)
            }
            for row in 0..<side {
                let (top, bottom) = (row / cell * points, (row / cell + 1) % points * points)
                let down = steps[row % cell]
                for column in 0..<side {
                    let (left, right) = (column / cell, (column / cell + 1) % points)
                    let across = steps[column % cell]
                    let upper = lattice[top + left] + across * (lattice[top + right] - lattice[top + left])
                    let lower = lattice[bottom + left] + across * (lattice[bottom + right] - lattice[bottom + left])
                    tile[row * side + column] += weight * (upper + down * (lower - upper))
                }
            }
            (cell, weight) = (cell / 2, weight * 0.7)
        }
        self.tile = tile
    }

    /// Between four pixels, linear.
    subscript(x: Float, y: Float) -> Float {
        let (left, top) = (x.rounded(.down), y.rounded(.down))
        let (across, down) = (x - left, y - top)
        let mask = Self.side - 1
        let (column, row) = (Int(left) & mask, Int(top) & mask)
        let (next, below) = ((column + 1) & mask, ((row + 1) & mask) * Self.side)
        let line = row * Self.side
        let upper = tile[line + column] + across * (tile[line + next] - tile[line + column])
        let lower = tile[below + column] + across * (tile[below + next] - tile[below + column])
        return upper + down * (lower - upper)
    }

    /// 65,536 numbers of about normal distribution, deviation 1: sums of four even ones.
    static let noise: [Float] = {
        var random = SplitMix(seed: 0xED17)
        return (0..<65_536).map { _ in
            let sum = random.unit() + random.unit() + random.unit() + random.unit()
            return Float((sum - 2) * 1.732)
        }
    }()

    /// The sine of so many turns, to 0.001: a parabola, corrected once.
    static func sine(turns: Float) -> Float {
        let t = turns - turns.rounded()
        let rough = 8 * t - 16 * t * abs(t)
        return 0.225 * (rough * abs(rough) - rough) + rough
    }
}
