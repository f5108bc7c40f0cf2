public import Model

/// How far a score may be off by the luck of which footage was scored: a percentile bootstrap (Efron 1979) in two steps
/// (Davison and Hinkley 1997, section 3.8), as transitions of one video are more alike than those of several.
///
/// Each round draws as many videos as there are, with replacement, and of each as many stretches as it has, with
/// replacement. A stretch is a transition and the frames nearer to it than to another one, with the false alarms there:
/// precision and recall vary together. Detectors that are scored on the same videos get the same draws.
public struct ShotBootstrap: Sendable {
    private struct Stretch {
        var found = 0
        var predicted = 0
        var transitions = 0
    }

    private let rounds: Int
    private let seed: UInt64
    private var videos: [[Stretch]] = []

    public init(rounds: Int, seed: UInt64) {
        self.rounds = rounds
        self.seed = seed
    }

    /// - Parameter middles: of the reported boundaries that `match` is of.
    public mutating func add(_ truth: ShotTruth, middles: [Int], match: BoundaryMatch) {
        var stretches = match.finders.map {
            Stretch(found: $0 == nil ? 0 : 1, predicted: $0 == nil ? 0 : 1, transitions: 1)
        }
        if stretches.isEmpty { stretches = [Stretch()] }
        for (middle, found) in zip(middles, match.found) where found == nil {
            let nearest = truth.transitions.indices.min {
                abs(truth.transitions[$0].middle - middle) < abs(truth.transitions[$1].middle - middle)
            }
            stretches[nearest ?? 0].predicted += 1
        }
        videos.append(stretches)
    }

    /// The 2.5th and the 97.5th percentile of F1; nil without rounds or transitions.
    public func interval() -> ClosedRange<Double>? {
        guard rounds > 0, videos.contains(where: { $0.contains { $0.transitions > 0 } }) else { return nil }
        var random = SplitMix(seed: seed)
        var scores: [Double] = []
        for _ in 0..<rounds {
            var sum = Stretch()
            for _ in videos.indices {
                let stretches = videos[random.index(videos.count)]
                for _ in stretches.indices {
                    let stretch = stretches[random.index(stretches.count)]
                    sum.found += stretch.found
                    sum.predicted += stretch.predicted
                    sum.transitions += stretch.transitions
                }
            }
            // A round may draw unedited videos alone.
            if sum.transitions > 0 { scores.append(ShotScore.f1(sum.found, sum.predicted, sum.transitions)) }
        }
        scores.sort()
        guard let last = scores.indices.last else { return nil }
        func percentile(_ share: Double) -> Double { scores[Int((share * Double(last)).rounded())] }
        return percentile(0.025)...percentile(0.975)
    }
}
