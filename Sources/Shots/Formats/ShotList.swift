public import Analysis
public import Model

/// The shots of one recording and the transitions between them: what `shots --json` prints, and what its other forms
/// are made from.
public struct ShotList: Encodable, Hashable, Sendable {
    /// The beginning of a frame; of `frames` itself, the end of the last one.
    public struct Point: Encodable, Hashable, Sendable {
        /// Decode ordinal, from 0.
        public var frame: Int
        /// Ticks of `timeBase`.
        public var pts: Int64
        public var seconds: Double
    }

    public struct Shot: Encodable, Hashable, Sendable {
        public var index: Int
        public var start: Point
        public var end: Point
    }

    public struct Change: Encodable, Hashable, Sendable {
        public var kind: Transition.Kind
        public var start: Point
        public var end: Point
        public var middle: Point
        public var score: Double
    }

    public var frames: Int
    public var timeBase: Rational
    public var shots: [Shot]
    public var transitions: [Change]
    /// What the reader had to pass over, in words: damage, gaps, repaired timestamps.
    public var problems: [String]
    /// The tick of the first frame, which the clock times of `ShotClock` count from.
    private let origin: Int64

    private enum CodingKeys: String, CodingKey { case frames, timeBase, shots, transitions, problems }

    /// - Parameter timeBase: playback seconds a tick.
    public init(_ transitions: [Transition], timing: FrameTiming, timeBase: Rational, problems: [String] = []) {
        func point(_ frame: Int) -> Point {
            let pts = timing.start(of: frame)
            return Point(frame: frame, pts: pts, seconds: timeBase.seconds(pts))
        }
        frames = timing.count
        self.timeBase = timeBase
        shots = ShotSpans.between(transitions, frameCount: timing.count).enumerated().map {
            Shot(index: $0, start: point($1.start), end: point($1.end))
        }
        self.transitions = transitions.map {
            Change(
                kind: $0.kind, start: point($0.frames.start), end: point($0.frames.end), middle: point($0.middle),
                score: $0.score)
        }
        self.problems = problems
        origin = timing.start(of: 0)
    }

    /// The transition that a shot begins with; nil for the one that the recording begins with.
    public func opening(of shot: Shot) -> Change? { transitions.last { $0.end.frame == shot.start.frame } }

    /// Times as a player shows them: the first frame is at 0, whatever its PTS.
    public var clock: ShotClock { ShotClock(origin: origin, timeBase: timeBase) }
}
