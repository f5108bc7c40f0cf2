package import Model

/// What one series of one recording holds, whatever format it lies in: planes of equal kind, ordered along axes of
/// time, slice and channel.
package struct StackSeries {
    /// The files, in order.
    package var paths: [String]
    /// The name of its `StackFormat`.
    package var container: String
    /// How the samples are packed, such as `lzw`.
    package var codec: String
    /// Index of the series in its files.
    package var series: Int
    /// What the file calls the series.
    package var name: String?
    package var format: SampleFormat
    /// How many planes each file has, in the order of `paths`.
    package var planesPerFile: [Int]
    /// What the files say of axes, scale and channels; nil where they say nothing.
    package var metadata: StackMetadata?
    /// What the reader had to decide or could not know, in words.
    package var notes: [String]
    /// Why the planes can't be shown, or nil.
    package var unsupported: Fault?

    package init(
        paths: [String], container: String, codec: String, series: Int, name: String? = nil, format: SampleFormat,
        planesPerFile: [Int], metadata: StackMetadata? = nil, notes: [String] = [], unsupported: Fault? = nil
    ) {
        self.paths = paths
        self.container = container
        self.codec = codec
        self.series = series
        self.name = name
        self.format = format
        self.planesPerFile = planesPerFile
        self.metadata = metadata
        self.notes = notes
        self.unsupported = unsupported
    }

    var planes: Int { planesPerFile.reduce(0, +) }

    /// The axes as declared, else as the files say.
    /// - Throws: `Fault` with `.invalid` for a declaration that fits neither the planes nor the files.
    func axes(declared: String?) throws(Fault) -> StackAxes {
        guard let declared else { return StackAxes(metadata, pages: planesPerFile, samples: format.samples) }
        return try StackAxes(
            declared: declared, over: metadata, pages: planesPerFile, samples: format.samples, at: paths[0])
    }
}

/// The planes of one series. Keeps a few planes in memory at most. Not for several threads at once.
package protocol PlaneStore: AnyObject {
    var series: StackSeries { get }

    /// Decodes a plane into the file's own units: rows from the top, the samples of a pixel together, large is bright.
    /// - Parameters:
    ///   - plane: in `0..<series.planes`, along the series' axes.
    ///   - samples: resized to `series.format.count`.
    /// - Throws: `Fault` with `.truncated`, `.corrupt` or `.unreadable` that names the plane, counted from 1.
    func decode(_ plane: Int, into samples: inout [Float]) throws(Fault)
}
