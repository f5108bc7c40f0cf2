import ArgumentParser
import ReviewDesk

struct ReviewGoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gold", abstract: "Give clips a known answer, by which reviewers are measured, or take it back.",
        discussion: """
            Example: microcurate -C cells review gold clip-0a1b... --decision reject --reason overlay --as cora
                     microcurate -C cells review gold clip-0a1b... --remove --as cora

            It is no voice and decides nothing. The recipe's review.gold_every says how often a reviewer gets such a clip.
            The server may run or not.
            """)
    @OptionGroup var verdict: VerdictOptions
    @OptionGroup var curator: CuratorOptions

    @Flag(help: "Take back the known answers that you gave.")
    var remove = false

    func validate() throws {
        if remove == (verdict.decision != nil) {
            throw ValidationError("give either --decision accept, --decision reject or --remove")
        }
    }

    func run() throws {
        let told = remove ? "no longer of known answer" : "of known answer: \(verdict.decision?.rawValue ?? "")"
        try curator.record(told) { intake, clips, name in
            if remove { return try intake.takeBackKnownAnswers(to: clips, by: name, now: Moment.now()) }
            return try intake.take(verdict.action(.gold, on: clips), by: name, now: Moment.now())
        }
    }
}
