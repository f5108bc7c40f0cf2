import Foundation
public import Model

/// What TIFF stacks and sequences are, and how they are to be seen.
public enum StackProbe {
    /// Whether the first bytes are a TIFF's: classic or Big, either byte order. False when it can't be read.
    public static func isTIFF(path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path), let start = try? file.read(upToCount: 4) else {
            return false
        }
        return TiffDirectory.signatures.contains([UInt8](start))
    }

    /// Describes every series of one file, or a sequence of files. Stacks whose samples can't be shown are described
    /// too, with a note that says why; `StackReader.open` and `view` refuse them.
    /// - Throws: `Fault` as `StackReader.open`, for the files' structure.
    public static func describe(paths: [String]) throws(Fault) -> [MediaDescription] {
        var descriptions: [MediaDescription] = []
        for index in try StackIndex.all(paths) { descriptions.append(try describe(index)) }
        return descriptions
    }

    private static func describe(_ index: StackIndex) throws(Fault) -> MediaDescription {
        let format = index.format
        let axes = try index.axes(declared: nil)
        let metadata = index.metadata
        // Of assumed axes only those that the file named are known.
        let known = !axes.assumed || axes.order != [.time]
        let pageChannels = axes.size(.channel)
        var notes = index.notes + axes.notes
        if pageChannels * format.channels > 1, !format.isColor { notes.append("the first channel is shown") }
        if let x = metadata?.pixelX, let y = metadata?.pixelY, x != y { notes.append("pixels are not square") }
        if let fault = index.unsupported { notes.append("\(fault.what). \(fault.advice)") }
        return MediaDescription(
            kind: index.paths.count > 1 ? .sequence : .stack, container: "tiff", codec: index.codec,
            stream: index.series, width: format.width, height: format.height, frames: index.pages.count,
            bitDepth: format.bits, pixelFormat: format.name,
            channels: known || format.channels > 1 || index.pages.count == 1 ? pageChannels * format.channels : nil,
            slices: known ? axes.size(.slice) : nil, timepoints: axes.assumed ? nil : axes.size(.time),
            pixelSizeUm: .init(
                x: metadata?.pixelX?.double, y: metadata?.pixelY?.double, z: metadata?.pixelZ?.double),
            intervalSeconds: metadata?.intervalSeconds?.double, notes: notes)
    }

    /// Throws `Fault(.invalid)` where no stack could have the axes that this declares.
    public static func check(axes: String) throws(Fault) { _ = try StackAxes.parse(axes, at: "--axes") }

    /// The view that a source gets: what is declared, else what the files say, else unknown.
    ///
    /// `axes` are the axes used, such as `TZ` (`TZ5` where the files don't say the size); `contrast` is the window
    /// of `contrastWindow`; `zRule` is nil when there is one slice, else the maximum projection.
    /// - Parameters:
    ///   - series: index of the series, else 0.
    ///   - axes: the pages' axes, slowest first, each with a size where the files don't say it; nil as the file says.
    ///   - interval: seconds between time points, above 0.
    ///   - pixelSizeUm: micrometres, above 0.
    /// - Throws: `Fault` as `StackReader.open`; `.invalid` also for an interval or a pixel size not above 0.
    public static func view(
        paths: [String], series: Int = 0, declared axes: String?, interval: Rational?, pixelSizeUm: Rational?
    ) throws(Fault) -> View {
        let index = try StackIndex.read(paths, series: series)
        for (name, value) in [("interval", interval), ("pixel size", pixelSizeUm)] {
            guard let value, value.numerator <= 0 else { continue }
            throw Fault(
                .invalid, "the \(name) is \(value), it must be above 0", at: paths[0],
                advice: "Leave it out where it is unknown.")
        }
        let used = try index.axes(declared: axes)
        let natural = try index.axes(declared: nil)
        let letters = try? index.axes(declared: used.letters)
        // An interval that the file states is between the time points that the file states.
        let stated = used.size(.time) == natural.size(.time) ? index.metadata?.intervalSeconds : nil
        return View(
            axes: letters?.counts == used.counts ? used.letters : used.sized,
            intervalSeconds: interval ?? stated,
            pixelSizeUm: pixelSizeUm ?? index.metadata?.pixelX, contrast: try window(index, used),
            zRule: used.size(.slice) > 1 ? .maximum : nil)
    }

    /// The fixed window of a stack's first channel: its 0.35th and 99.8th percentile by nearest rank.
    ///
    /// The histogram covers every plane up to `sampleBudget` samples; above, evenly spaced time points with all their
    /// slices. Where so few samples differ that both percentiles agree, the window ends at the largest value.
    /// - Parameters:
    ///   - series: index of the series, else 0.
    ///   - axes: as declared, else nil.
    /// - Returns: nil in colour, which is shown as it is.
    /// - Throws: `Fault` as `StackReader.open` and `StackReader.plane`.
    public static func contrastWindow(
        paths: [String], series: Int = 0, axes: String? = nil
    ) throws(Fault) -> ContrastWindow? {
        let index = try StackIndex.read(paths, series: series)
        return try window(index, try index.axes(declared: axes))
    }

    /// Samples that a contrast window is measured on: about half a gigabyte of 16-bit pixels.
    public static let sampleBudget = 1 << 28

    private static func window(_ index: StackIndex, _ axes: StackAxes) throws(Fault) -> ContrastWindow? {
        let decoder = try StackDecoder(index)
        if index.format.isColor { return nil }
        var histogram = [Int](repeating: 0, count: Int(index.format.maximum) + 1)
        var plane: [UInt16] = []
        let budget = max(16, sampleBudget / index.format.pixels)
        let slices = spread(axes.size(.slice), over: budget)
        for time in spread(axes.size(.time), over: max(1, budget / slices.count)) {
            for slice in slices {
                try decoder.decode(axes.page(time: time, slice: slice), into: &plane)
                for sample in plane { histogram[Int(sample)] += 1 }
            }
        }
        return ContrastWindow(histogram: histogram)
    }

    /// At most `limit` of `0..<count`, evenly spaced from the first to the last.
    static func spread(_ count: Int, over limit: Int) -> [Int] {
        if count <= limit { return Array(0..<count) }
        return limit == 1 ? [count / 2] : (0..<limit).map { $0 * (count - 1) / (limit - 1) }
    }
}

extension ContrastWindow {
    /// The window between the 0.35th and the 99.8th percentile (nearest rank) of a histogram that is not empty.
    init(histogram: [Int]) {
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
        self.init(low: low, high: high > low ? high : max(largest, low + 1))
    }
}
