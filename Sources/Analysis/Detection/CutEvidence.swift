import Model

/// Cuts: frames from which on every picture differs from every picture just before, by much more than pictures do
/// from frame to frame nearby.
///
/// Comparing several frames on both sides makes it blind to flashes shorter than a shot; comparing with the steps
/// nearby makes it blind to flicker, fast motion and time-lapse recordings.
struct CutEvidence {
    /// Frames looked at on each side for steps of the same kind.
    private static let nearby = 12
    /// Levels: a smaller step, dimming aside, is none.
    private static let leastStep: Float = 1

    private let signatures: FrameSignatures
    private let vectors: FrameVectors
    /// Of each frame from the one before: the strength of the change, and the distance blind to dimming.
    private let strengths: [Float], steps: [Float]

    init(_ signatures: FrameSignatures, _ vectors: FrameVectors) {
        self.signatures = signatures
        self.vectors = vectors
        strengths = (0..<vectors.count).map { $0 == 0 ? 0 : signatures.distance($0 - 1, $0).strength }
        steps = (0..<vectors.count).map { $0 == 0 ? 0 : vectors.distances($0 - 1, $0).undimmed }
    }

    /// How much each frame differs from the one before: 128 is the least of what scenes differ by.
    var curve: [UInt8] { strengths.map { UInt8(min(1, $0 / ($0 + 0.7)) * 255) } }

    /// In order; of several within four frames the largest step.
    func candidates() -> [TransitionEvidence.Candidate] {
        guard vectors.count > 1 else { return [] }
        func size(_ frame: Int) -> Float { strengths[frame] + steps[frame] / 20 }
        return (1..<vectors.count).compactMap { frame in
            let near = max(1, frame - 3)..<min(vectors.count, frame + 4)
            guard steps[frame] >= Self.leastStep, !near.contains(where: { size($0) > size(frame) }) else { return nil }
            let scores = scores(frame)
            guard scores.max()! >= TransitionEvidence.least else { return nil }
            return .init(kind: .cut, frames: FrameSpan(start: frame, end: frame), scores: scores)
        }
    }

    /// The score for each length of stay, 1...`TransitionEvidence.stays`.
    private func scores(_ frame: Int) -> [UInt8] {
        var scores: [UInt8] = []
        var across = signatures.distance(frame - 1, frame)
        var gap = vectors.distances(frame - 1, frame).undimmed
        for stay in 1...TransitionEvidence.stays {
            // The pairs that the stay before did not compare.
            let pairs =
                (0..<stay).map { (frame - stay, frame + $0) } + (1..<stay).map { (frame - $0, frame + stay - 1) }
            for (before, after) in pairs where before >= 0 && after < vectors.count {
                across = across.weaker(signatures.distance(before, after))
                gap = min(gap, vectors.distances(before, after).undimmed)
            }
            scores.append(Self.rule.score(features(frame, across: across, gap: gap)))
        }
        return scores
    }

    /// In the order of `rule`'s weights.
    private func features(_ frame: Int, across: PictureDistance, gap: Float) -> [Float] {
        let before = max(1, frame - Self.nearby)..<frame
        let after = min(steps.count, frame + 1)..<min(steps.count, frame + 1 + Self.nearby)
        func largest(_ values: [Float], _ frames: Range<Int>) -> Float { values[frames].max() ?? 0 }
        let changes = (largest(strengths, before), largest(strengths, after))
        let calmer = min(largest(steps, before), largest(steps, after))
        let strength = across.strength
        func ratio(_ value: Float, _ other: Float, _ noise: Float) -> Float {
            (value + noise) / (value + other + 2 * noise)
        }
        return [
            strength, across.histogram, across.structure, across.kept,
            ratio(strength, min(changes.0, changes.1), 0.02), ratio(strength, max(changes.0, changes.1), 0.02),
            ratio(gap, calmer, 0.3), ratio(gap, secondLargest(around: frame), 0.3),
        ]
    }

    /// The second largest step within twice `nearby`.
    private func secondLargest(around frame: Int) -> Float {
        var (first, second): (Float, Float) = (0, 0)
        for i in max(1, frame - 2 * Self.nearby)..<min(steps.count, frame + 2 * Self.nearby + 1) {
            if steps[i] > first {
                (first, second) = (steps[i], first)
            } else {
                second = max(second, steps[i])
            }
        }
        return second
    }

    private static let rule = DetectorRules.cut
}
