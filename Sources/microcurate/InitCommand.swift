import ArgumentParser
import Foundation
import Model
import Pipeline

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a workspace.",
        discussion: "Example: microcurate init cells --recipe manifests/demo.yaml")

    @Argument(help: "The new workspace's directory, absent or empty.")
    var directory: String

    @Option(help: "A recipe file; without it the built-in 'microsim-10k'.")
    var recipe: String?

    func run() throws {
        let yaml: String
        if let recipe {
            guard let data = FileManager.default.contents(atPath: recipe) else {
                throw Fault(
                    .unreadable, "the recipe can't be read", at: recipe, advice: "Check the path given to --recipe.")
            }
            yaml = String(decoding: data, as: UTF8.self)
        } else {
            yaml = BuiltInRecipe.microsim10k
        }
        let workspace = try Workspace.create(at: directory, recipe: yaml, recipeName: recipe ?? "microsim-10k")
        Terminal.print("\(workspace.root): a workspace with the recipe '\(workspace.recipe.name)'")
        Terminal.say("Next: microcurate -C \(directory) ingest FOOTAGE...")
    }
}
