import ArgumentParser
import Foundation
import Manifest
import Model
import Pipeline
import Review
import ReviewDesk

struct ReviewImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Record decisions; repeating an import changes nothing.",
        discussion: """
            Example: microcurate -C cells review import decisions.jsonl

            A line: {"clip_id": "clip-...", "reviewer": "ada", "decision": "accept", "decided_at": "2026-05-04T12:00:00Z"}
            """)
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    @Argument(help: "Decision lines, one JSON object a line; - for standard input.")
    var file: String

    func run() throws {
        let (workspace, manifest) = try place.open(.write)
        let data =
            file == "-"
            ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
        guard let data else {
            throw Fault(.unreadable, "the file can't be read", at: file, advice: "Check the path.")
        }
        let decisions = try DecisionReader(file: file, recipe: workspace.recipe).decisions(
            in: String(decoding: data, as: UTF8.self))
        let new = try Decisions.record(decisions, recipe: workspace.recipe.review, in: manifest)
        if output.json {
            Terminal.print(try JSON.pretty(["new": new, "known": decisions.count - new]))
        } else {
            Terminal.print("\(new) new decisions, \(decisions.count - new) known already")
        }
    }
}
