import ArgumentParser
import Model
import Pipeline

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a workspace.",
        discussion: "Example: microcurate init cells --recipe manifests/demo.yaml")

    @Argument(help: "The new workspace's directory, absent or empty.")
    var directory: String

    @OptionGroup var recipe: RecipeOption

    func run() throws {
        let workspace = try Workspace.create(at: directory, recipe: try recipe.yaml(), recipeName: recipe.name)
        Terminal.print("\(workspace.root): a workspace with the recipe '\(workspace.recipe.name)'")
        Terminal.say("Next: microcurate -C \(directory) ingest FOOTAGE...")
    }
}
