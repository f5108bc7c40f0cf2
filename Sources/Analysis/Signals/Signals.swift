public import Model

/// The signals, and their values of a clip from the frame track alone.
public enum Signals {
    /// In the order in which they are shown.
    public static let all: [Signal] = [.duration, .border, .blank, .brightness, .sharpness, .motion, .text]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// nil where this version has no such signal.
    public static func named(_ name: String) -> Signal? { byName[name] }

    /// - Precondition: `filter` is one of `Filters.all`, or judges a signal as they do.
    public static func judged(by filter: Filter) -> Signal {
        guard let signal = byName[filter.signal] else {
            preconditionFailure("the filter '\(filter.name)' judges '\(filter.signal)', which is no signal")
        }
        return signal
    }

    /// Measures a clip: values by the signals' names. A signal that could not be measured has no key.
    ///
    /// - Parameter timeBase: seconds a tick in playback.
    public static func measure(
        track: FrameTrack, span: ClipSpan, timeBase: Rational, by signals: [Signal] = all
    ) -> [String: Double] {
        let clip = ClipMeasures(track: track, span: span, timeBase: timeBase)
        return signals.reduce(into: [:]) { values, signal in values[signal.name] = signal.measure(clip) }
    }
}
