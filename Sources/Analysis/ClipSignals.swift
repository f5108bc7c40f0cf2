public import Model

/// The signals of a clip, from the frame track alone.
public enum ClipSignals {
    /// A straight edge covers at least this share of a line (of 255).
    private static let straight = 153
    /// Share of the samples in which a border's edge must be seen; content beside it may be dark now and then.
    private static let seen = 0.25
    /// A line of text narrower than this share of the width is a scale bar, a clock, a label.
    private static let textWidth: Float = 0.35

    /// Measures a clip. A signal that could not be measured has no key: no sampled picture lies inside the span
    /// (border, sharpness, text), or it has fewer than two frames (motion).
    ///
    /// - Parameter timeBase: seconds a tick in playback.
    public static func measure(track: FrameTrack, span: ClipSpan, timeBase: Rational) -> [Signal: Double] {
        var signals: [Signal: Double] = [.duration: timeBase.seconds(span.ticks.length)]
        let frames = span.frames.range
        guard !frames.isEmpty, frames.lowerBound >= 0, frames.upperBound <= track.count else { return signals }
        let measures = track.measures
        signals[.blank] = Double(frames.count { measures.isBlank($0) }) / Double(frames.count)
        let mean = frames.reduce(0) { $0 + Int(measures.mean[$1]) }
        signals[.brightness] = min(1, Double(mean) / Double(frames.count) / 256 / 255)
        let samples = track.samples.inside(span.frames)
        signals[.motion] = motion(measures, frames, samples)
        guard !samples.isEmpty else { return signals }
        signals[.border] = border(samples)
        signals[.sharpness] = median(samples.map { Double($0.sharpness) })
        signals[.text] = Double(samples.count { $0.text >= textWidth }) / Double(samples.count)
        return signals
    }

    /// The mean over neighbouring samples inside the clip, which sees more than the grid; the grid's from frame to
    /// frame where fewer than two samples lie inside.
    private static func motion(
        _ measures: FrameMeasures, _ frames: Range<Int>, _ samples: ArraySlice<FrameSamples.Sample>
    ) -> Double? {
        let changes = samples.dropFirst().compactMap(\.change)
        if !changes.isEmpty { return changes.reduce(0) { $0 + Double($1) } / Double(changes.count) }
        guard frames.count > 1 else { return nil }
        let sum = frames.dropFirst().reduce(0) { $0 + Int(measures.change[$1]) }
        return Double(sum) / 65535 / Double(frames.count - 1)
    }

    /// Left and right, or top and bottom together, whichever is larger. A side counts as far as it is black in every
    /// sample, where a straight edge stands at just that depth in enough of them.
    private static func border(_ samples: ArraySlice<FrameSamples.Sample>) -> Double {
        let sides = (0..<4).map { side -> Double in
            let margins = samples.map { $0.margins[side] }
            let depth = margins.map(\.depth).min() ?? 0
            guard depth > 0, depth < 65535 else { return 0 }
            // One line of the smallest picture, 1/256, is the same place.
            let edges = margins.count { $0.depth - depth <= 300 && Int($0.edge) >= straight }
            return Double(edges) >= seen * Double(margins.count) ? Double(depth) / 65535 : 0
        }
        return max(sides[0] + sides[1], sides[2] + sides[3])
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
