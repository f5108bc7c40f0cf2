import ArgumentParser
import Files
import Foundation
import Manifest
import Model
import Pipeline
import Stages

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run every automatic stage that has something pending.",
        discussion: "Example: microcurate -C cells run --until dedup --workers 4")

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption
    @OptionGroup var machine: MachineOptions

    @Option(help: ArgumentHelp("The last stage to run: \(Stages.names.joined(separator: ", ")).", valueName: "stage"))
    var until: String?

    @Flag(help: "Only say what is pending now.")
    var dryRun = false

    func validate() throws {
        guard let until, !Stages.names.contains(until) else { return }
        throw ValidationError("there is no stage '\(until)'; there are \(Stages.names.joined(separator: ", "))")
    }

    func run() throws {
        let last = until.flatMap { Stages.names.firstIndex(of: $0) } ?? Stages.names.count - 1
        try StageRun(
            place: place, output: output, machine: machine, stages: Array(Stages.all[...last]), dryRun: dryRun
        ).run()
    }
}

/// Some stages over a workspace, and what to tell about it.
struct StageRun {
    let place: WorkspaceOption
    let output: JSONOption
    let machine: MachineOptions
    let stages: [any Stage.Type]
    var dryRun = false

    func run() throws {
        let (workspace, manifest) = try place.open(dryRun ? .read : .write)
        if dryRun {
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

/// The command that runs one stage alone.
struct StageCommand<S: Stage>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: S.head.name, abstract: S.head.abstract,
            discussion: "Example: microcurate -C cells \(S.head.name)")
    }

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption
    @OptionGroup var machine: MachineOptions

    func run() throws { try StageRun(place: place, output: output, machine: machine, stages: [S.self]).run() }
}

/// The stages' commands, but for those that have one of their own.
enum StageCommands {
    private static let own = ["probe", "caption"]

    static let all: [any ParsableCommand.Type] = Stages.all.filter { !own.contains($0.head.name) }.map { command($0) }

    private static func command<S: Stage>(_ stage: S.Type) -> any ParsableCommand.Type { StageCommand<S>.self }
}

struct CaptionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: CaptionStage.head.name, abstract: CaptionStage.head.abstract,
        discussion: """
            Example: microcurate -C cells caption --from captions.jsonl

            Every line of --from is an object with "clip_id" and "text".
            """)
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption
    @OptionGroup var machine: MachineOptions

    @Option(help: ArgumentHelp("Raw captions, one JSON object a line.", valueName: "file.jsonl"))
    var from: String?

    func run() throws {
        if let from {
            let (_, manifest) = try place.open(.write)
            let count = try CaptionFile(path: from).add(to: manifest)
            Terminal.say("\(count) new captions")
        }
        try StageRun(place: place, output: output, machine: machine, stages: [CaptionStage.self]).run()
    }
}

struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Make failed items pending again, or all that was made of some sources or clips.",
        discussion: "Example: microcurate -C cells retry src-0a1b...")
    @OptionGroup var place: WorkspaceOption

    @Argument(help: "Ids of sources or clips whose work is to be done again, whatever came of it; none: what failed.")
    var targets: [String] = []

    func run() throws {
        let (_, manifest) = try place.open(.write)
        Terminal.print("\(try manifest.commit { try $0.tasks.retry(targets) }) items are pending again")
    }
}

/// The far end of a worker process; the runner starts it.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Serve a run (internal).", shouldDisplay: false)
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var processor: ProcessorOption

    func run() throws {
        processor.apply()
        WorkerLoop.run { line in try JSON.decode(WorkRequest.self, from: line).answer(Stages.all) }
    }
}
