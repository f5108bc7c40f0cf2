import Manifest
import Model
import Pipeline

/// How many came how far, against the recipe's targets.
struct ReportFunnel {
    struct Step {
        let step: String
        let meaning: String
        let count: String
        /// Per cent of the chart's width.
        let width: String
        /// The target's place in the chart, per cent; nil where there is none or it lies far beyond.
        let mark: String?
        let kept: String?
        let target: String?
        let reached: String?
    }

    struct State {
        let state: String
        let clips: String
        let total: String
    }

    let steps: [Step]
    let hasTargets: Bool
    let states: [State]

    private static let meanings = [
        "sources": "recordings taken in", "shots": "runs of frames between transitions",
        "proposed": "clip spans in use", "passed": "no filter against them", "unique": "one of each duplicate group",
        "ready": "cut and captioned", "accepted": "by the experts’ quorum",
    ]
    /// Steps whose count is a part of the step before.
    private static let narrowing: Set<String> = ["passed", "unique", "ready", "accepted"]

    init(_ funnel: [FunnelStep], _ targets: Recipe.Targets, _ clips: [ReportClip]) {
        func target(_ step: FunnelStep) -> Int? { step.step == "accepted" ? targets.clips : targets.funnel[step.step] }
        let most = funnel.map(\.count).max() ?? 0
        let aim = funnel.compactMap(target).max() ?? 0
        let marked = aim <= 4 * most
        let scale = Double(marked ? max(most, aim) : most)
        hasTargets = aim > 0
        steps = zip(funnel, [nil] + funnel.map(\.count)).map { step, before in
            let goal = target(step)
            let kept =
                Self.narrowing.contains(step.step)
                ? before.flatMap { $0 > 0 ? Double(step.count) / Double($0) : nil } : nil
            return Step(
                step: step.step, meaning: Self.meanings[step.step] ?? "", count: Figure.count(step.count),
                width: Figure.width(Double(step.count), of: scale),
                mark: marked ? goal.map { Figure.width(Double($0), of: scale) } : nil,
                kept: kept.map { Figure.percent($0) }, target: goal.map(Figure.count),
                reached: goal.flatMap { $0 > 0 ? Figure.percent(Double(step.count) / Double($0)) : nil })
        }
        let groups = Dictionary(grouping: clips, by: \.state)
        states = ClipState.allCases.compactMap { state in
            groups[state].map { clips in
                State(
                    state: state.rawValue, clips: Figure.count(clips.count),
                    total: Quantity.duration(clips.reduce(0) { $0 + $1.seconds }))
            }
        }
    }
}

/// How long the clips are.
struct ReportDurations {
    struct Bin {
        let from: String
        let range: String
        let clips: String
        let ready: String
        let height: String
        let readyHeight: String
        let label: String?
    }

    struct Summary {
        let group: String
        let clips: String
        let shortest: String
        let median: String
        let longest: String
        let total: String
    }

    let bins: [Bin]
    let highest: String
    let last: String
    let sentence: String
    let summaries: [Summary]

    private static let widths = [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600]
    private static let mostBins = 20

    /// nil without clips in use.
    init?(_ clips: [ReportClip]) {
        let inUse = clips.filter(\.isInUse)
        let ready = inUse.filter(\.isReady)
        let longest = inUse.map(\.seconds).max() ?? 0
        guard !inUse.isEmpty, longest > 0 else { return nil }
        let width = Self.widths.first { longest / $0 < Double(Self.mostBins) } ?? longest / Double(Self.mostBins - 1)
        let count = Int(longest / width) + 1
        func counts(_ clips: [ReportClip]) -> [Int] {
            clips.reduce(into: Array(repeating: 0, count: count)) { $0[Int($1.seconds / width)] += 1 }
        }
        let (all, done) = (counts(inUse), counts(ready))
        let most = Double(all.max() ?? 1)
        let step = (count + 9) / 10
        bins = (0..<count).map { bin in
            let from = Figure.short(Double(bin) * width)
            return Bin(
                from: from, range: "\(from) to under \(Figure.short(Double(bin + 1) * width))\u{A0}s",
                clips: Figure.count(all[bin]), ready: Figure.count(done[bin]),
                height: Figure.width(Double(all[bin]), of: most),
                readyHeight: Figure.width(Double(done[bin]), of: most),
                label: bin % step == 0 ? from : nil)
        }
        highest = Figure.count(Int(most))
        last = Figure.short(Double(count) * width) + "\u{A0}s"
        summaries = [
            ("in use", inUse), ("through the pipeline", ready), ("accepted", ready.filter { $0.state == .accepted }),
        ]
        .filter { !$0.1.isEmpty }.map { Self.summary($0.0, $0.1.map(\.seconds).sorted()) }
        let fullest = all.firstIndex(of: Int(most)) ?? 0
        sentence =
            "Histogram of \(Figure.plural(inUse.count, "clip", "clips")) by length, "
            + "in steps of \(Figure.short(width)) s: most, \(Figure.count(Int(most))), last \(bins[fullest].range)."
    }

    /// - Parameter seconds: sorted, not empty.
    private static func summary(_ group: String, _ seconds: [Double]) -> Summary {
        let middle = seconds.count / 2
        let median = seconds.count % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2
        return Summary(
            group: group, clips: Figure.count(seconds.count), shortest: Figure.seconds(seconds[0]),
            median: Figure.seconds(median), longest: Figure.seconds(seconds[seconds.count - 1]),
            total: Figure.hours(seconds.reduce(0, +)))
    }
}

/// Biological levels of what is ready or accepted, against the recipe's targets.
struct ReportLevels {
    struct Level {
        let level: String
        let isUnknown: Bool
        let clips: String
        let share: String
        let width: String
        let mark: String?
        let target: String?
        /// Percentage points above or below the target.
        let difference: String?
    }

    let levels: [Level]
    let hasTargets: Bool

    /// nil where nothing is ready.
    init?(_ counts: [String: Int], _ recipe: Recipe) {
        let total = counts.values.reduce(0, +)
        guard total > 0 else { return nil }
        let targets = recipe.targets.levels
        let known = recipe.labels.level
        let others = Set(counts.keys).union(targets.keys).subtracting(known).sorted()
        hasTargets = !targets.isEmpty
        let shares = counts.mapValues { Double($0) / Double(total) }
        let scale = max(shares.values.max() ?? 0, (targets.values.max() ?? 0) / 100)
        levels = (known + others).map { level in
            let share = shares[level] ?? 0
            let target = targets[level]
            let points = target.map { 100 * share - $0 }
            return Level(
                level: level, isUnknown: level == "unknown", clips: Figure.count(counts[level] ?? 0),
                share: Figure.percent(share), width: Figure.width(share, of: scale),
                mark: target.map { Figure.width($0 / 100, of: scale) },
                target: target.map { Figure.decimal($0, 1) + "\u{A0}%" },
                difference: points.map { ($0 < 0 ? "−" : "+") + Figure.decimal(abs($0), 1) })
        }
    }
}
