import ArgumentParser

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "How good the detectors are on footage with known truth.",
        discussion: "Example: microcurate evaluate shots edits", subcommands: [EvaluateShotsCommand.self])
}
