public import Manifest
public import Model
import Review

/// Decisions into the manifest, with the outcomes that the recipe draws from them.
public enum Decisions {
    /// - Parameter spans: clips that the decisions are on and that an expert trimmed.
    /// - Returns: how many were new.
    @discardableResult
    public static func record(
        _ decisions: [Decision], on spans: [TrimmedSpan] = [], recipe: Recipe.Review, in manifest: Manifest
    ) throws -> Int {
        try manifest.commit { try $0.decisions.record(decisions, on: spans) { outcome(of: $0, recipe) } }
    }

    /// Brings all outcomes up to date with the recipe and the ledger; cheap where they are.
    public static func refresh(recipe: Recipe.Review, in manifest: Manifest) throws {
        try manifest.decisions.refreshOutcomes(under: try rule(of: recipe)) { outcome(of: $0, recipe) }
    }

    /// The hash of what outcomes follow from beside the decisions.
    static func rule(of recipe: Recipe.Review) throws -> Digest { try Digest(ofJSON: recipe) }

    /// nil where all that was said was taken back: then nobody has decided. A known answer decides nothing. A clip that
    /// was reopened is open, and stays in use.
    static func outcome(of decisions: [Decision], _ recipe: Recipe.Review) -> Outcome? {
        let clip = ClipVoices(decisions)
        let isSilent = clip.voices.isEmpty && clip.settlement == nil && clip.sentBack == nil
        if isSilent, !decisions.contains(where: { $0.decision == .reopen }) { return nil }
        return OutcomeResolver.resolve(clip, recipe: recipe)
    }
}
