import Manifest
import Model
import Review
import ReviewDesk

/// What the curator's pages say of the whole dataset, each a `CachedFigure`.
struct CuratorFigures: Sendable {
    /// What was said so far.
    struct Said: Sendable {
        var statistics: ReviewStatistics
        var disagreements: [Disagreement]
        /// Clips with two voices or more, and those to which two accepting voices or more name a level.
        var compared: Int
        var comparedLevels: Int

        init(_ decisions: [Decision], recipe: Recipe.Review, resamples: Int) {
            statistics = ReviewStatistics(of: decisions, resamples: resamples)
            disagreements = Disagreement.all(in: decisions, recipe: recipe)
            let voices = InForce.clips(decisions).map(\.voices.voices)
            compared = voices.count { $0.count > 1 }
            comparedLevels = voices.count { $0.count { $0.decision == .accept && $0.level != nil } > 1 }
        }
    }

    /// What came how far.
    struct Dataset: Sendable {
        var funnel: [FunnelStep]
        var states: [ClipState: Int]
        var levels: [String: Int]
        /// Answers since midnight UTC, by reviewer.
        var today: [String: Int]
    }

    let said: CachedFigure<Said>
    let dataset: CachedFigure<Dataset>
    let clips: ClipIndex

    init(_ manifest: Manifest, recipe: Recipe) {
        let version: @Sendable () throws -> Int = { try manifest.decisions.last() }
        said = CachedFigure(version: version) {
            let decisions = try manifest.decisions.all()
            return Said(decisions, recipe: recipe.review, resamples: Self.resamples(decisions.count))
        }
        dataset = CachedFigure(version: version) {
            let midnight = String(Moment.text(Moment.now()).prefix(10)) + "T00:00:00Z"
            return Dataset(
                funnel: try manifest.overview.funnel(), states: try manifest.overview.states(),
                levels: try manifest.overview.levels(),
                today: try manifest.decisions.answers(since: midnight, limit: 50_000))
        }
        clips = ClipIndex(manifest)
    }

    /// Resamples of each confidence interval: fewer where there is more to resample, and intervals are narrow anyway.
    static func resamples(_ decisions: Int) -> Int { max(100, min(1000, 4_000_000 / max(1, decisions))) }
}
