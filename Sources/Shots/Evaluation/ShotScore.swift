public import Model

/// How well boundaries agree with the truth, over one video or several.
public struct ShotScore: Hashable, Sendable {
    /// Transitions of one kind, and how many of them were found.
    public struct Share: Hashable, Sendable {
        public var found = 0
        public var total = 0

        /// 0...1; nil where there are none.
        public var ratio: Double? { total > 0 ? Double(found) / Double(total) : nil }
    }

    public private(set) var found = 0
    public private(set) var predicted = 0
    public private(set) var transitions = 0
    public private(set) var kinds: [Transition.Kind: Share] = [:]
    /// Frames in which two shots are mixed.
    public private(set) var mixedFrames = 0
    /// Of them those that the detector leaves in a shot.
    public private(set) var leakedFrames = 0
    public private(set) var seconds = 0.0

    public init() {}

    /// - Parameter match: of `predicted` with the truth's transitions.
    public init(truth: ShotTruth, predicted: [PredictedBoundary], match: BoundaryMatch) {
        found = match.finders.count { $0 != nil }
        self.predicted = predicted.count
        transitions = truth.transitions.count
        seconds = truth.seconds
        var isInShot = [Bool](repeating: true, count: truth.frames)
        for boundary in predicted {
            for frame in boundary.frames.range.clamped(to: 0..<truth.frames) { isInShot[frame] = false }
        }
        for (transition, finder) in zip(truth.transitions, match.finders) {
            kinds[transition.kind, default: Share()].total += 1
            if finder != nil { kinds[transition.kind]?.found += 1 }
            mixedFrames += transition.frames.count
            leakedFrames += transition.frames.range.count { isInShot[$0] }
        }
    }

    public static func += (sum: inout ShotScore, other: ShotScore) {
        sum.found += other.found
        sum.predicted += other.predicted
        sum.transitions += other.transitions
        sum.mixedFrames += other.mixedFrames
        sum.leakedFrames += other.leakedFrames
        sum.seconds += other.seconds
        sum.kinds.merge(other.kinds) { Share(found: $0.found + $1.found, total: $0.total + $1.total) }
    }

    public var falseAlarms: Int { predicted - found }

    /// 0...1; nil where nothing was reported.
    public var precision: Double? { Share(found: found, total: predicted).ratio }
    /// 0...1; nil without transitions.
    public var recall: Double? { Share(found: found, total: transitions).ratio }
    /// 0...1, the harmonic mean of precision and recall; nil without transitions.
    public var f1: Double? { transitions > 0 ? Self.f1(found, predicted, transitions) : nil }
    public var falsePerMinute: Double { 60 * Double(falseAlarms) / seconds }
    /// Share of mixed frames that lie in a shot, 0...1; nil where the truth has none.
    public var leak: Double? { Share(found: leakedFrames, total: mixedFrames).ratio }

    static func f1(_ found: Int, _ predicted: Int, _ transitions: Int) -> Double {
        2 * Double(found) / Double(predicted + transitions)
    }
}
