/// What one line of progress says about a stage.
struct ProgressLine {
    var stage: String
    var done: Int
    var total: Int
    var unit: String
    var failed: Int
    /// Items per second, nil while unknown.
    var rate: Double?
    /// Since the stage began.
    var seconds: Double

    private static let barWidths = 5...30
    private static let red = "\u{1B}[31m"
    private static let green = "\u{1B}[32m"
    private static let plain = "\u{1B}[0m"

    private var units: String { total == 1 ? unit : unit + "s" }

    private var counts: String { "\(Quantity.count(done))/\(Quantity.count(total)) \(units)" }

    private var failures: String? { failed > 0 ? "\(Quantity.count(failed)) failed" : nil }

    private var timeLeft: String? {
        guard let rate, rate > 0, done < total else { return nil }
        return Quantity.duration(max(1, (Double(total - done) / rate).rounded())) + " left"
    }

    /// The line when the stage begins: `scan: 1,200 files`.
    var opening: String { "\(stage): \(Quantity.count(total)) \(units)" }

    /// The line while the stage runs, without a bar: `scan: 412/1,200 files, 3.1/s, 4 min left, 3 failed`.
    var text: String {
        let parts = [counts, rate.map { Quantity.rate(perSecond: $0) }, timeLeft, failures]
        return "\(stage): " + parts.compactMap { $0 }.joined(separator: ", ")
    }

    /// The line when the stage has ended: `scan: 1,200 files in 6 min 2 s, 3 failed`; what was not done is said.
    var summary: String {
        let parts = [
            "\(done < total ? counts : "\(Quantity.count(done)) \(units)") in \(Quantity.duration(seconds))", failures,
        ]
        return "\(stage): " + parts.compactMap { $0 }.joined(separator: ", ")
    }

    /// The line with a bar, at most `width` columns: first the bar shrinks, then parts go, the least needed first.
    func bar(width: Int, colour: Bool) -> String {
        let optional = [rate.map { Quantity.rate(perSecond: $0) }, timeLeft]
        // What to leave out, step by step: nothing, the rate, rate and time left, and last the failures.
        let choices: [[String?]] = [
            [counts] + optional + [failures], [counts, timeLeft, failures], [counts, failures], [counts],
        ]
        for (index, choice) in choices.enumerated() {
            let parts = choice.compactMap { $0 }
            let used = stage.count + 2 + parts.reduce(0) { $0 + $1.count + 2 }
            let room = width - used - 2
            guard room >= Self.barWidths.lowerBound || (index == choices.count - 1 && used <= width + 2) else {
                continue
            }
            let cells = min(room, Self.barWidths.upperBound)
            let drawn = cells >= Self.barWidths.lowerBound ? [drawing(cells: cells, colour: colour)] : []
            let shown = parts.map { colour && $0 == failures ? Self.red + $0 + Self.plain : $0 }
            return ([stage] + drawn + shown).joined(separator: "  ")
        }
        return String("\(stage) \(counts)".prefix(max(width, 0)))
    }

    private func drawing(cells: Int, colour: Bool) -> String {
        let share = total > 0 ? min(Double(done) / Double(total), 1) : 1
        let full = Int(share * Double(cells))
        let filled = String(repeating: "#", count: full)
        let open = String(repeating: "-", count: cells - full)
        return "[" + (colour && full > 0 ? Self.green + filled + Self.plain : filled) + open + "]"
    }
}
