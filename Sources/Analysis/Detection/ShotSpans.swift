public import Model

/// Shots from transitions.
public enum ShotSpans {
    /// The maximal runs of frames that belong to no transition, in order. Transitions may overlap; a cut ends a shot
    /// without taking a frame.
    public static func between(_ transitions: [Transition], frameCount: Int) -> [FrameSpan] {
        var shots: [FrameSpan] = []
        var start = 0
        for frames in transitions.map(\.frames).sorted() {
            let end = min(frames.start, frameCount)
            if end > start { shots.append(FrameSpan(start: start, end: end)) }
            start = max(start, frames.start, frames.end)
        }
        if start < frameCount { shots.append(FrameSpan(start: start, end: frameCount)) }
        return shots
    }
}
