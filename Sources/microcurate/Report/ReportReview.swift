import Model
import Pages
import Pipeline
import Review

/// Who decided, how they agree, and why they declined.
struct ReportReview {
    let summary: String
    let reviewers: Table
    let pairs: Table?
    let reasons: Table?

    /// nil without decisions.
    init?(_ decisions: [Decision], _ clips: [ClipState: [ReportClip]]) throws {
        guard !decisions.isEmpty else { return nil }
        let statistics = ReviewStatistics(of: decisions)
        let outcomes = [ClipState.accepted, .declined, .disputed].map {
            "\(Figure.count(clips[$0]?.count ?? 0)) \($0.rawValue)"
        }
        func ratio(_ value: Double?) -> String { value.map { Figure.decimal($0, 2) } ?? "undefined" }
        summary =
            "\(Figure.plural(statistics.decisions, "decision")) on \(Figure.plural(statistics.clips, "clip")): "
            + "\(outcomes.joined(separator: ", ")). Krippendorff’s alpha is \(ratio(statistics.alpha)) for decisions and "
            + "\(ratio(statistics.levelAlpha)) for levels (1 is perfect agreement, 0 is chance)."
        reviewers = Table(
            "Reviewers",
            ["Reviewer"]
                + ["Clips", "Accepts", "Rejects", "Unsure", "Accept rate", "Clips an hour"].map(Table.Column.number),
            statistics.reviewers.map { person in
                [.head(person.reviewer)]
                    + [person.clips, person.accepts, person.rejects, person.unsure].map { .number(Figure.count($0)) }
                    + [
                        .measured(person.acceptRate.map { Figure.percent($0) }),
                        .measured(person.clipsPerHour.map { Figure.count(Int($0.rounded())) }),
                    ]
            })
        pairs = Self.table(
            "Agreement of pairs", ["Reviewers", .number("Clips"), .number("Cohen’s kappa")],
            statistics.pairs.map {
                [
                    .head("\($0.first) and \($0.second)"), .number(Figure.count($0.clips)), .number(ratio($0.kappa)),
                ]
            })
        let given = InForce.decisions(decisions).filter { $0.decision == .reject }.flatMap(\.reasons)
        let counts = Dictionary(grouping: given) { $0 }.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        reasons = Self.table(
            "Why experts reject", ["Reason", .number("Times")],
            counts.map { [.head(Words.heading($0.key)), .number(Figure.count($0.value.count))] })
    }

    private static func table(_ label: String, _ columns: [Table.Column], _ rows: [[Table.Cell]]) -> Table? {
        rows.isEmpty ? nil : Table(label, columns, rows)
    }
}
