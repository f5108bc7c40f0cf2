public import Model

/// What scan recorded of every frame of a source, in presentation order: by it the cutter knows frames again.
public struct SourceTiming: Codable, Hashable, Sendable {
    /// Presentation times in ticks of the source, strictly increasing; the ordinals where the source has no PTS.
    public var pts: [Int64]
    /// `Frame.checksum()` of every frame; as many as `pts`.
    public var checksums: [UInt32]
    /// Playback seconds a tick.
    public var timeBase: Rational

    public init(pts: [Int64], checksums: [UInt32], timeBase: Rational) {
        self.pts = pts
        self.checksums = checksums
        self.timeBase = timeBase
    }

    /// The ordinal of the frame at exactly `tick`; nil where no frame begins there.
    public func ordinal(at tick: Int64) -> Int? {
        var low = 0
        var high = pts.count
        while low < high {
            let middle = (low + high) / 2
            if pts[middle] < tick { low = middle + 1 } else { high = middle }
        }
        return low < pts.count && pts[low] == tick ? low : nil
    }
}
