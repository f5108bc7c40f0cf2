import ArgumentParser
import ReviewDesk

struct ReviewSettleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Say a curator's last word on clips: it is the outcome, whatever the voices say.",
        discussion: """
            Example: microcurate -C cells review settle clip-0a1b... --decision accept --level cellular --as cora
                     microcurate -C cells review settle clip-0a1b... clip-2c3d... --decision reject --reason overlay --as cora

            A later settlement takes its place; 'review reopen' ends it, and the dashboard undoes it as one action. The
            server may run or not.
            """)
    @OptionGroup var verdict: VerdictOptions
    @OptionGroup var curator: CuratorOptions

    func validate() throws {
        if verdict.decision == nil { throw ValidationError("--decision is missing: accept or reject") }
    }

    func run() throws {
        try curator.record("settled: \(verdict.decision?.rawValue ?? "")") { intake, clips, name in
            try intake.take(verdict.action(.settle, on: clips), by: name, now: Moment.now())
        }
    }
}
