import Manifest
import Model
import Pages
import Pipeline

/// Where the clips stand.
extension Table {
    static func states(of clips: [ReportClip]) -> Table {
        let groups = Dictionary(grouping: clips, by: \.state)
        let rows: [[Cell]] = ClipState.allCases.compactMap { state in
            groups[state].map { clips in
                [
                    .state(state.rawValue), .number(Figure.count(clips.count)),
                    .number(Quantity.duration(clips.reduce(0) { $0 + $1.seconds })),
                ]
            }
        }
        return Table("Where the clips stand", ["State", .number("Clips"), .number("Playing time")], rows)
    }
}

/// How long the clips are.
struct ReportDurations {
    let plot: Plot
    let lengths: Table

    private static let widths = [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600]
    private static let mostBins = 20

    /// nil without clips in use.
    init?(_ clips: [ReportClip]) {
        let inUse = clips.filter(\.isInUse)
        let ready = inUse.filter(\.isReady)
        let longest = inUse.map(\.seconds).max() ?? 0
        guard !inUse.isEmpty, longest > 0 else { return nil }
        let width = Self.widths.first { longest / $0 < Double(Self.mostBins) } ?? longest / Double(Self.mostBins - 1)
        let count = Int(longest / width) + 1
        func counts(_ clips: [ReportClip]) -> [Int] {
            clips.reduce(into: Array(repeating: 0, count: count)) { $0[Int($1.seconds / width)] += 1 }
        }
        let (all, done) = (counts(inUse), counts(ready))
        plot = Plot(
            (0..<count).map { bin in
                Plot.Bin(
                    from: Double(bin) * width, to: Double(bin + 1) * width, behind: all[bin], front: done[bin])
            },
            of: "\(Figure.plural(inUse.count, "clip")) by length, in steps of \(Figure.short(width))\u{A0}s",
            words: ("in use", "through the pipeline"), unit: "seconds")
        let groups = [
            ("in use", inUse), ("through the pipeline", ready), ("accepted", ready.filter { $0.state == .accepted }),
        ]
        lengths = Table(
            "Lengths", kind: "plain",
            ["Clips"] + ["Number", "Shortest", "Median", "Longest", "Total"].map(Table.Column.number),
            groups.filter { !$0.1.isEmpty }.map { Self.row($0.0, $0.1.map(\.seconds).sorted()) })
    }

    /// - Parameter seconds: sorted, not empty.
    private static func row(_ group: String, _ seconds: [Double]) -> [Table.Cell] {
        let middle = seconds.count / 2
        let median = seconds.count % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2
        return [
            .head(group), .number(Figure.count(seconds.count)), .number(Figure.seconds(seconds[0])),
            .number(Figure.seconds(median)), .number(Figure.seconds(seconds[seconds.count - 1])),
            .number(Figure.hours(seconds.reduce(0, +))),
        ]
    }
}
