import ArgumentParser

struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Experts' decisions: ask for them, take in, give out, sum up, verify.",
        discussion: "Example: microcurate -C cells review serve",
        subcommands: [
            ReviewServeCommand.self, ReviewInviteCommand.self, ReviewSettleCommand.self, ReviewReopenCommand.self,
            ReviewSendBackCommand.self, ReviewGoldCommand.self, ReviewImportCommand.self, ReviewExportCommand.self,
            ReviewStatsCommand.self, ReviewVerifyCommand.self, ReviewRebuildCommand.self,
        ])
}
