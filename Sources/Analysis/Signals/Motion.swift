import Model

extension Signal {
    /// Mean share of the picture that changes beyond sensor noise: between neighbouring samples inside the clip, which
    /// see more than the grid; of the grid from frame to frame where fewer than two samples lie inside.
    public static let motion = Signal(
        "motion", in: .share, amount: { Figure.percent($0, places: $0 < 0.1 ? 2 : 1) },
        edges: { _ in [0] + HistogramEdges.quarterDecades(-4..<0) + [1] }
    ) { clip in
        let changes = clip.samples.dropFirst().compactMap(\.change)
        if !changes.isEmpty { return changes.reduce(0) { $0 + Double($1) } / Double(changes.count) }
        guard clip.frames.count > 1 else { return nil }
        let sum = clip.frames.dropFirst().reduce(0) { $0 + Int(clip.measures.change[$1]) }
        return Double(sum) / 65535 / Double(clip.frames.count - 1)
    }
}
