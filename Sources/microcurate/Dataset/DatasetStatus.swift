import Manifest
import Model
import Pages
import Pipeline
import Stages

/// What `status` tells, and `report` shows.
struct DatasetStatus: Encodable {
    struct StageStatus: Encodable {
        var stage: String
        var pending: Int
        var done: Int
        var failed: Int
        var rejected: [String: Int]
    }

    var recipe: String
    var stages: [StageStatus]
    var funnel: [FunnelStep]
    var states: [String: Int]
    /// Clips of each level among the accepted ones; while there are none, among those that are ready.
    var levels: [String: Int]
    /// Which state these clips have.
    var levelsOf: ClipState
    var targets: Recipe.Targets
    var againstTargets: TargetComparison
    var problems: [Fault]
    /// Damage that scans met and passed over, by file.
    var damaged: [String: [String]]

    init(of workspace: Workspace, _ manifest: Manifest) throws {
        recipe = workspace.recipe.name
        targets = workspace.recipe.targets
        funnel = try manifest.overview.funnel()
        states = try manifest.overview.states().reduce(into: [:]) { $0[$1.key.rawValue] = $1.value }
        levelsOf = (states[ClipState.accepted.rawValue] ?? 0) > 0 ? .accepted : .ready
        levels = try manifest.overview.levels(of: [levelsOf])
        againstTargets = TargetComparison(targets, funnel: funnel, levels: levels)
        let (refused, failures) = (try manifest.candidates.problems().map(\.fault), try manifest.tasks.failures())
        problems = try refused + failures.map(\.fault) + manifest.withdrawals.unfinishedPurges().map(Self.unfinished)
        damaged = try manifest.tracks.problems()
        let sources = try manifest.sources.names().count
        stages = [
            StageStatus(
                stage: "ingest", pending: 0, done: sources, failed: refused.count, rejected: [:])
        ]
        var failed = Dictionary(grouping: failures, by: \.stage).mapValues(\.count)
        failed[ProbeStage.head.name] = try manifest.candidates.refused().count
        for stage in Stages.all {
            let name = stage.head.name
            stages.append(
                StageStatus(
                    stage: name, pending: try stage.pendingCount(of: workspace, in: manifest),
                    done: try manifest.tasks.doneCount(stage: name), failed: failed[name] ?? 0,
                    rejected: try stage.rejected(in: manifest)))
        }
    }

    private static func unfinished(_ target: String) -> Fault {
        Fault(
            .busy, "the purge did not end", at: target,
            advice: "Run 'microcurate withdraw \(target) --reason ... --purge' again.")
    }

    var text: String {
        let steps = againstTargets.funnel.map { step in
            [
                step.step, "\(step.count)", step.target.map { "of \($0)" } ?? "",
                step.percent.map { "\($0) %" } ?? "",
            ]
        }
        let rows = stages.map { stage in
            let reasons = stage.rejected.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
                "\($0.key) \($0.value)"
            }
            return [
                "\(stage.stage)", "\(stage.pending)", "\(stage.done)", "\(stage.failed)",
                reasons.joined(separator: ", "),
            ]
        }
        let shares = againstTargets.levels.map { level in
            [
                level.level, "\(level.clips)", "\(level.share) %", level.target.map { "of \($0) %" } ?? "",
                level.difference.map { "\($0 < 0 ? "" : "+")\($0) points" } ?? "",
            ]
        }
        var parts = [
            Terminal.table(["funnel", "", targets.isEmpty ? "" : "target", ""], steps),
            Terminal.table(["stage", "pending", "done", "failed", "rejected"], rows),
        ]
        if !shares.isEmpty {
            let head = ["level", "\(levelsOf.rawValue) clips", "share", targets.levels.isEmpty ? "" : "target", ""]
            parts.append(Terminal.table(head, shares))
        }
        if !problems.isEmpty { parts.append("problems\n" + problems.map { "  \($0)" }.joined(separator: "\n")) }
        if !damaged.isEmpty {
            let lines = damaged.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value.joined(separator: "; "))" }
            parts.append("damaged, used as far as it goes\n" + lines.joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }
}

extension Recipe.Targets {
    fileprivate var isEmpty: Bool { clips == nil && levels.isEmpty && funnel.isEmpty }
}
