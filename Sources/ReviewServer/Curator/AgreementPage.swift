import Model
import Pages
import Review

/// An alpha with its interval, drawn on a line from -0.2 to 1 that is 240 long.
struct IntervalView {
    let name: String
    let alpha: String?
    let interval: String?
    let clips: String
    let count: Int
    /// Places on the line.
    let dot: String?
    let from: String?
    let length: String?
    /// What it means, in plain words.
    let meaning: String

    init(_ name: String, _ alpha: Double?, _ interval: Agreement.Interval?, _ clips: Int) {
        self.name = name
        self.alpha = alpha.map { Figure.decimal($0, 2) }
        self.interval = interval.map { Figure.interval($0.lower, $0.upper) }
        self.clips = Figure.plural(clips, "clip")
        count = clips
        dot = alpha.map { Figure.coordinate(Self.place($0)) }
        from = interval.map { Figure.coordinate(Self.place($0.lower)) }
        length = interval.map { Figure.coordinate(max(1, Self.place($0.upper) - Self.place($0.lower))) }
        meaning = Self.meaning(alpha, clips)
    }

    private static func place(_ alpha: Double) -> Double { 200 * (min(1, max(-0.2, alpha)) + 0.2) }

    /// K. Krippendorff, "Content Analysis" (2004), section 11.4, rests conclusions on 0.8 and tentative ones on 0.667.
    private static func meaning(_ alpha: Double?, _ clips: Int) -> String {
        guard let alpha else {
            return clips == 0
                ? "Nothing to compare yet: it takes clips on which two experts have spoken."
                : "All say the same one thing so far, so chance can't be told from agreement."
        }
        let words =
            switch alpha {
            case 0.8...: "The experts can stand in for each other."
            case 0.667..<0.8: "Good enough for tentative conclusions, not for firm ones."
            case 0.4..<0.667: "More than chance gives, but too little to rest conclusions on."
            case 0.05..<0.4: "Little more than chance gives. The rules may not be clear to all."
            case -0.05..<0.05: "No more than chance gives."
            default: "Less than chance gives: some may read the rules the other way round."
            }
        return words + (clips < 50 ? " With so few clips it may well change." : "")
    }
}

/// The page on agreement.
struct AgreementView {
    struct Row {
        let reviewer: String
        let cells: [Cell]
    }

    struct Cell {
        let text: String?
        let clips: String?
        let title: String
        /// How strong, `k0` to `k4`; `self` on the diagonal.
        let shade: String
    }

    let clips: String
    let decisions: String
    let alpha: IntervalView
    let levelAlpha: IntervalView
    let reasons: [IntervalView]
    let levels: [IntervalView]
    let reviewers: [String]
    let matrix: [Row]
    let hasPairs: Bool
    let drift: [DriftView]
    let period: String
    let madeAt: String

    init(_ said: CuratorFigures.Said, madeAt: String) {
        let statistics = said.statistics
        self.madeAt = madeAt
        clips = Figure.plural(statistics.clips, "clip")
        decisions = Figure.plural(statistics.decisions, "answer")
        alpha = IntervalView("Accept, reject or unsure", statistics.alpha, statistics.alphaInterval, said.compared)
        levelAlpha = IntervalView("Level", statistics.levelAlpha, statistics.levelAlphaInterval, said.comparedLevels)
        func values(_ all: [ReviewStatistics.Value]) -> [IntervalView] {
            all.map { IntervalView(Words.plain($0.name), $0.alpha, $0.interval, $0.clips) }
        }
        (reasons, levels) = (values(statistics.reasons), values(statistics.levels))
        let names = statistics.reviewers.map(\.reviewer)
        reviewers = names
        hasPairs = !statistics.pairs.isEmpty
        struct Names: Hashable { let first, second: String }
        let pairs = Dictionary(statistics.pairs.map { (Names(first: $0.first, second: $0.second), $0) }) { a, _ in a }
        matrix = names.map { row in
            Row(
                reviewer: row,
                cells: names.map { column in
                    row == column
                        ? Cell(text: nil, clips: nil, title: "", shade: "self")
                        : Self.cell(pairs[Names(first: min(row, column), second: max(row, column))])
                })
        }
        period = statistics.driftBy.rawValue
        drift = statistics.reviewers.filter { !$0.drift.isEmpty }.map { DriftView($0) }
    }

    private static func cell(_ pair: ReviewStatistics.Pair?) -> Cell {
        guard let pair else { return Cell(text: nil, clips: nil, title: "no clip in common", shade: "none") }
        let clips = Figure.plural(pair.clips, "clip")
        let same = "the same on \(Figure.percent(pair.agreement)) of \(clips)"
        guard let kappa = pair.kappa else {
            return Cell(
                text: "–", clips: clips, title: "\(same); kappa is undefined where both say one thing only",
                shade: "none")
        }
        let shade = kappa < 0.2 ? 0 : kappa < 0.4 ? 1 : kappa < 0.6 ? 2 : kappa < 0.8 ? 3 : 4
        let error = pair.kappaError.map { ", standard error \(Figure.decimal($0, 2))" } ?? ""
        return Cell(text: Figure.decimal(kappa, 2), clips: clips, title: same + error, shade: "k\(shade)")
    }
}

/// What changes in a person's answers over time: lines of accept rate and agreement, 0 to 1, on 320 by 96.
struct DriftView {
    struct Dot {
        let x: String
        let y: String
    }

    struct Line {
        let kind: String
        let points: String
        let dots: [Dot]
    }

    let reviewer: String
    let from: String
    let to: String
    let lines: [Line]
    let periods: Table
    let sentence: String

    private static let width = 320.0, height = 96.0, inset = 6.0

    init(_ reviewer: ReviewStatistics.Reviewer) {
        let drift = reviewer.drift
        self.reviewer = reviewer.reviewer
        from = drift.first?.start ?? ""
        to = drift.last?.start ?? ""
        lines = [
            Self.line("accepts", drift.map(\.acceptRate)), Self.line("agreement", drift.map(\.agreement)),
        ].compactMap(\.self)
        periods = Table(
            "\(reviewer.reviewer) in numbers",
            ["From"] + ["Clips", "Accepts", "Agrees", "Median", "Known right"].map(Table.Column.number),
            drift.map { period in
                [
                    .head(period.start), .number(Figure.count(period.clips)),
                    .number(period.acceptRate.map { Figure.percent($0) }),
                    .number(period.agreement.map { Figure.percent($0) }),
                    .number(period.medianSeconds.map(Figure.seconds)),
                    .number(period.gold.accuracy.map { Figure.percent($0) }),
                ]
            })
        sentence =
            "\(reviewer.reviewer), \(Figure.plural(drift.count, "period"))"
            + (reviewer.acceptRate.map { ", accepts \(Figure.percent($0))" } ?? "")
            + (reviewer.agreement.map { ", agrees with the others on \(Figure.percent($0))" } ?? "")
    }

    /// nil where nothing is known.
    private static func line(_ kind: String, _ values: [Double?]) -> Line? {
        let step = values.count > 1 ? (width - 2 * inset) / Double(values.count - 1) : 0
        let dots = values.enumerated().compactMap { index, value in
            value.map { value in
                Dot(
                    x: Figure.coordinate(values.count > 1 ? inset + step * Double(index) : width / 2),
                    y: Figure.coordinate(inset + (height - 2 * inset) * (1 - value)))
            }
        }
        return dots.isEmpty
            ? nil : Line(kind: kind, points: dots.map { "\($0.x),\($0.y)" }.joined(separator: " "), dots: dots)
    }
}
