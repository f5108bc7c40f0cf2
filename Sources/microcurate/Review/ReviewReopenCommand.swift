import ArgumentParser
import ReviewDesk

struct ReviewReopenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen", abstract: "End what was said of clips, settlements too: all experts are asked anew.",
        discussion: """
            Example: microcurate -C cells review reopen clip-0a1b... --as cora

            What was said stays on record, and known answers stay known. The server may run or not.
            """)
    @OptionGroup var curator: CuratorOptions

    func run() throws {
        try curator.record("reopened") { intake, clips, name in
            try intake.requireDecided(clips)
            return try intake.take(CuratorAction(.reopen, clips: clips), by: name, now: Moment.now())
        }
    }
}
