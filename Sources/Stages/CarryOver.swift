public import Manifest
public import Model
import Review

/// Decisions that pass from a decided clip to a new proposal whose span differs by no more than the recipe's tolerance.
struct CarryOver {
    let recipe: Recipe.Review

    /// Each decision in force becomes a new row on the new clip that names its origin. With a tolerance of 0 frames,
    /// the default, nothing is carried over.
    func apply(to source: SourceID, in manifest: Manifest) throws {
        guard recipe.carryOverFrames > 0 else { return }
        let clips = try manifest.clips(of: source)
        for old in clips where old.acceptance != nil && !old.proposed {
            let near = clips.first { new in
                new.proposed && new.acceptance == nil
                    && abs(new.span.frames.start - old.span.frames.start) <= recipe.carryOverFrames
                    && abs(new.span.frames.end - old.span.frames.end) <= recipe.carryOverFrames
            }
            guard let near else { continue }
            let carried = try InForce.decisions(try manifest.decisions(on: old.id)).map { decision in
                var copy = decision
                copy.clipId = near.id
                copy.supersedes = nil
                copy.renditionSha256 = nil
                copy.origin = decision.id
                copy.id = try copy.derivedID()
                return copy
            }
            try Decisions.record(carried, recipe: recipe, in: manifest)
        }
    }
}

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
