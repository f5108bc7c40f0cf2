import Actions
import Analysis
import Foundation
import Model

/// A histogram as SVG: what is counted now behind what would be, and where both thresholds stand.
struct TunePlot {
    let heading: String
    let sentence: String
    let svg: String
    let note: String?
    let hasLines: Bool

    private static let width = 960.0, height = 250.0, left = 48.0, right = 16.0, top = 34.0, bottom = 44.0

    init(_ histogram: TuningHistogram) {
        let most = histogram.bins.map { max($0.before, $0.after) }.max() ?? 0
        let fullest = histogram.bins.first { max($0.before, $0.after) == most }
        let total = histogram.bins.reduce(0) { $0 + $1.after }
        heading = ReportReason.heading(histogram.of)
        let peak = fullest.map { ", most from \(Figure.short($0.from)) to \(Figure.short($0.to))" } ?? ""
        let lines = [(histogram.before, "now"), (histogram.after, "then")].compactMap { value, word in
            value.map { "\(word) \(Figure.short($0))" }
        }
        sentence =
            "Histogram of \(histogram.of) over \(Figure.count(total)) \(histogram.counted)"
            + (most > 0 ? peak : "") + (lines.isEmpty ? "" : "; threshold \(lines.joined(separator: ", "))") + "."
        hasLines = !lines.isEmpty
        note =
            histogram.unmeasured > 0
            ? "\(Figure.plural(histogram.unmeasured, "clip has", "clips have")) no value: that is never a pass." : nil
        svg = Self.draw(histogram, most: max(1, most))
    }

    private static func draw(_ histogram: TuningHistogram, most: Int) -> String {
        let step = (width - left - right) / Double(max(1, histogram.bins.count))
        let floor = height - bottom
        func y(_ count: Int) -> Double {
            count == 0 ? floor : min(floor - 1.5, floor - (floor - top) * Double(count) / Double(most))
        }
        func n(_ value: Double) -> String { Figure.decimal(value, 1) }
        var out = ["<svg class=\"plot\" viewBox=\"0 0 \(n(width)) \(n(height))\" aria-hidden=\"true\">"]
        for share in [0.5, 1] {
            let level = floor - (floor - top) * share
            out.append(
                "<line class=\"grid\" x1=\"\(n(left))\" y1=\"\(n(level))\" x2=\"\(n(width - right))\" "
                    + "y2=\"\(n(level))\"/>")
        }
        out.append("<text x=\"\(n(left - 8))\" y=\"\(n(top + 4))\" text-anchor=\"end\">\(Figure.count(most))</text>")
        out.append("<text x=\"\(n(left - 8))\" y=\"\(n(floor))\" text-anchor=\"end\">0</text>")
        let every = (histogram.bins.count + 20) / 21
        // nil where scores of transitions are counted.
        let signal = Signals.named(histogram.of)
        for (i, bin) in histogram.bins.enumerated() {
            let x = left + step * Double(i)
            let words = "\(Figure.short(bin.from)) to \(Figure.short(bin.to)): now \(bin.before), then \(bin.after)"
            out.append("<g><title>\(words)</title>")
            for (kind, count, inset) in [("was", bin.before, 0.06), ("is", bin.after, 0.22)] where count > 0 {
                out.append(
                    "<rect class=\"\(kind)\" x=\"\(n(x + step * inset))\" y=\"\(n(y(count)))\" "
                        + "width=\"\(n(step * (1 - 2 * inset)))\" height=\"\(n(floor - y(count)))\"/>")
            }
            out.append("</g>")
            if i % every == 0 { out.append(tick(Figure.short(bin.from), x)) }
        }
        if let last = histogram.bins.last {
            out.append(tick(signal?.isOpen == true ? "more" : Figure.short(last.to), width - right, "end"))
        }
        out.append("<line x1=\"\(n(left))\" y1=\"\(n(floor))\" x2=\"\(n(width - right))\" y2=\"\(n(floor))\"/>")
        let unit = signal?.unit.axis ?? histogram.unit
        out.append("<text x=\"\(n(width - right))\" y=\"\(n(height - 6))\" text-anchor=\"end\">\(unit)</text>")
        out += lines(histogram, step, floor)
        return out.joined(separator: "\n") + "\n</svg>"

        func tick(_ text: String, _ x: Double, _ anchor: String = "middle") -> String {
            "<text x=\"\(n(x))\" y=\"\(n(floor + 17))\" text-anchor=\"\(anchor)\">\(text)</text>"
        }
    }

    /// Both thresholds, each label on the outer side of its line.
    private static func lines(_ histogram: TuningHistogram, _ step: Double, _ floor: Double) -> [String] {
        let marks = [(histogram.before, "now"), (histogram.after, "then")].compactMap { value, kind in
            value.flatMap { value in place(value, histogram, step).map { (value, kind, $0) } }
        }
        let middle = marks.isEmpty ? 0 : marks.reduce(0) { $0 + $1.2 } / Double(marks.count)
        return marks.map { value, kind, x in
            let isLeft = (x < middle || (x == middle && kind == "now")) && x > left + 90 || x > width - right - 90
            let label = Figure.decimal(isLeft ? x - 5 : x + 5, 1)
            let row = Figure.decimal(kind == "now" ? top - 20 : top - 6, 1)
            let at = Figure.decimal(x, 1)
            return "<line class=\"\(kind)\" x1=\"\(at)\" y1=\"\(Figure.decimal(top - 30, 1))\" x2=\"\(at)\" "
                + "y2=\"\(Figure.decimal(floor, 1))\"/><text class=\"\(kind)\" x=\"\(label)\" y=\"\(row)\" "
                + "text-anchor=\"\(isLeft ? "end" : "start")\">\(kind) \(Figure.short(value))</text>"
        }
    }

    private static func place(_ value: Double, _ histogram: TuningHistogram, _ step: Double) -> Double? {
        guard let first = histogram.bins.first, let last = histogram.bins.last, value >= first.from else { return nil }
        guard value < last.to else { return width - right }
        guard let index = histogram.bins.firstIndex(where: { $0.holds(value) }) else { return nil }
        let bin = histogram.bins[index]
        return left + step * (Double(index) + (value - bin.from) / (bin.to - bin.from))
    }
}
