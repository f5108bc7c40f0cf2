extension Signal {
    /// Share of the sampled pictures that carry a line of overlay text.
    public static let text = Signal("text", in: .share) { clip in
        guard !clip.samples.isEmpty else { return nil }
        return Double(clip.samples.count { $0.text >= width }) / Double(clip.samples.count)
    }
}

/// A line of text narrower than this share of the width is a scale bar, a clock, a label.
private let width: Float = 0.35
