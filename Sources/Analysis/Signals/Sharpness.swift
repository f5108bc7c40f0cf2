extension Signal {
    /// Median over the sampled pictures of the variance of the Laplacian of luma.
    public static let sharpness = Signal(
        "sharpness", in: .variance, edges: { _ in [0] + HistogramEdges.quarterDecades(-1..<4) + [10_000, 1_000_000] },
        isOpen: true
    ) { clip in
        guard !clip.samples.isEmpty else { return nil }
        let sorted = clip.samples.map { Double($0.sharpness) }.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
