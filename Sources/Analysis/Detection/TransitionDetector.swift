public import Model

/// Cuts, dissolves, fades and wipes of one source, from its frame track alone.
///
/// Each kind of evidence scores 0...1; the recipe's thresholds are held against the scores, 0.5 being the point that
/// edited microscopy and ordinary footage were tuned to.
public struct TransitionDetector: Sendable {
    private let rule: Recipe.Detect

    public init(_ rule: Recipe.Detect = .init()) { self.rule = rule }

    /// Transitions in order, none overlapping another. A cut's frame is the first one of the new shot; a gradual
    /// transition covers its mixed frames.
    public func transitions(in track: FrameTrack) -> [Transition] {
        let pictures = track.pictures
        let gradual = GradualEvidence(pictures).transitions(
            threshold: rule.gradualThreshold, minShotFrames: rule.minShotFrames)
        let cuts = CutEvidence(pictures, minShotFrames: rule.minShotFrames).cuts(threshold: rule.cutThreshold)
        let apart = cuts.filter { cut in
            !gradual.contains { $0.frames.start - 1 <= cut.frames.start && cut.frames.start <= $0.frames.end + 1 }
        }
        return (gradual + apart).sorted { $0.frames < $1.frames }
    }
}
