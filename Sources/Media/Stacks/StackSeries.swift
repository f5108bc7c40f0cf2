import Model

/// What one series of one recording holds, whatever format it lies in: planes of equal kind, ordered along axes of
/// time, slice and channel.
struct StackSeries {
    /// The files, in order.
    var paths: [String]
    /// `tiff`, `nd2`, `czi` or `lif`.
    var container: String
    /// How the samples are packed, such as `lzw`.
    var codec: String
    /// Index of the series in its files.
    var series: Int
    /// What the file calls the series.
    var name: String?
    var format: SampleFormat
    /// How many planes each file has, in the order of `paths`.
    var planesPerFile: [Int]
    /// What the files say of axes, scale and channels; nil where they say nothing.
    var metadata: StackMetadata?
    /// What the reader had to decide or could not know, in words.
    var notes: [String] = []
    /// Why the planes can't be shown, or nil.
    var unsupported: Fault?

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
protocol PlaneStore: AnyObject {
    var series: StackSeries { get }

    /// Decodes a plane into the file's own units: rows from the top, the samples of a pixel together, large is bright.
    /// - Parameters:
    ///   - plane: in `0..<series.planes`, along the series' axes.
    ///   - samples: resized to `series.format.count`.
    /// - Throws: `Fault` with `.truncated`, `.corrupt` or `.unreadable` that names the plane, counted from 1.
    func decode(_ plane: Int, into samples: inout [Float]) throws(Fault)
}

/// The file formats that stacks come in.
enum StackFormat: String, CaseIterable {
    case tiff, nd2, czi, lif

    /// By the file's first bytes; nil for what is none of them or can't be read.
    static func recognize(_ path: String) -> StackFormat? {
        guard let file = try? ByteFile(path), let start = try? file.read(at: 0, count: Int(min(16, file.size))) else {
            return nil
        }
        if TiffDirectory.signatures.contains(Array(start.prefix(4))) { return .tiff }
        if start.starts(with: ND2Store.signature) || ND2Store.isLegacy(start, path) { return .nd2 }
        if start.starts(with: CZIStore.signature) { return .czi }
        if start.starts(with: LIFStore.signature) { return .lif }
        return nil
    }

    /// Every series of the files, at least one; several files are one recording.
    /// - Throws: `Fault` with `.invalid`, `.unreadable`, `.empty`, `.notMedia`, `.truncated`, `.corrupt`,
    ///   `.unsupported` or `.mismatch` (names the odd file).
    static func series(of paths: [String]) throws(Fault) -> [StackSeries] {
        switch try format(of: paths) {
        case .tiff: try TiffIndex.all(paths).map(\.series)
        case .nd2: try ND2Store.series(of: paths[0])
        case .czi: try CZIStore.series(of: paths[0])
        case .lif: try LIFStore.series(of: paths[0])
        }
    }

    /// The planes of one series.
    /// - Throws: as `series(of:)`; `.unsupported` where the planes can't be shown.
    static func open(_ paths: [String], series: Int) throws(Fault) -> any PlaneStore {
        let store: any PlaneStore =
            switch try format(of: paths) {
            case .tiff: try TiffStore(try TiffIndex.read(paths, series: series))
            case .nd2: try ND2Store(paths[0], series: series)
            case .czi: try CZIStore(paths[0], series: series)
            case .lif: try LIFStore(paths[0], series: series)
            }
        if let fault = store.series.unsupported { throw fault }
        return store
    }

    private static func format(of paths: [String]) throws(Fault) -> StackFormat {
        guard let first = paths.first else {
            throw Fault(.invalid, "no files", at: "stack", advice: "Name a TIFF file.")
        }
        let format = recognize(first) ?? .tiff
        if format != .tiff, paths.count > 1 {
            throw Fault(
                .unsupported, "\(format.rawValue.uppercased()) files do not form a sequence", at: first,
                advice: "Ingest each of them.")
        }
        return format
    }
}
