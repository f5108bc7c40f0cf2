public import Model

/// Reads the time points of a stack as 8-bit pictures. Keeps a few planes in memory, whatever the size of the stack.
/// Not for several threads at once.
public final class StackReader {
    /// Pixels.
    public let width: Int
    /// Pixels.
    public let height: Int
    /// How many pictures there are; at least 1.
    public let timepoints: Int
    /// Whether `picture` gives three bytes (red, green, blue) a pixel; else one.
    public let isColor: Bool

    private let store: any PlaneStore
    private let axes: StackAxes
    private let view: View
    private var samples: [Float] = []
    private var slice: [Float] = []

    /// Opens one file, or files that form one sequence in the given order.
    /// - Parameters:
    ///   - series: index of the series in a file that holds several, else 0.
    ///   - view: how to see it. Without `axes` as the file says; without `channels` as the samples are; without
    ///     `zRule` the maximum projection.
    /// - Throws: `Fault` with `.unreadable`, `.empty`, `.notMedia`, `.truncated`, `.corrupt`, `.unsupported`,
    ///   `.mismatch` (a file unlike the others) or `.invalid` (axes or series that don't fit).
    public static func open(paths: [String], series: Int, view: View) throws(Fault) -> StackReader {
        let store = try StackFormat.open(paths, series: series)
        return StackReader(store, axes: try store.series.axes(declared: view.axes), view: view)
    }

    private init(_ store: any PlaneStore, axes: StackAxes, view: View) {
        let format = store.series.format
        self.store = store
        self.axes = axes
        self.view = view
        width = format.width
        height = format.height
        timepoints = axes.size(.time)
        isColor = format.isColor
    }

    /// Decodes the picture of a time point.
    /// - Parameters:
    ///   - t: in `0..<timepoints`.
    ///   - picture: resized to `width * height` bytes, times 3 in colour; rows from the top without padding.
    /// - Throws: `Fault` with `.invalid`, `.truncated`, `.corrupt` or `.unreadable`, naming the page.
    public func picture(_ t: Int, into picture: inout [UInt8]) throws(Fault) {
        guard (0..<timepoints).contains(t) else {
            throw Fault(
                .invalid, "there is no time point \(t)", at: store.series.paths[0],
                advice: "The stack has time points 0 to \(timepoints - 1).")
        }
        let slices = axes.size(.slice)
        if view.zRule == .middle {
            try store.decode(axes.page(time: t, slice: slices / 2), into: &samples)
        } else {
            try store.decode(axes.page(time: t, slice: 0), into: &samples)
            for z in 1..<max(slices, 1) {
                try store.decode(axes.page(time: t, slice: z), into: &slice)
                for i in samples.indices { samples[i] = max(samples[i], slice[i]) }
            }
        }
        let format = store.series.format
        let components = isColor ? 3 : 1
        let window = view.channels?.first
        let low = window?.low ?? 0
        let range = (window?.high ?? format.maximum ?? 1) - low
        picture = [UInt8](repeating: 0, count: format.pixels * components)
        for i in 0..<format.pixels {
            for c in 0..<components {
                let share = (Double(samples[i * format.samples + c]) - low) * 255 / range
                picture[i * components + c] = UInt8(min(max(share + 0.5, 0), 255))
            }
        }
    }
}
