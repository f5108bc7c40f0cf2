public import Model

/// What the detector says of a source.
public struct Detection: Hashable, Sendable {
    /// In order, none overlapping another.
    public var transitions: [Transition]
    /// Candidates that fell below a threshold or gave way to another, in order.
    public var rejected: [Transition]
}

/// Cuts, dissolves, fades and wipes of one source.
///
/// Two steps: `evidence` looks at every frame and knows no threshold, `detect` weighs the candidates by the recipe.
/// Scores are 0...1, 0.5 being the point that edited microscopy and ordinary footage were tuned to.
public struct TransitionDetector: Sendable {
    private let rule: Recipe.Detect

    public init(_ rule: Recipe.Detect = .init()) { self.rule = rule }

    /// All that may be a transition. Costs a few microseconds a frame; the same on every machine.
    public static func evidence(signatures: FrameSignatures, measures: FrameMeasures) -> TransitionEvidence {
        let vectors = FrameVectors(signatures)
        let cuts = CutEvidence(signatures, vectors)
        let gradual = GradualEvidence(signatures, measures, vectors).candidates()
        var evidence = TransitionEvidence()
        evidence.count = vectors.count
        evidence.cutCurve = cuts.curve
        evidence.gradualCurve = [UInt8](repeating: 0, count: vectors.count)
        for candidate in gradual {
            for frame in candidate.frames.range {
                evidence.gradualCurve[frame] = max(evidence.gradualCurve[frame], candidate.scores[0])
            }
        }
        evidence.candidates = (cuts.candidates() + gradual).sorted { $0.frames < $1.frames }
        return evidence
    }

    /// Weighs what a track holds, by the recipe's detector; without the scores that it names, by the embedded one.
    ///
    /// A cut's frame is the first one of the new shot; a gradual transition covers its mixed frames.
    public func detect(_ track: FrameTrack) -> Detection {
        switch (rule.detector, track.neural, track.similarity) {
        case (.similarity, _, .some(let similarity)): dissimilar(similarity)
        case (.neural, .some(let scores), _):
            Detection(transitions: NeuralEvidence(scores).transitions(threshold: rule.neuralThreshold), rejected: [])
        case (.auto, .some(let scores), _), (.fused, .some(let scores), _):
            weighed(candidates(track.evidence, NeuralEvidence(scores)))
        default: weighed(candidates(track.evidence, nil))
        }
    }

    private func candidates(_ evidence: TransitionEvidence, _ neural: NeuralEvidence?) -> [Transition] {
        func transition(_ kind: Transition.Kind, _ frames: FrameSpan, _ score: UInt8) -> Transition {
            Transition(kind: kind, frames: frames, score: Double(score) / 255)
        }
        let seen = evidence.candidates.map { candidate in
            let score = candidate.scores[min(candidate.scores.count, max(1, rule.minShotFrames - 1)) - 1]
            let odds = neural?.odds(candidate.kind, candidate.frames, embedded: Odds.of(score))
            return transition(candidate.kind, candidate.frames, odds.map(Odds.score) ?? score)
        }
        let unseen = neural?.unseen(by: evidence.candidates) ?? []
        return seen + unseen.map { transition($0.transition.kind, $0.transition.frames, Odds.score($0.odds)) }
    }

    /// Of rivals for the same frames the one with the highest score stands.
    private func weighed(_ all: [Transition]) -> Detection {
        var standing: [Transition] = []
        var rejected: [Transition] = []
        for transition in all.sorted(by: { ($1.score, $0.frames) < ($0.score, $1.frames) }) {
            let threshold = transition.kind == .cut ? rule.cutThreshold : rule.gradualThreshold
            let stands =
                transition.score >= threshold && !standing.contains { $0.claim.overlaps(transition.claim) }
            if stands { standing.append(transition) } else { rejected.append(transition) }
        }
        return Detection(
            transitions: joined(standing.sorted { $0.frames < $1.frames }),
            rejected: rejected.sorted { $0.frames < $1.frames })
    }

    /// Cuts where a frame is less like the one before than the recipe's threshold; of several within `minShotFrames`
    /// the least alike.
    private func dissimilar(_ similarity: FrameSimilarity) -> Detection {
        let values = similarity.thousandths
        let below = values.indices.filter { Double(values[$0]) / 1000 < rule.similarityThreshold }
        let all = below.map { frame in
            let rivals = max(0, frame - rule.minShotFrames + 1)..<min(values.count, frame + max(1, rule.minShotFrames))
            let stands = !rivals.contains {
                values[$0] < values[frame] || (values[$0] == values[frame] && $0 < frame)
            }
            let score = max(0, min(1, (1 - Double(values[frame]) / 1000) / 2))
            return (
                stands, Transition(kind: .cut, frames: FrameSpan(start: frame, end: frame), score: score)
            )
        }
        return Detection(
            transitions: all.filter(\.0).map(\.1), rejected: all.filter { !$0.0 }.map(\.1))
    }

    /// Gradual transitions with less than a shot between them are one: both halves of a fade.
    private func joined(_ transitions: [Transition]) -> [Transition] {
        transitions.reduce(into: []) { joined, next in
            guard let last = joined.last, last.kind != .cut, next.kind != .cut,
                next.frames.start < last.frames.end + max(1, rule.minShotFrames)
            else { return joined.append(next) }
            joined[joined.count - 1] = Transition(
                kind: last.kind == next.kind ? last.kind : .fade,
                frames: FrameSpan(start: last.frames.start, end: max(last.frames.end, next.frames.end)),
                score: max(last.score, next.score))
        }
    }
}

extension Transition {
    /// The frames that no rival may share.
    fileprivate var claim: FrameSpan {
        kind == .cut ? FrameSpan(start: frames.start - 1, end: frames.start + 1) : frames
    }
}

extension FrameSpan {
    fileprivate func overlaps(_ other: FrameSpan) -> Bool { start < other.end && other.start < end }
}
