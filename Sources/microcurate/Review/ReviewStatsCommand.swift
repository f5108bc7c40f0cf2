import ArgumentParser
import Manifest
import Model
import Review

struct ReviewStatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Reviewers, their pace and their agreement.",
        discussion: "Example: microcurate -C cells review stats")
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let (_, manifest) = try place.open(.read)
        let stats = ReviewStatistics(of: try manifest.decisions.all())
        if output.json { return Terminal.print(try JSON.pretty(stats)) }
        Terminal.print(
            """
            \(stats.clips) clips, \(stats.decisions) answers ever given
            alpha \(Self.figure(stats.alpha, stats.alphaInterval)), of levels \(Self.figure(stats.levelAlpha, stats.levelAlphaInterval))

            """)
        Terminal.print(
            Terminal.table(
                ["reviewer", "clips", "accept", "reject", "unsure", "clips/hour", "agrees", "gold"],
                stats.reviewers.map {
                    [
                        $0.reviewer, "\($0.clips)", "\($0.accepts)", "\($0.rejects)", "\($0.unsure)",
                        Self.number($0.clipsPerHour), Self.number($0.agreement),
                        $0.gold.clips == 0 ? "-" : "\($0.gold.right)/\($0.gold.clips)",
                    ]
                }))
        for (name, values) in [("reason", stats.reasons), ("level", stats.levels)] where !values.isEmpty {
            Terminal.print(
                "\n"
                    + Terminal.table(
                        [name, "times", "clips", "alpha"],
                        values.map {
                            [$0.name, "\($0.times)", "\($0.clips)", Self.figure($0.alpha, $0.interval)]
                        }))
        }
        guard !stats.pairs.isEmpty else { return }
        Terminal.print(
            "\n"
                + Terminal.table(
                    ["pair", "clips", "kappa", "error"],
                    stats.pairs.map {
                        [
                            "\($0.first), \($0.second)", "\($0.clips)", Self.number($0.kappa),
                            Self.number($0.kappaError),
                        ]
                    }))
    }

    private static func number(_ value: Double?) -> String {
        value.map { "\(($0 * 1000).rounded() / 1000)" } ?? "-"
    }

    /// A figure with its 95 % confidence interval.
    private static func figure(_ value: Double?, _ interval: Agreement.Interval?) -> String {
        number(value) + (interval.map { " [\(number($0.lower)), \(number($0.upper))]" } ?? "")
    }
}
