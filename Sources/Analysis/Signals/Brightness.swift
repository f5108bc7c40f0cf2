extension Signal {
    /// Mean luma, as a share of white.
    public static let brightness = Signal("brightness", in: .share) { clip in
        guard !clip.frames.isEmpty else { return nil }
        let sum = clip.frames.reduce(0) { $0 + Int(clip.measures.mean[$1]) }
        return min(1, Double(sum) / Double(clip.frames.count) / 256 / 255)
    }
}
