import Actions
import ArgumentParser
import Files
import Foundation
import Manifest
import Model
import Pipeline

struct TuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune", abstract: "Show what other values in the recipe would change, before anything is applied.",
        discussion: """
            Example: microcurate -C cells tune filter.min_motion=0.01 -o tune.html

            Keys of detect, propose and filter, and profile. What comes out is computed from the frame tracks, with
            nothing decoded and nothing written. Experts' decisions stay whatever changes.
            """)

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    @Argument(help: ArgumentHelp("A key of the recipe and its other value.", valueName: "key=value"))
    var assignments: [String]

    @Option(
        name: .customShort("o"),
        help: ArgumentHelp("A page with the flipped clips' pictures; - for standard output.", valueName: "file.html"))
    var file: String?

    @Flag(help: "Write the values into the workspace's recipe; its other lines stay as they are.")
    var apply = false

    func validate() throws {
        if assignments.isEmpty { throw ValidationError("name a key and a value, such as filter.min_motion=0.01") }
        if let wrong = assignments.first(where: { !$0.contains("=") || $0.hasPrefix("=") || $0.hasSuffix("=") }) {
            throw ValidationError("'\(wrong)' is no KEY=VALUE, such as filter.min_motion=0.01")
        }
        if output.json, file == "-" { throw ValidationError("--json and -o - both take standard output") }
    }

    func run() throws {
        let (workspace, manifest) = try place.open(.read)
        let recipe = RecipeFile(workspace.recipePath)
        let values = assignments.map { text in
            let key = text.prefix { $0 != "=" }
            return (key: String(key), value: String(text.dropFirst(key.count + 1)))
        }
        let yaml = try recipe.text()
        // The text that --apply writes, to the last digit; where it has no place for them, the values alone.
        let edited = Result { try RecipeEdit.setting(values, in: yaml, file: workspace.recipePath) }
        if apply { _ = try edited.get() }
        let wanted =
            try (try? edited.get()).map { try RecipeDocument.parse($0, file: workspace.recipePath) }
            ?? RecipeDocument.setting(values, in: yaml, file: workspace.recipePath)
        let tuning = try Tuning(of: workspace, manifest, with: wanted, keys: values.map(\.key))
        try show(tuning, workspace, manifest)
        if apply, wanted != workspace.recipe {
            try recipe.write(try edited.get())
            Terminal.say("\(workspace.recipePath) is changed; \(TuningText.pending(tuning))")
        }
        guard tuning.problems.isEmpty else {
            for problem in tuning.problems { Terminal.say("\(problem)") }
            throw ExitCode(3)
        }
    }

    private func show(_ tuning: Tuning, _ workspace: Workspace, _ manifest: Manifest) throws {
        if let file {
            let page = try TuneContent(
                of: tuning, pending: TuningText.pending(tuning), workspace, manifest
            ).render()
            if file == "-" { return FileHandle.standardOutput.write(Data(page.utf8)) }
            try Fault.guarding(file) { try DurableFile.replace(file, with: Array(page.utf8)) }
            Terminal.say("\(file): \(Quantity.size(page.utf8.count))")
        }
        Terminal.print(
            output.json
                ? try JSON.pretty(TuningDocument(tuning, applied: apply))
                : TuningText.text(of: tuning, names: try manifest.sources.names(), applied: apply))
    }
}
