import ArgumentParser
import Model
import Pipeline
import Stages

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
