import Model

/// Contrast windows, each fixed over a whole stack, measured on what is shown: the projection or the slice.
///
/// A channel's window lies between its 0.35th and its 99.8th percentile. All slices of evenly spaced time points are
/// decoded, the first and the last among them, at most `sampleBudget` samples (but at least three time points), so that
/// a huge stack takes no longer than a large one. Samples of more than 16 bits, and floating point, are read twice:
/// once for their range, once for 65,536 bins over it; up to three times more where a few extremes leave the window
/// fewer than 256 bins.
struct ContrastMeasure {
    static let sampleBudget = 1 << 28

    let projection: SliceProjection
    /// Channels counted from 0; those of one group share a window.
    let groups: [[Int]]
    /// The time points that are read.
    let times: [Int]

    init(_ projection: SliceProjection, groups: [[Int]]) {
        self.projection = projection
        self.groups = groups
        let inside = projection.format.samples
        let planes = Set(groups.joined().map { $0 / inside }).count * projection.depth
        times = Self.times(of: projection.axes, planes: planes, format: projection.format)
    }

    /// The time points to decode where each costs so many planes.
    static func times(of axes: StackAxes, planes: Int, format: SampleFormat) -> [Int] {
        spread(axes.size(.time), over: max(3, sampleBudget / max(1, planes * format.count)))
    }

    /// At most `limit` (2 or more) of `0..<count`, evenly spaced from the first to the last.
    static func spread(_ count: Int, over limit: Int) -> [Int] {
        count <= limit ? Array(0..<count) : (0..<limit).map { $0 * (count - 1) / (limit - 1) }
    }

    /// The window of every group.
    /// - Throws: as `PlaneStore.decode`.
    func windows() throws(Fault) -> [(low: Double, high: Double)] {
        if let first = projection.format.tableStart {
            return try measured(groups.map { _ in SampleHistogram(wholeFrom: first) })
        }
        var ranges: [ClosedRange<Double>?] = groups.map { _ in nil }
        let step = projection.format.samples
        try read { group, samples, component in
            guard let (least, greatest) = Self.extremes(samples, from: component, step: step) else { return }
            let known = ranges[group]
            ranges[group] = min(known?.lowerBound ?? least, least)...max(known?.upperBound ?? greatest, greatest)
        }
        if ranges.allSatisfy({ $0 == nil }) { return groups.map { _ in (0, 1) } }
        return try measured(ranges.map { SampleHistogram(over: $0 ?? 0...0) })
    }

    private func measured(_ empty: [SampleHistogram]) throws(Fault) -> [(low: Double, high: Double)] {
        var histograms = empty
        var open = Array(groups.indices)
        let step = projection.format.samples
        for pass in 1...4 where !open.isEmpty {
            try read { group, samples, component in
                if open.contains(group) { histograms[group].add(samples, from: component, step: step) }
            }
            open = open.filter { group in
                guard pass < 4, let finer = histograms[group].finer else { return false }
                histograms[group] = finer
                return true
            }
        }
        return histograms.map(\.window)
    }

    /// Hands out every channel's samples, plane by plane; a plane is decoded once for all the channels in it.
    private func read(_ use: (_ group: Int, _ samples: [Float], _ component: Int) -> Void) throws(Fault) {
        let inside = projection.format.samples
        let shown = groups.enumerated().flatMap { group, channels in channels.map { (group, $0) } }
        let places = Set(shown.map { $1 / inside }).sorted()
        var samples: [Float] = []
        for time in times {
            for place in places {
                try projection.plane(time: time, channel: place, into: &samples)
                for (group, channel) in shown where channel / inside == place { use(group, samples, channel % inside) }
            }
        }
    }

    /// The least and the greatest finite sample; nil where there is none.
    private static func extremes(_ samples: [Float], from first: Int, step: Int) -> (Double, Double)? {
        var (least, greatest) = (Float.infinity, -Float.infinity)
        samples.withUnsafeBufferPointer { samples in
            for i in stride(from: first, to: samples.count, by: step) where samples[i].isFinite {
                if samples[i] < least { least = samples[i] }
                if samples[i] > greatest { greatest = samples[i] }
            }
        }
        return least <= greatest ? (Double(least), Double(greatest)) : nil
    }
}
