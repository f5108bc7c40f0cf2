public import Model

extension Recipe.Targets {
    /// How many the recipe aims at after a step of the funnel; nil where it doesn't say.
    public func count(at step: String) -> Int? {
        step == "accepted" ? clips ?? funnel[step] : funnel[step]
    }
}

extension Recipe {
    /// The levels that it knows, in its order, then others that clips have or that it aims at.
    public func levels(with counts: [String: Int]) -> [String] {
        labels.level + Set(counts.keys).union(targets.levels.keys).subtracting(labels.level).sorted()
    }
}

/// Counts against what the recipe aims at.
extension Table {
    private static let meanings = [
        "sources": "recordings taken in", "shots": "runs of frames between transitions",
        "proposed": "clip spans in use", "passed": "no filter against them", "unique": "one of each duplicate group",
        "ready": "cut and captioned", "accepted": "by the experts’ quorum",
    ]
    /// What a step of the funnel counts; empty for one of no known name.
    public static func meaning(of step: String) -> String { meanings[step] ?? "" }

    /// Steps whose count is a part of the step before.
    private static let narrowing: Set<String> = ["passed", "unique", "ready", "accepted"]

    /// How many came how far.
    ///
    /// - Parameter address: where the clips of a step are listed.
    public static func funnel(
        _ steps: [(step: String, count: Int, target: Int?)], address: (String) -> String? = { _ in nil }
    ) -> Table {
        let most = steps.map(\.count).max() ?? 0
        let aim = steps.compactMap(\.target).max() ?? 0
        // Targets far beyond would leave no bar to see.
        let isMarked = aim <= 4 * most
        let scale = Double(isMarked ? max(most, aim) : most)
        let rows = zip(steps, [nil] + steps.map(\.count)).map { step, before in
            let part = narrowing.contains(step.step) ? share(step.count, of: before) : nil
            let cells: [Cell] = [
                .head(step.step, note: meanings[step.step], address: address(step.step)),
                .bar(Bar(Double(step.count), of: scale, mark: isMarked ? step.target.map(Double.init) : nil)),
                .number(Figure.count(step.count)), .number(part, isSoft: true),
            ]
            return aim > 0
                ? cells + [
                    .number(step.target.map(Figure.count)), .number(share(step.count, of: step.target), isSoft: true),
                ] : cells
        }
        let columns: [Column] = ["Step", .bars, .number("Count"), .number("Kept")]
        return Table(
            "Funnel", kind: "bars", aim > 0 ? columns + [.number("Target"), .number("Reached")] : columns, rows)
    }

    private static func share(_ count: Int, of whole: Int?) -> String? {
        whole.flatMap { $0 > 0 ? Figure.percent(Double(count) / Double($0)) : nil }
    }

    /// Biological levels; those that the recipe knows first.
    ///
    /// - Parameters:
    ///   - counts: clips by level.
    ///   - address: where the clips of a level are listed.
    public static func levels(
        _ counts: [String: Int], _ recipe: Recipe, address: (String) -> String? = { _ in nil }
    ) -> Table {
        let targets = recipe.targets.levels
        let total = max(1, counts.values.reduce(0, +))
        let shares = counts.mapValues { Double($0) / Double(total) }
        let scale = max(shares.values.max() ?? 0, (targets.values.max() ?? 0) / 100)
        let rows = recipe.levels(with: counts).map { level in
            let (share, target) = (shares[level] ?? 0, targets[level])
            let cells: [Cell] = [
                .head(Words.plain(level), address: address(level)),
                .bar(Bar(share, of: scale, mark: target.map { $0 / 100 })),
                .number(Figure.count(counts[level] ?? 0)), .number(Figure.percent(share)),
            ]
            return targets.isEmpty
                ? cells
                : cells + [
                    .number(target.map { Figure.percent($0 / 100) }),
                    .number(target.map { Figure.points(100 * share - $0) }, isSoft: true),
                ]
        }
        let columns: [Column] = ["Level", .bars, .number("Clips"), .number("Share")]
        return Table(
            "Levels", kind: "bars",
            targets.isEmpty ? columns : columns + [.number("Target"), .number("Points\u{A0}off")], rows)
    }
}
