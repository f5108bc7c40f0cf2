import Model

/// The slices of a time point as one plane, by the rule of the view. Keeps two decoded planes at most.
final class SliceProjection {
    let store: any PlaneStore
    let axes: StackAxes
    private let slices: Range<Int>
    private var other: [Float] = []

    var format: SampleFormat { store.series.format }
    /// Channels along the planes' axis times those inside a pixel. Channel k lies on plane k / samples, as component
    /// k % samples.
    var channels: Int { axes.size(.channel) * format.samples }
    /// Planes decoded for each plane that comes out.
    var depth: Int { slices.count }

    /// - Parameters:
    ///   - rule: nil projects the maximum.
    ///   - slice: what `focus` shows.
    /// - Throws: `Fault` with `.invalid` for a slice that is not there.
    init(_ store: any PlaneStore, axes: StackAxes, rule: ZRule?, slice: Int?) throws(Fault) {
        self.store = store
        self.axes = axes
        let count = axes.size(.slice)
        switch rule {
        case .maximum, nil: slices = 0..<count
        case .middle: slices = count / 2..<count / 2 + 1
        case .focus:
            guard let slice, (0..<count).contains(slice) else {
                throw Fault(
                    .invalid, "the view shows slice \(slice.map(String.init) ?? "unknown") of \(count)",
                    at: store.series.paths[0], advice: "Ingest the recording again.")
            }
            slices = slice..<slice + 1
        }
    }

    /// The plane of a time point and of a place along the planes' channels: where there are several slices, the largest
    /// of every sample, NaN only where all are.
    /// - Throws: as `PlaneStore.decode`.
    func plane(time: Int, channel: Int, into samples: inout [Float]) throws(Fault) {
        try store.decode(axes.page(time: time, slice: slices.lowerBound, channel: channel), into: &samples)
        for slice in slices.dropFirst() {
            try store.decode(axes.page(time: time, slice: slice, channel: channel), into: &other)
            samples.withUnsafeMutableBufferPointer { samples in
                other.withUnsafeBufferPointer { other in
                    for i in 0..<min(samples.count, other.count) {
                        let (a, b) = (samples[i], other[i])
                        samples[i] = b > a || a.isNaN ? b : a
                    }
                }
            }
        }
    }
}
