public import Model

/// A boundary that a detector, ours or another tool, reports.
public struct PredictedBoundary: Hashable, Sendable {
    /// The frame that stands for it.
    public var middle: Int
    /// The mixed frames, half-open; empty where the tool names none.
    public var frames: FrameSpan
    public var kind: Transition.Kind
    /// 0...1; nil where the tool gives none.
    public var score: Double?

    public init(middle: Int, frames: FrameSpan, kind: Transition.Kind, score: Double?) {
        self.middle = middle
        self.frames = frames
        self.kind = kind
        self.score = score
    }

    public init(_ transition: Transition) {
        self.init(
            middle: transition.middle, frames: transition.frames, kind: transition.kind, score: transition.score)
    }

    /// The first frame of a new shot, of which nothing more is known.
    public init(frame: Int) {
        self.init(middle: frame, frames: FrameSpan(start: frame, end: frame), kind: .cut, score: nil)
    }
}

/// Which reported boundary finds which transition, by the field's rule: a boundary is right when its middle lies within
/// the slack of a cut, or inside a gradual transition widened by the slack; each transition is matched once.
public struct BoundaryMatch: Hashable, Sendable {
    /// For each transition the boundary that finds it.
    public let finders: [Int?]
    /// For each boundary the transition that it finds; nil for a false alarm.
    public let found: [Int?]

    /// - Parameters:
    ///   - truth: in order.
    ///   - middles: of the boundaries, in order; each takes the first transition that is still free.
    ///   - slack: frames.
    public init(truth: [Transition], middles: [Int], slack: Int) {
        var finders = [Int?](repeating: nil, count: truth.count)
        var found = [Int?](repeating: nil, count: middles.count)
        for (boundary, middle) in middles.enumerated() {
            let free = truth.indices.first { index in
                guard finders[index] == nil else { return false }
                let frames = truth[index].frames
                // A cut's span is empty: its one frame is `start`.
                let last = max(frames.start, frames.end - 1)
                return frames.start - slack <= middle && middle <= last + slack
            }
            guard let free else { continue }
            finders[free] = boundary
            found[boundary] = free
        }
        self.finders = finders
        self.found = found
    }
}
