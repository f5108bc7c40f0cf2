extension Signal {
    /// Share of frames that are near-uniform.
    public static let blank = Signal("blank", in: .share) { clip in
        guard !clip.frames.isEmpty else { return nil }
        return Double(clip.frames.count { clip.measures.isBlank($0) }) / Double(clip.frames.count)
    }
}
