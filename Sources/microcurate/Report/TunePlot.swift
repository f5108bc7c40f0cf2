import Actions
import Analysis
import Model
import Pages

/// A histogram: what is counted now behind what would be, and where both thresholds stand.
struct TunePlot {
    let heading: String
    let plot: Plot
    let note: String?

    init(_ histogram: TuningHistogram) {
        heading = Words.heading(histogram.of)
        // nil where scores of transitions are counted.
        let signal = Signals.named(histogram.of)
        let total = histogram.bins.reduce(0) { $0 + $1.after }
        plot = Plot(
            histogram.bins.map { Plot.Bin(from: $0.from, to: $0.to, behind: $0.before, front: $0.after) },
            of: "\(histogram.of) over \(Figure.count(total)) \(histogram.counted)", words: ("now", "then"),
            unit: signal?.unit.axis ?? histogram.unit, isOpen: signal?.isOpen == true,
            limits: [(histogram.before, "now"), (histogram.after, "then")].compactMap { value, word in
                value.map { Plot.Limit($0, word) }
            })
        let unmeasured = Figure.plural(histogram.unmeasured, "clip has", "clips have")
        note = histogram.unmeasured > 0 ? "\(unmeasured) no value: that is never a pass." : nil
    }
}
