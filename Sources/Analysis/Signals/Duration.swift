import Model

extension Signal {
    /// Playing time.
    public static let duration = Signal("duration", in: .seconds, edges: steps) { clip in
        clip.timeBase.seconds(clip.span.ticks.length)
    }

    /// Round steps, so that there are at most twenty.
    @Sendable private static func steps(_ longest: Double) -> [Double] {
        let step = [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600].first { longest / $0 < 20 } ?? max(longest / 19, 1)
        return stride(from: 0, through: max(1, (longest / step).rounded(.down) + 1), by: 1).map { $0 * step }
    }
}
