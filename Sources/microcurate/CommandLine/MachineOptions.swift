import ArgumentParser
import Foundation
import Manifest
import Pipeline
import Stages

/// How a run uses the machine. None of it changes results.
struct MachineOptions: ParsableArguments {
    @Option(help: "Worker processes; 0 works in this process.")
    var workers = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "Threads of each worker, for decoding and encoding; by default the cores are shared out.")
    var threads: Int?

    @Option(help: "Time limit for one item, such as 90s or 30m; by default each stage has its own.")
    var timeLimit: String?

    @Option(help: "Resident memory that one worker may use, such as 2G; by default each stage has its own.")
    var memoryLimit: String?

    @Flag(help: "No progress.")
    var quiet = false

    @OptionGroup var processor: ProcessorOption

    func validate() throws {
        if workers < 0 { throw ValidationError("--workers is a number of processes, 0 or more") }
        do { _ = try limits() } catch { throw ValidationError("\(error)") }
    }

    var progress: ProgressDisplay { Self.progress(quiet: quiet) }

    static func progress(quiet: Bool) -> ProgressDisplay {
        .standardError(quiet: quiet, environment: ProcessInfo.processInfo.environment)
    }

    func limits() throws -> LimitOverride { try LimitOverride(time: timeLimit, memory: memoryLimit) }

    /// The command that starts a worker; `workspace` only tells people whom it serves.
    private func workerCommand(_ workspace: Workspace) -> [String] {
        [Bundle.main.executablePath ?? CommandLine.arguments[0], "worker", "-C", workspace.root] + processor.arguments
    }

    private func executor(_ workspace: Workspace) -> any Executor {
        if workers == 0 { return InProcess(Stages.all) }
        return Workers(command: workerCommand(workspace), environment: ProcessInfo.processInfo.environment)
    }

    func runner(_ workspace: Workspace, _ manifest: Manifest) throws -> Runner {
        processor.apply()
        return Runner(
            workspace: workspace, manifest: manifest, workers: workers, threads: threads,
            executor: executor(workspace), limits: try limits(), progress: progress)
    }
}
