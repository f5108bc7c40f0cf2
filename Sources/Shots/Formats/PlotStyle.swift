import Analysis
import Model

/// Colours and shapes of a plot.
enum PlotStyle {
    /// Values stand in full rather than in variables, which not every reader of SVG knows.
    static let sheet = """

        text { font: 14px system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; }
        text { fill: #1c1e20; font-variant-numeric: tabular-nums; }
        .ground { fill: #fcfbf8; }
        .title { font-size: 20px; font-weight: 600; }
        .lane { font-weight: 600; }
        .small { font-size: 12px; }
        .soft, .small, .note { fill: #5b6066; }
        .middle { text-anchor: middle; }
        .end { text-anchor: end; }
        .even { fill: #d9d5ca; } .odd { fill: #ebe8e0; }
        .grid, .tick { stroke: #cfcabd; fill: none; }
        .curve { fill: #8d9399; }
        .threshold { stroke: #1c1e20; stroke-dasharray: 5 4; fill: none; opacity: 0.6; }
        .cut { fill: #0072b2; stroke: #0072b2; } .dissolve { fill: #d98200; stroke: #d98200; }
        .fade { fill: #009e73; stroke: #009e73; } .wipe { fill: #b9528f; stroke: #b9528f; }
        .line { stroke-width: 1.5; opacity: 0.75; }
        .span { stroke: none; opacity: 0.22; }
        .rejected { fill: #fcfbf8; stroke: #5b6066; stroke-width: 1.25; }
        g:hover > .line { stroke-width: 3; opacity: 1; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e5e3de; } .ground { fill: #131517; }
          .soft, .small, .note { fill: #a0a5aa; }
          .even { fill: #3a4046; } .odd { fill: #262a2e; }
          .grid, .tick { stroke: #3a4046; } .curve { fill: #767d84; }
          .threshold { stroke: #e5e3de; }
          .cut { fill: #56b4e9; stroke: #56b4e9; } .dissolve { fill: #f0a93b; stroke: #f0a93b; }
          .fade { fill: #2fc79b; stroke: #2fc79b; } .wipe { fill: #dc8cbb; stroke: #dc8cbb; }
          .rejected { fill: #131517; stroke: #a0a5aa; }
        }

        """

    /// The outline of a kind's mark around a point: a triangle for a cut, a diamond, a circle and a square.
    static func shape(_ kind: Transition.Kind, x: Double, y: Double) -> String {
        func at(_ dx: Double, _ dy: Double) -> String { "\(SVG.number(x + dx)) \(SVG.number(y + dy))" }
        switch kind {
        case .cut: return "M\(at(-5.5, -4.5))h11l-5.5 10z"
        case .dissolve: return "M\(at(0, -6))l6 6l-6 6l-6 -6z"
        case .fade: return "M\(at(-5, 0))a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z"
        case .wipe: return "M\(at(-4.5, -4.5))h9v9h-9z"
        }
    }
}

/// Numbers and texts in an SVG.
enum SVG {
    /// At most one decimal.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
    }

    /// A score or threshold of -1...1, two decimals.
    static func score(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let rest = hundredths.magnitude % 100
        return "\(hundredths < 0 ? "-" : "")\(hundredths.magnitude / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// Text without what XML would take for markup, or not take at all.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\u{0}"..."\u{1f}", "\u{fffe}", "\u{ffff}": escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}

/// Round steps of a time axis.
enum TimeSteps {
    /// Milliseconds between marks, so that a length has at most `most` of them.
    static func step(for length: Int64, most: Int64) -> Int64 {
        let seconds: [Int64] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800]
        let steps = [10, 20, 50, 100, 200, 500] + seconds.map { $0 * 1000 }
        if let step = steps.first(where: { length <= $0 * most }) { return step }
        let day: Int64 = 86_400_000
        return (length / most / day + 1) * day
    }

    /// `1:02:03`, `2:03` or, where steps are shorter than a second, `2:03.50`.
    static func label(_ time: Int64, step: Int64) -> String {
        let seconds = time / 1000
        let clock =
            seconds < 3600
            ? "\(seconds / 60):\(ShotClock.digits(seconds % 60, 2))"
            : "\(seconds / 3600):\(ShotClock.digits(seconds / 60 % 60, 2)):\(ShotClock.digits(seconds % 60, 2))"
        return step < 1000 ? "\(clock).\(ShotClock.digits(time % 1000 / 10, 2))" : clock
    }
}
