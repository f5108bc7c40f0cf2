import Model
import Pipeline
import Review

/// Who decided, how they agree, and why they declined.
struct ReportReview {
    struct Reviewer {
        let reviewer: String
        let clips: String
        let accepts: String
        let rejects: String
        let unsure: String
        let rate: String?
        let pace: String?
    }

    struct Pair {
        let reviewers: String
        let clips: String
        let kappa: String?
    }

    struct Reason {
        let reason: String
        let times: String
    }

    let summary: String
    let alpha: String?
    let levelAlpha: String?
    let reviewers: [Reviewer]
    let pairs: [Pair]
    let reasons: [Reason]

    /// nil without decisions.
    init?(_ decisions: [Decision], _ clips: [ClipState: [ReportClip]]) throws {
        guard !decisions.isEmpty else { return nil }
        let statistics = ReviewStatistics(of: decisions)
        let outcomes = [ClipState.accepted, .declined, .disputed].map {
            "\(Figure.count(clips[$0]?.count ?? 0)) \($0.rawValue)"
        }
        summary =
            Figure.plural(statistics.decisions, "decision", "decisions") + " on "
            + Figure.plural(statistics.clips, "clip", "clips") + ": \(outcomes.joined(separator: ", "))."
        alpha = statistics.alpha.map { Figure.decimal($0, 2) }
        levelAlpha = statistics.levelAlpha.map { Figure.decimal($0, 2) }
        reviewers = statistics.reviewers.map {
            Reviewer(
                reviewer: $0.reviewer, clips: Figure.count($0.clips), accepts: Figure.count($0.accepts),
                rejects: Figure.count($0.rejects), unsure: Figure.count($0.unsure),
                rate: $0.acceptRate.map { Figure.percent($0) }, pace: $0.clipsPerHour.map { Figure.decimal($0, 0) })
        }
        pairs = statistics.pairs.map {
            Pair(
                reviewers: "\($0.first) and \($0.second)", clips: Figure.count($0.clips),
                kappa: $0.kappa.map { Figure.decimal($0, 2) })
        }
        let given = InForce.decisions(decisions).filter { $0.decision == .reject }.flatMap(\.reasons)
        reasons = Dictionary(grouping: given) { $0 }.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
            .map { Reason(reason: ReportReason.heading($0.key), times: Figure.count($0.value.count)) }
    }
}
