import Analysis
import Model
import Pages
import Shots

/// The table of the terminal and of the page. A hyphen where there is nothing to count.
enum EvaluationTable {
    private static let figures =
        ["precision", "recall", "F1"] + Transition.Kind.allCases.map(\.rawValue)
        + ["false/min", "mixed in shots", "transitions"]
    /// Where the interval of F1 stands in `header`, which `figures` don't have.
    private static let place = 4

    static let header = inserting("95 %", into: ["detector"] + figures)
    static let videoHeader = ["video"] + figures

    static func cells(_ row: ShotEvaluation.Row) -> [String] {
        let interval = row.interval.map { "\(ratio($0.lowerBound))–\(ratio($0.upperBound))" } ?? "-"
        return inserting(interval, into: cells(row.detector, row.score))
    }

    static func cells(_ name: String, _ score: ShotScore) -> [String] {
        [name, ratio(score.precision), ratio(score.recall), ratio(score.f1)]
            + Transition.Kind.allCases.map { ratio(score.kinds[$0]?.ratio) }
            + [Figure.decimal(score.falsePerMinute, 2), ratio(score.leak), "\(score.transitions)"]
    }

    static func table(_ label: String, _ header: [String], _ rows: [[String]]) -> Table {
        Table(
            label, [Table.Column(stringLiteral: header[0])] + header.dropFirst().map(Table.Column.number),
            rows.map { row in [.head(row[0])] + row.dropFirst().map { .number($0) } })
    }

    static func text(_ evaluation: ShotEvaluation) -> String { Terminal.table(header, evaluation.rows.map(cells)) }

    private static func ratio(_ value: Double?) -> String { value.map { Figure.decimal($0, 3) } ?? "-" }

    private static func inserting(_ cell: String, into cells: [String]) -> [String] {
        Array(cells[..<place]) + [cell] + cells[place...]
    }
}
