import ArgumentParser
import Foundation
import Model

/// A recipe file, or the built-in recipe.
struct RecipeOption: ParsableArguments {
    @Option(help: ArgumentHelp("A recipe file; without it the built-in 'microsim-10k'.", valueName: "file.yaml"))
    var recipe: String?

    var name: String { recipe ?? "microsim-10k" }

    /// Throws a `Fault` for a file that can't be read.
    func yaml() throws -> String {
        guard let recipe else { return BuiltInRecipe.microsim10k }
        guard let data = FileManager.default.contents(atPath: recipe) else {
            throw Fault(
                .unreadable, "the recipe can't be read", at: recipe, advice: "Check the path given to --recipe.")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
