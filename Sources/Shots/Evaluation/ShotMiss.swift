public import Model

/// A transition that a detector did not find, or a boundary that is none.
public struct ShotMiss: Hashable, Sendable {
    public enum Kind: String, Codable, Sendable { case missed, falseAlarm = "false_alarm" }

    public var kind: Kind
    /// What is there (missed), or what the detector says is (false alarm).
    public var transition: Transition.Kind
    /// Its mixed frames; empty for a cut.
    public var frames: FrameSpan
    /// 0...1: of the false alarm, or of the best rejected candidate near a missed transition; nil where there is none.
    public var score: Double?
    /// 0...1: how sure the detector was of what is wrong.
    public var certainty: Double
    /// What happens in the shots there that is no transition.
    public var tricks: [String]

    /// Frames from a missed transition within which a candidate is near.
    private static let reach = 8

    /// All misses of one video, the surest first, then in order of time.
    public static func all(
        truth: ShotTruth, predicted: [PredictedBoundary], rejected: [Transition], match: BoundaryMatch
    ) -> [ShotMiss] {
        let missed = zip(truth.transitions, match.finders).filter { $0.1 == nil }.map { transition, _ in
            let frames = transition.frames
            let score = rejected.filter {
                $0.frames.start <= frames.end + reach && frames.start - reach <= $0.frames.end
            }.map(\.score).max()
            return ShotMiss(
                kind: .missed, transition: transition.kind, frames: frames, score: score, certainty: 1 - (score ?? 0),
                tricks: truth.tricks(in: around(frames)))
        }
        let alarms = zip(predicted, match.found).filter { $0.1 == nil }.map { boundary, _ in
            ShotMiss(
                kind: .falseAlarm, transition: boundary.kind, frames: boundary.frames, score: boundary.score,
                certainty: boundary.score ?? 1, tricks: truth.tricks(in: around(boundary.frames)))
        }
        return (missed + alarms).sorted { ($1.certainty, $0.frames) < ($0.certainty, $1.frames) }
    }

    private static func around(_ frames: FrameSpan) -> FrameSpan {
        FrameSpan(start: frames.start - 2, end: frames.end + 2)
    }

    /// Up to `limit` frames that show it, in order: those around a cut, or evenly from before to after the mixed ones.
    /// - Parameter count: frames of the video.
    public func pictures(_ limit: Int, of count: Int) -> [Int] {
        let first = frames.start - (frames.count == 0 ? limit / 2 : 2)
        let last = frames.count == 0 ? first + limit - 1 : frames.end + 1
        let wanted = (0..<limit).map { first + (last - first) * $0 / max(1, limit - 1) }
        return Set(wanted.filter { (0..<count).contains($0) }).sorted()
    }
}
