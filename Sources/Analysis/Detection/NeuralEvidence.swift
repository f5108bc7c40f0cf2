import Model

/// What TransNetV2's scores add to, or say without, the embedded detector's candidates.
struct NeuralEvidence {
    private let scores: NeuralScores
    /// Frames around a run in which a candidate counts as the same change.
    private static let near = 3

    init(_ scores: NeuralScores) { self.scores = scores }

    /// The net's own transitions: runs of frames that score more than `threshold`. It scores the last frame before a
    /// cut. A run of two frames and more is gradual: a dissolve, as it knows no kinds.
    func transitions(threshold: Double) -> [Transition] {
        let least = Float(threshold) * NeuralScores.steps
        var found: [Transition] = []
        var start: Int?
        for frame in 0...scores.count {
            if frame < scores.count, Float(scores.middles[frame]) > least {
                start = start ?? frame
            } else if let first = start {
                let score = Double(scores.middles[first..<frame].max()!) / Double(NeuralScores.steps)
                let isCut = frame - first == 1 && frame < scores.count
                found.append(
                    Transition(
                        kind: isCut ? .cut : .dissolve,
                        frames: FrameSpan(start: min(first + 1, frame), end: max(first + 1, frame)), score: score))
                start = nil
            }
        }
        return found.filter { $0.frames.start < scores.count }
    }

    /// The odds of a candidate in the light of the net: what it sees speaks for a candidate; a cut or dissolve that it
    /// doesn't see is less likely one. It is blind to wipes and half blind to fades.
    func odds(_ kind: Transition.Kind, _ frames: FrameSpan, embedded odds: Float) -> Float {
        let isKnown = kind == .cut || kind == .dissolve
        return max(-8, min(8, odds)) + 3 * most(kind, frames) - (isKnown ? 1 : 0)
    }

    /// Transitions that the net sees where no candidate lies, with their odds: it must be nearly sure.
    func unseen(by candidates: [TransitionEvidence.Candidate]) -> [(transition: Transition, odds: Float)] {
        transitions(threshold: 0.5).filter { run in
            !candidates.contains {
                $0.frames.start - Self.near <= run.middle && run.middle <= $0.frames.end + Self.near
            }
        }.map { ($0, 3 * most($0.kind, $0.frames) - 2.5) }
    }

    /// The net's highest score within the frames, 0...1.
    private func most(_ kind: Transition.Kind, _ frames: FrameSpan) -> Float {
        let seen = kind == .cut ? frames.start - 2..<frames.start + 1 : frames.start - 1..<frames.end + 1
        let most = scores.middles[seen.clamped(to: 0..<scores.count)].max() ?? 0
        return Float(most) / NeuralScores.steps
    }
}
