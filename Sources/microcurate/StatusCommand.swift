import ArgumentParser
import Manifest
import Model
import Pipeline
import Stages

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "The funnel, and what is pending, done, failed and rejected, stage by stage.",
        discussion: "Example: microcurate -C cells status --json")

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let (workspace, manifest) = try place.open()
        let status = try DatasetStatus(of: workspace, manifest)
        if output.json { return Terminal.print(try JSON.pretty(status)) }
        Terminal.print(status.text)
    }
}

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
    var levels: [String: Int]
    var targets: Recipe.Targets
    var problems: [Fault]
    /// Damage that scans met and passed over, by file.
    var damaged: [String: [String]]

    init(of workspace: Workspace, _ manifest: Manifest) throws {
        recipe = workspace.recipe.name
        targets = workspace.recipe.targets
        funnel = try manifest.funnel()
        states = try manifest.clipStates().reduce(into: [:]) { $0[$1.key.rawValue] = $1.value }
        levels = try manifest.levels()
        problems = try manifest.ingestProblems().map(\.fault) + (try manifest.failures().map(\.fault))
        damaged = try manifest.scanProblems()
        let failures = Dictionary(grouping: try manifest.failures(), by: \.stage).mapValues(\.count)
        let sources = try manifest.sourceNames().count
        stages = [
            StageStatus(
                stage: "ingest", pending: 0, done: sources, failed: try manifest.ingestProblems().count, rejected: [:])
        ]
        for stage in Stages.all(of: workspace) {
            let rejected: [String: Int] =
                switch stage.name {
                case "filter": try manifest.reasons(of: .rejected)
                case "dedup": try manifest.reasons(of: .duplicate)
                default: [:]
                }
            let pending = try stage.pendingCount(in: manifest)
            stages.append(
                StageStatus(
                    stage: stage.name, pending: pending, done: try manifest.outputs(stage: stage.name).count,
                    failed: failures[stage.name] ?? 0, rejected: rejected))
        }
    }

    var text: String {
        let steps = funnel.map { step in
            let target = step.step == "accepted" ? targets.clips : targets.funnel[step.step]
            return [step.step, "\(step.count)", target.map { "of \($0)" } ?? ""]
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
        let total = max(1, levels.values.reduce(0, +))
        let shares = levels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { level, count in
            let percent = (1000 * Double(count) / Double(total)).rounded() / 10
            return [level, "\(count)", "\(percent) %", targets.levels[level].map { "of \($0) %" } ?? ""]
        }
        var parts = [
            Terminal.table(["funnel", "", ""], steps),
            Terminal.table(["stage", "pending", "done", "failed", "rejected"], rows),
        ]
        if !shares.isEmpty { parts.append(Terminal.table(["level", "clips", "share", ""], shares)) }
        if !problems.isEmpty { parts.append("problems\n" + problems.map { "  \($0)" }.joined(separator: "\n")) }
        if !damaged.isEmpty {
            let lines = damaged.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value.joined(separator: "; "))" }
            parts.append("damaged, used as far as it goes\n" + lines.joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }
}
