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
            place: place, output: output, machine: machine, stages: Array(Stages.names[...last]), dryRun: dryRun
        ).run()
    }
}

/// Some stages over a workspace, and what to tell about it.
struct StageRun {
    let place: WorkspaceOption
    let output: JSONOption
    let machine: MachineOptions
    let stages: [String]
    var dryRun = false

    func run() throws {
        let (workspace, manifest) = try place.open()
        let wanted = Stages.all(of: workspace).filter { stages.contains($0.name) }
        if dryRun {
            let rows = try wanted.map { ["\($0.name)", "\(try $0.pendingCount(in: manifest))"] }
            return Terminal.print(
                output.json
                    ? try JSON.pretty(Dictionary(uniqueKeysWithValues: rows.map { ($0[0], Int($0[1])!) }))
                    : Terminal.table(["stage", "pending"], rows))
        }
        let lock = try workspace.lock()
        let summaries = try withExtendedLifetime(lock) { try machine.runner(workspace, manifest).run(wanted) }
        if output.json {
            Terminal.print(try JSON.pretty(summaries))
        } else {
            Terminal.print(
                Terminal.table(
                    ["stage", "done", "failed"], summaries.map { [$0.stage, "\($0.done)", "\($0.failed)"] }))
        }
        let failures = try manifest.failures().filter { stages.contains($0.stage) }
        guard !failures.isEmpty else { return }
        for (stage, key, fault) in failures { Terminal.say("\(stage) \(key): \(fault)") }
        throw ExitCode(3)
    }
}

/// The commands that run one stage alone.
protocol StageCommand: ParsableCommand {
    static var stage: String { get }
    var place: WorkspaceOption { get }
    var output: JSONOption { get }
    var machine: MachineOptions { get }
}

extension StageCommand {
    static func stage(_ name: String, _ abstract: String) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name, abstract: abstract, discussion: "Example: microcurate -C cells \(name)")
    }

    func run() throws {
        try StageRun(place: place, output: output, machine: machine, stages: [Self.stage]).run()
    }
}

struct ScanCommand: StageCommand {
    static let stage = "scan"
    static let configuration = stage("scan", "Decode every new source once: frame track, hashes, thumbnails.")
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption
    @OptionGroup var machine: MachineOptions
}

struct ProposeCommand: StageCommand {
    static let stage = "propose"
    static let configuration = stage("propose", "Find transitions and propose clips, from the frame tracks.")
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption
    @OptionGroup var machine: MachineOptions
}

struct FilterCommand: StageCommand {
    static let stage = "filter"
    static let configuration = stage("filter", "Judge the proposed clips by their signals.")
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption
    @OptionGroup var machine: MachineOptions
}

struct DedupCommand: StageCommand {
    static let stage = "dedup"
    static let configuration = stage("dedup", "Group clips that show the same footage.")
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption
    @OptionGroup var machine: MachineOptions
}

struct CutCommand: StageCommand {
    static let stage = "cut"
    static let configuration = stage("cut", "Encode the unique clips, frame-exact.")
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption
    @OptionGroup var machine: MachineOptions
}

struct CaptionCommand: StageCommand {
    static let stage = "caption"
    static let configuration = CommandConfiguration(
        commandName: "caption", abstract: "Take captions in and bring them into normal form.",
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
            let (_, manifest) = try place.open()
            let count = try CaptionFile(path: from).add(to: manifest)
            Terminal.say("\(count) new captions")
        }
        try StageRun(place: place, output: output, machine: machine, stages: [Self.stage]).run()
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
        let (_, manifest) = try place.open()
        Terminal.print("\(try manifest.retry(targets)) items are pending again")
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
        let workspace = try Workspace.open(place.workspace)
        let stages = Stages.all(of: workspace)
        WorkerLoop.run { line in
            let request = try JSON.decode(WorkRequest.self, from: line)
            if request.stage == IngestProbe.name { return try IngestProbe.process(json: request.item) }
            for case .perItem(let stage) in stages where stage.name == request.stage {
                return try stage.process(json: request.item, in: request.scratch)
            }
            throw Fault(.internal, "there is no stage '\(request.stage)'", at: "worker", advice: "Report this.")
        }
    }
}
