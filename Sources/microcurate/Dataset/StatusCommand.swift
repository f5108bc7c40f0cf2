import ArgumentParser
import Manifest
import Model

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "The funnel, and what is pending, done, failed and rejected, stage by stage.",
        discussion: "Example: microcurate -C cells status --json")

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let (workspace, manifest) = try place.open(.read)
        let status = try DatasetStatus(of: workspace, manifest)
        if output.json { return Terminal.print(try JSON.pretty(status)) }
        Terminal.print(status.text)
    }
}
