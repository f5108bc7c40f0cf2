import Model

/// The fixed contrast windows of a stack.
enum ContrastMeasure {
    /// Samples that a contrast window is measured on.
    static let sampleBudget = 1 << 28

    /// How each channel of a stack is shown; nil in colour, which is shown as it is.
    static func channels(
        of store: any PlaneStore, axes: StackAxes, declared: ViewDeclaration
    ) throws(Fault) -> [ChannelView]? {
        let format = store.series.format
        if format.isColor { return nil }
        var histogram = [Int](repeating: 0, count: Int(format.maximum ?? 0) + 1)
        var plane: [Float] = []
        let budget = max(16, sampleBudget / format.pixels)
        let slices = spread(axes.size(.slice), over: budget)
        for time in spread(axes.size(.time), over: max(1, budget / slices.count)) {
            for slice in slices {
                try store.decode(axes.page(time: time, slice: slice), into: &plane)
                for i in stride(from: 0, to: plane.count, by: format.samples) { histogram[Int(plane[i])] += 1 }
            }
        }
        let (low, high) = window(histogram)
        return [ChannelView(channel: 0, color: .white, low: Double(low), high: Double(high))]
    }

    /// At most `limit` of `0..<count`, evenly spaced from the first to the last.
    static func spread(_ count: Int, over limit: Int) -> [Int] {
        if count <= limit { return Array(0..<count) }
        return limit == 1 ? [count / 2] : (0..<limit).map { $0 * (count - 1) / (limit - 1) }
    }

    /// The window between the 0.35th and the 99.8th percentile (nearest rank) of a histogram that is not empty.
    private static func window(_ histogram: [Int]) -> (low: Int, high: Int) {
        let total = histogram.reduce(0, +)
        func value(perTenThousand share: Int) -> Int {
            var sum = 0
            for (value, count) in histogram.enumerated() {
                sum += count
                if sum * 10_000 >= total * share, sum > 0 { return value }
            }
            return histogram.count - 1
        }
        let low = value(perTenThousand: 35)
        let high = value(perTenThousand: 9980)
        let largest = histogram.lastIndex { $0 > 0 } ?? low
        return (low, high > low ? high : max(largest, low + 1))
    }
}
