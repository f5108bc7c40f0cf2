import Model

/// Counts of what a release's clips lack, for the card. Memory grows with the number of sources alone.
struct ReleaseGaps {
    private(set) var withoutCaption = 0
    private(set) var withoutPixelSize = 0
    private(set) var withoutInterval = 0
    /// Each source's title, and how many clips are of it.
    private(set) var sources: [SourceID: (title: String, clips: Int)] = [:]

    mutating func add(_ record: SampleRecord) {
        if record.caption.isEmpty { withoutCaption += 1 }
        if record.umPerPixel.isEmpty { withoutPixelSize += 1 }
        if record.timeLapse.isEmpty { withoutInterval += 1 }
        sources[record.sourceId, default: (record.sourceTitle, 0)].clips += 1
    }
}
