public import Model

/// The picture hashes of one source and when they are shown.
public struct SampledHashes: Sendable {
    /// What it reads of a track.
    public static let parts: [any TrackPart.Type] = [FrameTiming.self, FrameSamples.self]

    /// Ticks of the source, strictly increasing.
    private var pts: [Int64] = []
    private var hashes: [PictureHash] = []

    /// None.
    public init() {}

    /// - Precondition: the track was checked.
    public init(of track: FrameTrack) {
        let samples = track.samples.all
        let timing = track.timing
        pts = samples.map { timing.pts[$0.ordinal] }
        hashes = samples.map(\.hash)
    }

    /// Those shown during `ticks`, in seconds from their start.
    /// - Parameter timeBase: seconds a tick in playback.
    public func inside(_ ticks: TickSpan, timeBase: Rational) -> [TimedHash] {
        let start = pts.firstIndex(notBefore: { $0 < ticks.start })
        let end = pts.firstIndex(notBefore: { $0 < ticks.end })
        return (start..<max(start, end)).map {
            TimedHash(seconds: timeBase.seconds(pts[$0] - ticks.start), hash: hashes[$0])
        }
    }
}
