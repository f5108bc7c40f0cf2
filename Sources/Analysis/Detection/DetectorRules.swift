import Model

/// A weighted sum of features, as a score.
struct LinearRule: Sendable {
    var bias: Float
    var weights: [Float]
    /// What each feature is clipped to: nothing is concluded from values that fitting never saw.
    var ranges: [ClosedRange<Float>]?

    /// Rounded: platforms must agree.
    func score(_ features: [Float]) -> UInt8 {
        precondition(features.count == weights.count)
        var odds = bias
        for i in features.indices {
            let value = ranges.map { min($0[i].upperBound, max($0[i].lowerBound, features[i])) } ?? features[i]
            odds += weights[i] * value
        }
        return Odds.score(odds)
    }
}

/// Logarithms of odds as scores and back: 0...255, 128 where the odds are even. No exponential, which differs between
/// C libraries.
enum Odds {
    static func score(_ odds: Float) -> UInt8 { UInt8(((odds / (1 + abs(odds)) + 1) * 127.5).rounded()) }

    /// What gave a score; at most 127 either way.
    static func of(_ score: UInt8) -> Float {
        let share = max(-0.9922, min(0.9922, Float(score) / 127.5 - 1))
        return share / (1 - abs(share))
    }
}

/// Logistic regressions, fitted on edits composed of real microscopy, renderings and ordinary video, dimmed, inverted
/// and without colour as well; see docs/shot-detection.md.
enum DetectorRules {
    /// Of strength, histogram, structure, kept, toCalmerSide, toLivelierSide, stepToCalmerSide, stepToSecond.
    static let cut = LinearRule(
        bias: -14.12,
        weights: [
            1.718, 4.963, 1.466, -3.453, 4.645, 3.21, 5.366, 2.034,
        ])

    private static let ranges: [ClosedRange<Float>] = [
        0.2941...0.7857, 0...0.9537, 0...14.27, 0.003086...1, 0.0002433...0.9966, 0.0356...3.444, 0...2.075,
        0.06046...3.695, 0.03171...4.782, 0.005066...1.241, 0...2.602, 0.1294...0.963, 0...1.006, 0...8.145,
        0.08...0.9955, 0...0.9852,
    ]

    /// Of length, area, colour, histogram, kept, strength, unrest, largestStep, unevenness, shareOff, rest, patchOff, dipToRicher, dipToPoorer, content, sweep.
    static let gradual: [(kind: Transition.Kind, rule: LinearRule)] = [
        (
            .dissolve,
            LinearRule(
                bias: 3.955,
                weights: [
                    -3.637, 2.198, 0.01838, 1.234, -4.693, 0.9929, -6.821, -2.576, -1.723, -21.86, -3.762, -0.3826,
                    -2.087, 0.4474, 1.67, -0.4914,
                ], ranges: ranges)
        ),
        (
            .fade,
            LinearRule(
                bias: 8.081,
                weights: [
                    -7.393, 2.197, -0.08014, 1.818, -5.479, 0.09561, -3.609, -2.353, -4.603, -1.762, 2.217, -1.865,
                    -5.891, 0.2963, 1.268, -0.6456,
                ], ranges: ranges)
        ),
        (
            .wipe,
            LinearRule(
                bias: -3.03,
                weights: [
                    -1.163, 1.261, 0.01531, 0.9223, -2.272, 1.197, -2.385, 0.3396, -1.736, -2.288, 0.4246, -8.861,
                    0.3527, 0.7093, -1.384, 7.138,
                ], ranges: ranges)
        ),
    ]
}
