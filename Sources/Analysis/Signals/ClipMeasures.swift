public import Model

/// A clip's part of its source's frame track, as the signals measure it.
public struct ClipMeasures: Sendable {
    public let track: FrameTrack
    public let span: ClipSpan
    /// Seconds a tick in playback.
    public let timeBase: Rational
    /// The clip's rows in `measures`; empty where the track doesn't hold them all.
    public let frames: Range<Int>
    /// Of the whole source.
    public let measures: FrameMeasures
    /// The sampled pictures whose frames lie inside.
    public let samples: ArraySlice<FrameSamples.Sample>

    public init(track: FrameTrack, span: ClipSpan, timeBase: Rational) {
        (self.track, self.span, self.timeBase) = (track, span, timeBase)
        measures = track.measures
        let range = span.frames.range
        frames = range.lowerBound >= 0 && range.upperBound <= track.count ? range : 0..<0
        samples = frames.isEmpty ? [] : track.samples.inside(span.frames)
    }
}
