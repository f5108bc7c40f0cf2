public import Manifest
public import Model
import Review

/// Decisions into the manifest, with the outcomes that the recipe draws from them.
public enum Decisions {
    /// - Returns: how many were new.
    @discardableResult
    public static func record(_ decisions: [Decision], recipe: Recipe.Review, in manifest: Manifest) throws -> Int {
        try manifest.decide(decisions) { OutcomeResolver.resolve(decisions: $0, recipe: recipe) }
    }

    /// Brings all outcomes up to date with the recipe and the ledger; cheap where they are.
    public static func refresh(recipe: Recipe.Review, in manifest: Manifest) throws {
        try manifest.refreshOutcomes(under: try Digest(ofJSON: recipe)) {
            OutcomeResolver.resolve(decisions: $0, recipe: recipe)
        }
    }
}
