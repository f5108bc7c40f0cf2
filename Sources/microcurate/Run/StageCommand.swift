import ArgumentParser
import Pipeline
import Stages

/// The command that runs one stage alone.
struct StageCommand<S: Stage>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: S.head.name, abstract: S.head.abstract,
            discussion: "Example: microcurate -C cells \(S.head.name)")
    }

    @OptionGroup var stages: StageRun

    func run() throws { try stages.run([S.self]) }
}

/// The stages' commands, but for those that have one of their own.
enum StageCommands {
    private static let own = ["probe", "caption"]

    static let all: [any ParsableCommand.Type] = Stages.all.filter { !own.contains($0.head.name) }.map { command($0) }

    private static func command<S: Stage>(_ stage: S.Type) -> any ParsableCommand.Type { StageCommand<S>.self }
}
