import ArgumentParser
import Manifest
import Model
import Review

struct ReviewExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print the decisions in force, one JSON object a line.",
        discussion: "Example: microcurate -C cells review export --all > decisions.jsonl")
    @OptionGroup var place: WorkspaceOption

    @Flag(help: "Also those undone or superseded.")
    var all = false

    func run() throws {
        let (_, manifest) = try place.open(.read)
        let decisions = try manifest.decisions.all()
        let given = all ? decisions : InForce.clips(decisions).flatMap(\.voices.decisions)
        for decision in given { Terminal.print(try JSON.line(decision)) }
    }
}
