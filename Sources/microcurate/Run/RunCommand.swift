import ArgumentParser
import Stages

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run every automatic stage that has something pending.",
        discussion: "Example: microcurate -C cells run --until dedup --workers 4")

    @OptionGroup var stages: StageRun

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
        try stages.run(Array(Stages.all[...last]), isDry: dryRun)
    }
}
