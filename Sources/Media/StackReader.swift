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
    /// Whether `plane` gives three bytes (red, green, blue) a pixel; else one, of the first channel.
    public let isColor: Bool

    private let decoder: StackDecoder
    private let axes: StackAxes
    private let zRule: ZRule
    /// The shown value of every sample value.
    private let shades: [UInt8]
    private var samples: [UInt16] = []

    /// Opens one multi-page TIFF file, or TIFF files that form one sequence in the given order.
    /// - Parameters:
    ///   - series: index of the series in a file that holds several, else 0.
    ///   - view: how to see it. Without `axes` as the file says; without `contrast` over the whole range of the
    ///     sample type; without `zRule` the maximum projection.
    /// - Throws: `Fault` with `.unreadable`, `.empty`, `.notMedia`, `.truncated`, `.corrupt`, `.unsupported`,
    ///   `.mismatch` (a file unlike the others) or `.invalid` (axes or series that don't fit).
    public static func open(paths: [String], series: Int, view: View) throws(Fault) -> StackReader {
        let index = try StackIndex.read(paths, series: series)
        return StackReader(try StackDecoder(index), axes: try index.axes(declared: view.axes), view: view)
    }

    private init(_ decoder: StackDecoder, axes: StackAxes, view: View) {
        let format = decoder.index.format
        self.decoder = decoder
        self.axes = axes
        width = format.width
        height = format.height
        timepoints = axes.size(.time)
        isColor = format.isColor
        zRule = view.zRule ?? .maximum
        let window = view.contrast ?? ContrastWindow(low: 0, high: Int(format.maximum))
        shades = isColor && view.contrast == nil ? (0...255).map { UInt8($0) } : window.shades(upTo: format.maximum)
    }

    /// Decodes the picture of a time point.
    /// - Parameters:
    ///   - t: in `0..<timepoints`.
    ///   - picture: resized to `width * height` bytes, times 3 in colour; rows from the top without padding. Samples
    ///     at or below the window's low are 0, at or above its high 255, linear and rounded between. Slices come
    ///     together by the view's Z rule: their maximum, or the one at `slices / 2`.
    /// - Throws: `Fault` with `.invalid`, `.truncated`, `.corrupt` or `.unreadable`, naming the page.
    public func plane(_ t: Int, into picture: inout [UInt8]) throws(Fault) {
        guard (0..<timepoints).contains(t) else {
            throw Fault(
                .invalid, "there is no time point \(t)", at: decoder.index.paths[0],
                advice: "The stack has time points 0 to \(timepoints - 1).")
        }
        let slices = axes.size(.slice)
        switch zRule {
        case .maximum: try decoder.maximum((0..<slices).map { axes.page(time: t, slice: $0) }, into: &samples)
        case .middle: try decoder.decode(axes.page(time: t, slice: slices / 2), into: &samples)
        }
        if picture.count != samples.count { picture = [UInt8](repeating: 0, count: samples.count) }
        for i in samples.indices { picture[i] = shades[Int(samples[i])] }
    }
}

extension ContrastWindow {
    /// The shown value, 0...255, of every sample value up to `maximum`.
    func shades(upTo maximum: UInt16) -> [UInt8] {
        let width = max(high - low, 1)
        return (0...Int(maximum)).map { value in
            if value <= low { return 0 }
            if value >= high { return 255 }
            return UInt8((2 * 255 * (value - low) + width) / (2 * width))
        }
    }
}
