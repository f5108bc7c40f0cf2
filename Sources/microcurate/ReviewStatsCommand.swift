import ArgumentParser
import Manifest
import Model
import Review

extension ReviewCommand {
    struct StatsCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stats", abstract: "Reviewers, their pace and their agreement.",
            discussion: "Example: microcurate -C cells review stats")
        @OptionGroup var place: WorkspaceOption
        @OptionGroup var output: JSONOption

        func run() throws {
            let (_, manifest) = try place.open()
            let stats = ReviewStatistics(of: try manifest.decisions())
            if output.json { return Terminal.print(try JSON.pretty(stats)) }
            func number(_ value: Double?) -> String { value.map { "\(($0 * 1000).rounded() / 1000)" } ?? "-" }
            Terminal.print(
                "\(stats.clips) clips, \(stats.decisions) decisions in force, alpha \(number(stats.alpha)), level alpha \(number(stats.levelAlpha))\n"
            )
            Terminal.print(
                Terminal.table(
                    ["reviewer", "clips", "accept", "reject", "unsure", "clips/hour"],
                    stats.reviewers.map {
                        [
                            $0.reviewer, "\($0.clips)", "\($0.accepts)", "\($0.rejects)", "\($0.unsure)",
                            number($0.clipsPerHour),
                        ]
                    }))
            guard !stats.pairs.isEmpty else { return }
            Terminal.print(
                "\n"
                    + Terminal.table(
                        ["pair", "clips", "kappa"],
                        stats.pairs.map { ["\($0.first), \($0.second)", "\($0.clips)", number($0.kappa)] }))
        }
    }
}
