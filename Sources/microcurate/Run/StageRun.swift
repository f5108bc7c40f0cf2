import ArgumentParser
import Manifest
import Model
import Pipeline
import Stages

/// Stages over a workspace: where, on what, and what to tell about it.
struct StageRun: ParsableArguments {
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption
    @OptionGroup var machine: MachineOptions

    /// - Parameter isDry: only says what is pending.
    /// - Throws: exit code 3 where items of these stages have failed.
    func run(_ stages: [any Stage.Type], isDry: Bool = false) throws {
        let (workspace, manifest) = try place.open(isDry ? .read : .write)
        if isDry {
            let rows = try stages.map { [$0.head.name, "\(try $0.pendingCount(of: workspace, in: manifest))"] }
            return Terminal.print(
                output.json
                    ? try JSON.pretty(Dictionary(uniqueKeysWithValues: rows.map { ($0[0], Int($0[1])!) }))
                    : Terminal.table(["stage", "pending"], rows))
        }
        let lock = try workspace.lock()
        let summaries = try withExtendedLifetime(lock) { try machine.runner(workspace, manifest).run(stages) }
        if output.json {
            Terminal.print(try JSON.pretty(summaries))
        } else {
            Terminal.print(
                Terminal.table(
                    ["stage", "done", "failed"], summaries.map { [$0.stage, "\($0.done)", "\($0.failed)"] }))
        }
        var failures = try manifest.tasks.failures().filter { failure in
            stages.contains { $0.head.name == failure.stage }
        }
        if summaries.contains(where: { $0.stage == ProbeStage.head.name && $0.failed > 0 }) {
            failures += try manifest.candidates.refused().map { (ProbeStage.head.name, $0.path, $0.fault) }
        }
        guard !failures.isEmpty else { return }
        for (stage, key, fault) in failures {
            Terminal.say(key == fault.place ? "\(stage): \(fault)" : "\(stage) \(key): \(fault)")
        }
        throw ExitCode(3)
    }
}
