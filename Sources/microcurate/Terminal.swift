import ArgumentParser
import Foundation
import Manifest
import Media
import Model
import Pipeline
import ReviewDesk
import Stages

/// What goes to the user: results on standard output, all else on standard error.
enum Terminal {
    static func print(_ text: String) { write(text + "\n", to: .standardOutput) }
    static func say(_ text: String) { write(text + "\n", to: .standardError) }
    /// As it is. Whoever closes the pipe, as `head` does, has read enough.
    static func write(_ text: String, to file: FileHandle) { try? file.write(contentsOf: Data(text.utf8)) }
    static func error(_ text: String, prefix: String = "error: ") { say(prefix + text) }

    /// Columns padded to their widest cell, numbers to the right.
    static func table(_ header: [String], _ rows: [[String]]) -> String {
        let all = header.isEmpty ? rows : [header] + rows
        let widths = (all.first ?? []).indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                let isNumber = column > 0 && Double(cell.0) != nil
                return isNumber ? padding + cell.0 : cell.0 + padding
            }.joined(separator: "  ").trimmingTrailingSpaces
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// `-C DIR`, for every command that works in a workspace.
struct WorkspaceOption: ParsableArguments {
    @Option(name: .customShort("C"), help: ArgumentHelp("The workspace.", valueName: "dir"))
    var workspace = "."

    /// The workspace and its manifest, up to date. A command that changes nothing opens it to read.
    func open(_ access: Manifest.Access) throws -> (Workspace, Manifest) {
        let workspace = try Workspace.open(self.workspace)
        switch access {
        case .read: return (workspace, try workspace.manifestToRead { Terminal.say("note: \($0)") })
        case .write: return (workspace, try workspace.manifestToWrite())
        }
    }
}

/// `--json`: one JSON document on standard output and nothing else there.
struct JSONOption: ParsableArguments {
    @Flag(help: "Print one JSON document.")
    var json = false
}

/// What the media libraries may use of the processor. Results don't depend on it, and that can be tried out.
struct ProcessorOption: ParsableArguments {
    @Flag(help: ArgumentHelp("Use no vector units.", visibility: .hidden))
    var noVectorUnits = false

    var arguments: [String] { noVectorUnits ? ["--no-vector-units"] : [] }

    func apply() {
        if noVectorUnits { MediaLibraries.forceCPUFlags(0) }
    }
}

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
