import ArgumentParser
import ReviewDesk

struct ReviewSendBackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send-back", abstract: "Ask one more expert about clips, whatever their outcome.",
        discussion: """
            Example: microcurate -C cells review send-back clip-0a1b... --as cora

            They come first in the queue of everyone who has not spoken on them. The server may run or not.
            """)
    @OptionGroup var curator: CuratorOptions

    func run() throws {
        try curator.record("sent back") { intake, clips, name in
            try intake.take(CuratorAction(.sendBack, clips: clips), by: name, now: Moment.now())
        }
    }
}
