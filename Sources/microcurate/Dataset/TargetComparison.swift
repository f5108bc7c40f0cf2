import Manifest
import Model
import Pages

/// How far a dataset is from what its recipe aims at. Percentages and points have one decimal.
struct TargetComparison: Encodable {
    struct Step: Encodable {
        var step: String
        var count: Int
        @Nullable var target: Int?
        /// Of the target.
        @Nullable var percent: Double?
    }

    struct Level: Encodable {
        var level: String
        var clips: Int
        /// Percent of all clips that count.
        var share: Double
        /// Percent.
        @Nullable var target: Double?
        /// Points by which the share is above the target.
        @Nullable var difference: Double?
    }

    var funnel: [Step]
    /// Those with most clips first.
    var levels: [Level]

    init(_ targets: Recipe.Targets, funnel: [FunnelStep], levels: [String: Int]) {
        func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
        self.funnel = funnel.map { step in
            let target = targets.count(at: step.step)
            let percent = target.flatMap { $0 > 0 ? tenths(100 * Double(step.count) / Double($0)) : nil }
            return Step(step: step.step, count: step.count, target: target, percent: percent)
        }
        let total = levels.values.reduce(0, +)
        guard total > 0 else {
            self.levels = []
            return
        }
        let all = levels.merging(targets.levels.mapValues { _ in 0 }) { counted, _ in counted }
        self.levels = all.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { level, clips in
            let share = 100 * Double(clips) / Double(total)
            let target = targets.levels[level]
            return Level(
                level: level, clips: clips, share: tenths(share), target: target,
                difference: target.map { tenths(share - $0) })
        }
    }
}
