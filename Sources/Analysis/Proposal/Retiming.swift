public import Model

/// Which source frame each output frame of a clip shows, and when.
public struct Retiming: Hashable, Sendable {
    /// Decode ordinals, one an output frame.
    public var sourceFrames: [Int]
    /// Presentation times of the output frames in `timeBase`, strictly increasing.
    public var times: [Int64]
    public var timeBase: Rational

    public init(sourceFrames: [Int], times: [Int64], timeBase: Rational) {
        self.sourceFrames = sourceFrames
        self.times = times
        self.timeBase = timeBase
    }

    /// Plans the frames of a clip. Frames are repeated or left out, never blended.
    ///
    /// With `profile.rate`, output frame k plays k / rate after the span's start and shows the span's frame with the
    /// nearest PTS, the earlier of two; there are as many frames as whole frame times fit into the span, at least one
    /// and at most `profile.frames`. Without, each source frame is shown once at its own time after the span's start.
    ///
    /// - Parameter timeBase: seconds a tick of the source in playback.
    public static func plan(
        timing: FrameTiming, span: ClipSpan, timeBase: Rational, profile: Profile
    ) -> Retiming {
        let frames = span.frames.range
        guard let rate = profile.rate, !frames.isEmpty else {
            return Retiming(
                sourceFrames: Array(frames), times: frames.map { timing.pts[$0] - span.ticks.start }, timeBase: timeBase
            )
        }
        // One output frame lasts step.numerator / step.denominator ticks.
        let step = rate.reciprocal / timeBase
        let (scale, length) = (Int128(step.denominator), Int128(step.numerator))
        let fit = Int128(span.ticks.length) * scale / length
        let count = max(1, min(profile.frames ?? Int.max, Int(fit)))
        var shown = frames.lowerBound
        let sourceFrames = (0..<count).map { k in
            let wanted = Int128(k) * length
            func distance(_ frame: Int) -> Int128 {
                (Int128(timing.pts[frame] - span.ticks.start) * scale - wanted).magnitude128
            }
            while shown + 1 < frames.upperBound, distance(shown + 1) < distance(shown) { shown += 1 }
            return shown
        }
        return Retiming(
            sourceFrames: sourceFrames, times: (0..<count).map(Int64.init), timeBase: rate.reciprocal)
    }
}

extension Int128 {
    fileprivate var magnitude128: Int128 { self < 0 ? -self : self }
}
