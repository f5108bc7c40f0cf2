import Model

/// A histogram of two counts, one in front of the other, with lines where limits stand; drawn as SVG by its template.
public struct Plot {
    public struct Bin {
        let from: Double
        let to: Double
        let behind: Int
        let front: Int

        public init(from: Double, to: Double, behind: Int, front: Int) {
            (self.from, self.to, self.behind, self.front) = (from, to, behind, front)
        }
    }

    /// A limit on the axis.
    public struct Limit {
        let value: Double
        /// Its word, and its class in the style sheet: `now`, `then`.
        let kind: String

        public init(_ value: Double, _ kind: String) { (self.value, self.kind) = (value, kind) }
    }

    struct Box {
        let kind: String
        let x, y, width, height: String
    }

    struct Column {
        let title: String
        let boxes: [Box]
    }

    struct Label {
        let text: String
        let x, y: String
        let anchor: String
    }

    struct Line {
        let kind: String
        let x: String
        let label: Label
    }

    /// What it shows, for those who don't see it.
    public let sentence: String
    let viewBox: String
    let left, right, top, middle, floor, ceiling: String
    let columns: [Column]
    let labels: [Label]
    let lines: [Line]
    let hasLines: Bool

    private static let width = 960.0, height = 250.0, inset = (left: 48.0, right: 16.0, top: 34.0, bottom: 44.0)
    private static let floor = height - inset.bottom, end = width - inset.right

    /// - Parameters:
    ///   - words: names of the two counts, the one behind first.
    ///   - unit: of the axis.
    ///   - isOpen: whether the last bin holds all that is more.
    public init(
        _ bins: [Bin], of sentence: String, words: (behind: String, front: String), unit: String, isOpen: Bool = false,
        limits: [Limit] = []
    ) {
        let n = Figure.coordinate
        let most = bins.map { max($0.behind, $0.front) }.max() ?? 0
        let step = (Self.end - Self.inset.left) / Double(max(1, bins.count))
        func x(_ index: Int) -> Double { Self.inset.left + step * Double(index) }
        func y(_ count: Int) -> Double {
            let share = Double(count) / Double(max(1, most))
            return count == 0 ? Self.floor : min(Self.floor - 1.5, Self.floor - (Self.floor - Self.inset.top) * share)
        }

        viewBox = "0 0 \(n(Self.width)) \(n(Self.height))"
        (left, right, floor) = (n(Self.inset.left), n(Self.end), n(Self.floor))
        (top, middle) = (n(Self.inset.top), n((Self.inset.top + Self.floor) / 2))
        ceiling = n(Self.inset.top - 30)
        columns = bins.enumerated().map { index, bin in
            let boxes = [("was", bin.behind, 0.06), ("is", bin.front, 0.22)].filter { $0.1 > 0 }.map {
                kind, count, inset in
                Box(
                    kind: kind, x: n(x(index) + step * inset), y: n(y(count)), width: n(step * (1 - 2 * inset)),
                    height: n(Self.floor - y(count)))
            }
            let counts = "\(words.behind) \(Figure.count(bin.behind)), \(words.front) \(Figure.count(bin.front))"
            return Column(title: "\(Figure.short(bin.from)) to \(Figure.short(bin.to)): \(counts)", boxes: boxes)
        }
        let every = (bins.count + 20) / 21
        let ticks = bins.indices.filter { $0 % every == 0 }.map {
            Label(text: Figure.short(bins[$0].from), x: n(x($0)), y: n(Self.floor + 17), anchor: "middle")
        }
        let last = bins.last.map {
            Label(text: isOpen ? "more" : Figure.short($0.to), x: n(Self.end), y: n(Self.floor + 17), anchor: "end")
        }
        labels =
            [
                Label(
                    text: Figure.count(max(1, most)), x: n(Self.inset.left - 8), y: n(Self.inset.top + 4), anchor: "end"
                ),
                Label(text: "0", x: n(Self.inset.left - 8), y: n(Self.floor), anchor: "end"),
                Label(text: unit, x: n(Self.end), y: n(Self.height - 6), anchor: "end"),
            ] + ticks + [last].compactMap(\.self)

        let fullest = bins.first { max($0.behind, $0.front) == most }
        let peak = most > 0 ? fullest.map { ", most from \(Figure.short($0.from)) to \(Figure.short($0.to))" } : nil
        let said = limits.map { "\($0.kind) \(Figure.short($0.value))" }.joined(separator: ", ")
        self.sentence = "Histogram of \(sentence)\(peak ?? "")\(said.isEmpty ? "" : "; threshold \(said)")."
        lines = Self.lines(limits, bins, step)
        hasLines = !limits.isEmpty
    }

    /// Each limit's label stands on the outer side of its line.
    private static func lines(_ limits: [Limit], _ bins: [Bin], _ step: Double) -> [Line] {
        let placed = limits.compactMap { limit in place(limit.value, bins, step).map { (limit, $0) } }
        let middle = placed.isEmpty ? 0 : placed.reduce(0) { $0 + $1.1 } / Double(placed.count)
        return placed.enumerated().map { index, mark in
            let (limit, x) = mark
            let isLeft = (x < middle || (x == middle && index == 0)) && x > inset.left + 90 || x > end - 90
            return Line(
                kind: limit.kind, x: Figure.coordinate(x),
                label: Label(
                    text: "\(limit.kind) \(Figure.short(limit.value))", x: Figure.coordinate(isLeft ? x - 5 : x + 5),
                    y: Figure.coordinate(inset.top - (index == 0 ? 20 : 6)), anchor: isLeft ? "end" : "start"))
        }
    }

    /// Where a value stands; nil where it lies before the axis.
    private static func place(_ value: Double, _ bins: [Bin], _ step: Double) -> Double? {
        guard let first = bins.first, let last = bins.last, value >= first.from else { return nil }
        guard value < last.to else { return end }
        guard let index = bins.firstIndex(where: { $0.from <= value && value < $0.to }) else { return nil }
        return inset.left + step * (Double(index) + (value - bins[index].from) / (bins[index].to - bins[index].from))
    }
}
