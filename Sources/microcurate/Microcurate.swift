import ArgumentParser
import Foundation
import Model

/// The command `microcurate`. One file a command.
@main
struct Microcurate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "microcurate",
        abstract: "Turns raw microscopy recordings into a training-ready, expert-verified clip dataset.",
        discussion: """
            microcurate init cells && microcurate -C cells ingest footage/ && microcurate -C cells run

            -C DIR names the workspace (default: the current folder). Exit codes: 0 done; 1 failed; 2 wrong usage;
            3 done, but some items failed (they are listed).
            """,
        version: "0.1.0",
        subcommands: [
            InitCommand.self, IngestCommand.self, ImportCommand.self, RunCommand.self,
        ] + StageCommands.all + [
            CaptionCommand.self, RetryCommand.self,
            WithdrawCommand.self, StatusCommand.self, ExplainCommand.self, ReviewCommand.self, PreflightCommand.self,
            ExportCommand.self, VerifyCommand.self, DiffCommand.self, ReportCommand.self, TuneCommand.self,
            QueryCommand.self, DoctorCommand.self,
            ShotsCommand.self, ProbeCommand.self, SplitCommand.self, SimilarCommand.self, NormalizeCommand.self,
            EvaluateCommand.self, GenerateCommand.self, WorkerCommand.self,
        ])

    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot(arguments())
            try command.run()
        } catch let fault as Fault {
            Terminal.error("\(fault)")
            Foundation.exit(1)
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch {
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            if code == .success { Terminal.print(text) } else { Terminal.error(text, prefix: "") }
            Foundation.exit(code == .success ? 0 : code == .validationFailure ? 2 : 1)
        }
    }

    /// The arguments with a leading `-C DIR` moved behind the command, where its option group takes it.
    private static func arguments() -> [String] {
        var arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2, arguments[0] == "-C" else { return arguments }
        let place = Array(arguments[..<2])
        arguments.removeFirst(2)
        arguments.insert(contentsOf: place, at: arguments.firstIndex(of: "--") ?? arguments.count)
        return arguments
    }
}
