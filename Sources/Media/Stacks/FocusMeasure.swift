import Model

/// Finds the sharpest slice of a stack: one for the whole recording, since hopping from slice to slice looks like motion.
///
/// A slice's sharpness at a time point is Brenner's gradient, the sum of squared differences between pixels two apart,
/// across and down (Brenner et al., J. Histochem. Cytochem. 24, 100-111, 1976; among the best in Santos et al.,
/// J. Microsc. 188, 264-272, 1997). It is divided by the sum over the slices, so that bright time points and channels
/// count no more than dark ones. The slice with the greatest sum over evenly spaced time points (as many as
/// `ContrastMeasure` reads) and the shown channels wins; of equals the one nearest the middle. In bright field the
/// largest contrast may lie a little out of focus: there `middle` may serve better.
enum FocusMeasure {
    /// - Parameter channels: counted from 0.
    /// - Throws: as `PlaneStore.decode`.
    static func slice(of store: any PlaneStore, axes: StackAxes, channels: [Int]) throws(Fault) -> Int {
        let format = store.series.format
        let count = axes.size(.slice)
        let places = Set(channels.map { $0 / format.samples }).sorted()
        let times = ContrastMeasure.times(of: axes, planes: places.count * count, format: format)
        var scores = [Double](repeating: 0, count: count)
        var plane: [Float] = []
        for time in times {
            for place in places {
                let components = channels.filter { $0 / format.samples == place }.map { $0 % format.samples }
                var gradients = components.map { _ in [Double](repeating: 0, count: count) }
                for slice in 0..<count {
                    try store.decode(axes.page(time: time, slice: slice, channel: place), into: &plane)
                    for (i, component) in components.enumerated() {
                        gradients[i][slice] = gradient(of: plane, component, format)
                    }
                }
                for gradient in gradients {
                    let sum = gradient.reduce(0, +)
                    if sum > 0 { for slice in 0..<count { scores[slice] += gradient[slice] / sum } }
                }
            }
        }
        let best = scores.max() ?? 0
        // Sums of shares that are equal in truth may differ in their last bits.
        let equals = scores.indices.filter { scores[$0] >= best * (1 - 1e-12) }
        return equals.min { abs($0 - count / 2) < abs($1 - count / 2) } ?? count / 2
    }

    /// Brenner's gradient of one channel; differences that are not finite are left out.
    private static func gradient(of plane: [Float], _ component: Int, _ format: SampleFormat) -> Double {
        let (across, down) = (2 * format.samples, 2 * format.width * format.samples)
        var sum = 0.0
        plane.withUnsafeBufferPointer { plane in
            for y in 0..<format.height {
                let row = y * format.width * format.samples + component
                var (sumAcross, sumDown) = (0.0, 0.0)
                for x in 0..<format.width {
                    let i = row + x * format.samples
                    if x + 2 < format.width {
                        let step = Double(plane[i + across]) - Double(plane[i])
                        if step.isFinite { sumAcross += step * step }
                    }
                    if y + 2 < format.height {
                        let step = Double(plane[i + down]) - Double(plane[i])
                        if step.isFinite { sumDown += step * step }
                    }
                }
                sum += sumAcross + sumDown
            }
        }
        return sum
    }
}
