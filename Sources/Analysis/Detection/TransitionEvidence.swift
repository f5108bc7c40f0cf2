public import Model

/// What the embedded detector found in a source before any threshold: computed once from signatures and measures, so
/// that another threshold costs a pass over a few candidates.
public struct TransitionEvidence: DerivedPart {
    /// A place that may be a transition.
    public struct Candidate: Hashable, Sendable {
        public var kind: Transition.Kind
        /// The mixed frames, half-open; a cut mixes none: `start == end`, the first frame of the new shot.
        public var frames: FrameSpan
        /// 0...255 for scores 0...1. A cut has one for each number of frames, 1 to 8, during which the new scene
        /// stays away from the old one (flashes fall); the others have one.
        public var scores: [UInt8]

        public init(kind: Transition.Kind, frames: FrameSpan, scores: [UInt8]) {
            self.kind = kind
            self.frames = frames
            self.scores = scores
        }
    }

    /// The least score of a candidate.
    static let least: UInt8 = 26
    /// Lengths of a stay that cuts are judged for.
    static let stays = 8

    /// Frames of the source.
    public var count = 0
    /// In order; candidates may overlap.
    public var candidates: [Candidate] = []
    /// How much each frame looks like the first one of a new shot, 0...255 for 0...1.
    public var cutCurve: [UInt8] = []
    /// How much each frame looks like a mixed one, 0...255 for 0...1.
    public var gradualCurve: [UInt8] = []

    public init() {}

    public static let origins: [any TrackPart.Type] = [FrameSignatures.self, FrameMeasures.self]

    public init(from track: FrameTrack) {
        self = TransitionDetector.evidence(signatures: track.known(FrameSignatures.self), measures: track.measures)
    }

    public static let name = "evidence", version: UInt16 = 1

    public var coverage: FrameCoverage { .each(count) }

    public func encode() -> [UInt8] {
        var writer = BinaryWriter(
            part: Self.name, version: Self.version, count: count, capacity: 2 * count + 18 * candidates.count + 4)
        writer.append(bytes: cutCurve)
        writer.append(bytes: gradualCurve)
        writer.append(UInt32(candidates.count))
        for candidate in candidates {
            writer.append(UInt8(Transition.Kind.allCases.firstIndex(of: candidate.kind) ?? 0))
            writer.append(UInt32(candidate.frames.start))
            writer.append(UInt32(candidate.frames.end))
            writer.append(UInt8(candidate.scores.count))
            writer.append(bytes: candidate.scores)
        }
        return writer.finish()
    }

    public init(decoding bytes: [UInt8]) throws {
        var reader = try BinaryReader(bytes, part: Self.name, version: Self.version)
        count = reader.count
        cutCurve = try reader.bytes(count)
        gradualCurve = try reader.bytes(count)
        for _ in 0..<(try reader.column(of: UInt32.self, 1)[0]) {
            let kind = Int(try reader.bytes(1)[0])
            let frames = try reader.column(of: UInt32.self, 2)
            let length = Int(try reader.bytes(1)[0])
            guard kind < Transition.Kind.allCases.count, frames[0] <= frames[1], frames[1] <= count, length > 0 else {
                throw Fault(
                    .corrupt, "a candidate for a transition is out of range", at: "frame track",
                    advice: "Run 'microcurate retry SOURCE', then 'microcurate run'.")
            }
            candidates.append(
                Candidate(
                    kind: Transition.Kind.allCases[kind],
                    frames: FrameSpan(start: Int(frames[0]), end: Int(frames[1])), scores: try reader.bytes(length)))
        }
        try reader.finish()
    }
}

extension FrameTrack {
    public var evidence: TransitionEvidence {
        get { known(TransitionEvidence.self) }
        set { insert(newValue) }
    }
}
