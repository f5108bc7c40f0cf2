public import Model

/// Reads the time points of a stack as 8-bit pictures, by the rules of a view. Not for several threads at once.
///
/// Whatever the size of the stack, it keeps two decoded planes (4 bytes a sample), one byte a pixel in colour, and what
/// the file's decoder needs for a plane.
public final class StackReader {
    /// Pixels.
    public let width: Int
    /// Pixels.
    public let height: Int
    /// How many pictures there are; at least 1.
    public let timepoints: Int
    /// Whether `picture` gives three bytes (red, green, blue) a pixel; else one.
    public let isColor: Bool

    private let projection: SliceProjection
    private var merge: ChannelMerge
    private var samples: [Float] = []

    /// Opens one file, or files that form one sequence in the given order.
    /// - Parameters:
    ///   - series: index of the series in a file that holds several, else 0.
    ///   - view: how to see it. Without `axes` as the file says; without `zRule` the maximum projection; without
    ///     `channels` colour as colour, else the first channel in grey, over the full range of the samples' type (0...1
    ///     of floating point).
    /// - Throws: `Fault` with `.unreadable`, `.empty`, `.notMedia`, `.truncated`, `.corrupt`, `.unsupported`,
    ///   `.mismatch` (a file unlike the others) or `.invalid` (axes, series, channels or a slice that don't fit).
    package static func open(
        paths: [String], series: Int, view: View, among formats: [StackFormat] = StackFormat.all
    ) throws(Fault) -> StackReader {
        let store = try StackFormat.open(paths, series: series, among: formats)
        let axes = try store.series.axes(declared: view.axes)
        let projection = try SliceProjection(store, axes: axes, rule: view.zRule, slice: view.slice)
        let merge = try ChannelMerge(view, format: projection.format, count: projection.channels, at: paths[0])
        return StackReader(projection, merge)
    }

    private init(_ projection: SliceProjection, _ merge: ChannelMerge) {
        self.projection = projection
        self.merge = merge
        width = projection.format.width
        height = projection.format.height
        timepoints = projection.axes.size(.time)
        isColor = merge.isColor
    }

    /// Decodes the picture of a time point.
    /// - Parameters:
    ///   - t: in `0..<timepoints`.
    ///   - picture: resized to `width * height` bytes, times 3 in colour; rows from the top without padding.
    /// - Throws: `Fault` with `.invalid`, `.truncated`, `.corrupt` or `.unreadable`, naming the page.
    public func picture(_ t: Int, into picture: inout [UInt8]) throws(Fault) {
        guard (0..<timepoints).contains(t) else {
            throw Fault(
                .invalid, "there is no time point \(t)", at: projection.store.series.paths[0],
                advice: "The stack has time points 0 to \(timepoints - 1).")
        }
        merge.clear(&picture)
        let inside = projection.format.samples
        var decoded: Int?
        for (index, shown) in merge.channels.enumerated() {
            let (place, component) = shown.channel.quotientAndRemainder(dividingBy: inside)
            if place != decoded { try projection.plane(time: t, channel: place, into: &samples) }
            decoded = place
            merge.add(index, of: samples, component: component, to: &picture)
        }
    }
}
