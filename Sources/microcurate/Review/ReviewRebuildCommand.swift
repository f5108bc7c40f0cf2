import ArgumentParser
import Manifest
import Model
import Pipeline
import ReviewDesk

struct ReviewRebuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild", abstract: "Restore the manifest's decisions from the ledger.",
        discussion: """
            Example: microcurate -C cells review rebuild

            The ledger is the truth. What the manifest holds otherwise is replaced; decisions on sources that are
            not ingested wait for them.
            """)
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    func run() throws {
        let workspace = try Workspace.open(place.workspace)
        let manifest = try workspace.manifest(recovers: false)
        let (restored, waiting) = try manifest.commit { try $0.decisions.rebuild() }
        try Decisions.refresh(recipe: workspace.recipe.review, in: manifest)
        if output.json { return Terminal.print(try JSON.pretty(["restored": restored, "waiting": waiting])) }
        Terminal.print(
            "\(restored) decisions restored from the ledger"
                + (waiting > 0 ? ", \(waiting) wait for their sources to be ingested" : ""))
    }
}
