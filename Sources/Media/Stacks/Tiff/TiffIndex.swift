import CTIFF
import Model

/// One series of one or more TIFF files: which page lies where, what its samples are, and what the files say of it.
/// Holds a few words a page and no samples.
struct TiffIndex {
    struct Page {
        var file: Int
        /// Counted from 1 within its file, for messages.
        var number: Int
        /// nil for a plane that follows the first one without a directory.
        var tiff: TiffPage?
        /// First byte of a plane without directory.
        var bareOffset: UInt64
    }

    let series: StackSeries
    /// Of each path, bytes and byte order.
    let files: [(size: UInt64, bigEndian: Bool)]
    let pages: [Page]
    let format: TiffFormat

    /// Reads the directories of all files.
    /// - Returns: one index for each series, at least one. Several files are one series, unless their OME-XML says
    ///   that they are the files of one recording and what lies in them.
    /// - Throws: `Fault` with `.invalid`, `.unreadable` (or a file of a set is missing), `.empty`, `.notMedia`,
    ///   `.truncated`, `.corrupt`, `.unsupported` (limits) or `.mismatch` (names the odd file).
    static func all(_ paths: [String]) throws(Fault) -> [TiffIndex] {
        let recording = try TiffRecording.read(paths)
        var indexes: [TiffIndex] = []
        for part in recording.parts { indexes.append(try TiffIndex(recording, part)) }
        return indexes
    }

    static func read(_ paths: [String], series: Int) throws(Fault) -> TiffIndex {
        let all = try all(paths)
        guard let index = all.first(where: { $0.series.series == series }) else {
            throw Fault(
                .invalid, "there is no series \(series)", at: paths[0],
                advice: "The file has \(all.map(\.series.series)).")
        }
        return index
    }

    private init(_ recording: TiffRecording, _ part: TiffRecording.Part) throws(Fault) {
        let paths = recording.paths
        let full = part.isOrdered ? part.pages : part.pages.filter { !($0.tiff?.isReduced ?? false) }
        let candidates = full.isEmpty ? part.pages : full
        let format = Self.prevailing(candidates)
        let pages = candidates.filter { $0.tiff.map { $0.format == format } ?? true }
        if paths.count > 1 { try Self.check(candidates, paths, against: format) }

        var notes = part.metadata?.notes ?? []
        if full.count < part.pages.count, !full.isEmpty {
            notes.append("\(part.pages.count - full.count) pages skipped: thumbnails, pyramid levels or masks")
        }
        if let odd = candidates.first(where: { $0.tiff.map { $0.format != format } ?? false }), let tiff = odd.tiff {
            notes.append(
                "\(candidates.count - pages.count) pages skipped that are not \(format.description), "
                    + "first page \(odd.number): \(tiff.format.description)")
        }
        var samples = format.samplesShown
        if part.metadata?.samplesAreChannels ?? false, !format.isIndexed { samples.isColor = false }
        let metadata = part.metadata.map { Self.fitting($0, to: format, isColor: samples.isColor, &notes) }
        if format.photometric == PHOTOMETRIC_PALETTE, !format.isIndexed, metadata?.channels.first?.color == nil {
            notes.append("colour map ignored: samples are shown as grey")
        }
        if format.photometric == PHOTOMETRIC_MINISWHITE { notes.append("0 is white: samples are inverted") }
        if !format.alpha.isEmpty { notes.append("alpha is ignored") }

        files = recording.files
        self.pages = pages
        self.format = format
        var planes = [Int](repeating: 0, count: paths.count)
        for page in pages { planes[page.file] += 1 }
        series = StackSeries(
            paths: paths, container: StackFormat.tiff.name,
            codec: pages.lazy.compactMap { $0.tiff?.codec }.first ?? "unknown",
            series: part.series, format: samples, planesPerFile: planes, metadata: metadata, notes: notes,
            unsupported: pages.lazy.compactMap { $0.tiff?.unsupported(at: paths[$0.file]) }.first)
    }

    /// What the metadata says, as far as it can be true of such samples.
    private static func fitting(
        _ metadata: StackMetadata, to format: TiffFormat, isColor: Bool, _ notes: inout [String]
    ) -> StackMetadata {
        var fitting = metadata
        fitting.pages = nil
        if let bits = fitting.significantBits, bits > format.bits { fitting.significantBits = nil }
        // Colours have no channels to be tinted.
        if isColor { fitting.channels = [] }
        // ImageJ's ranges are of the values that it makes of such samples.
        let isOther = format.photometric == PHOTOMETRIC_MINISWHITE || format.kind == .signed
        if isOther, fitting.channels.contains(where: { $0.low != nil }) {
            for i in fitting.channels.indices { (fitting.channels[i].low, fitting.channels[i].high) = (nil, nil) }
            notes.append("the display range is of converted samples: it is left out")
        }
        return fitting
    }

    /// The format of most pages; of equally many, the larger picture, then the earlier.
    private static func prevailing(_ pages: [Page]) -> TiffFormat {
        var counts: [TiffFormat: (count: Int, first: Int)] = [:]
        for (i, page) in pages.enumerated() {
            guard let format = page.tiff?.format else { continue }
            counts[format, default: (0, i)].count += 1
        }
        let best = counts.max { a, b in
            (a.value.count, a.key.pixels, -a.value.first) < (b.value.count, b.key.pixels, -b.value.first)
        }
        // Every series has a page with a directory.
        return best!.key
    }

    private static func check(_ pages: [Page], _ paths: [String], against format: TiffFormat) throws(Fault) {
        for page in pages {
            guard let tiff = page.tiff, tiff.format != format else { continue }
            let which = page.number > 1 ? "page \(page.number) is" : "it is"
            throw Fault(
                .mismatch,
                "\(which) \(tiff.format.description), most of the \(paths.count) files are \(format.description)",
                at: paths[page.file], advice: "Take the file out of the sequence, or ingest it apart.")
        }
    }
}
