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
    /// - Returns: one index for each series, at least one; several files are one series.
    /// - Throws: `Fault` with `.invalid`, `.unreadable`, `.empty`, `.notMedia`, `.truncated`, `.corrupt`,
    ///   `.unsupported` (limits) or `.mismatch` (names the odd file).
    static func all(_ paths: [String]) throws(Fault) -> [TiffIndex] {
        guard let first = paths.first else {
            throw Fault(.invalid, "no files", at: "stack", advice: "Name a TIFF file.")
        }
        var pages: [Page] = []
        var files: [(size: UInt64, bigEndian: Bool)] = []
        var described: [StackMetadata] = []
        for (index, path) in paths.enumerated() {
            let directory = try TiffDirectory.read(path)
            let file = try TiffFile.open(path, fileSize: directory.fileSize)
            files.append((directory.fileSize, directory.bigEndian))
            for (i, offset) in directory.offsets.enumerated() {
                let page = try file.page(at: offset, number: i + 1)
                if index == 0, i == 0 { described = TiffDescription.parse(file.description(), directory) }
                pages.append(Page(file: index, number: i + 1, tiff: page, bareOffset: 0))
            }
            if let broken = directory.broken { throw broken }
        }
        if paths.count == 1, pages.count == 1, let page = pages[0].tiff, let images = described.first?.images {
            pages += try bare(after: page, images: images, fileSize: files[0].size, at: first)
        }
        if paths.count > 1 || described.count < 2 {
            return [try TiffIndex(paths, files, series: 0, pages: pages, metadata: described.first)]
        }
        var parts: [(series: Int, metadata: StackMetadata, pages: [Page])] = []
        var absent: [Int] = []
        var next = 0
        for (series, var metadata) in described.enumerated() {
            let planes = metadata.order.reduce(1) { $0 &* (metadata.sizes[$1] ?? 1) }
            let chosen = metadata.pages ?? Array(next..<max(next, min(pages.count, next &+ max(0, planes))))
            next = (chosen.max() ?? next) &+ 1
            if chosen.isEmpty || !chosen.allSatisfy(pages.indices.contains) {
                absent.append(series)
            } else {
                metadata.pages = nil
                parts.append((series, metadata, chosen.map { pages[$0] }))
            }
        }
        guard !parts.isEmpty else {
            throw Fault(
                .truncated, "the OME-XML promises \(described.count) series, and none has its pages here", at: first,
                advice: "Copy the file again, with the files that belong to it.")
        }
        var indexes: [TiffIndex] = []
        for var part in parts {
            if !absent.isEmpty { part.metadata.notes.append("series \(absent) have no pages in this file") }
            indexes.append(
                try TiffIndex(paths, files, series: part.series, pages: part.pages, metadata: part.metadata))
        }
        return indexes
    }

    static func read(_ paths: [String], series: Int) throws(Fault) -> TiffIndex {
        let all = try all(paths)
        guard let index = all.first(where: { $0.series.series == series }) else {
            throw Fault(
                .invalid, "there is no series \(series)", at: paths[0], advice: "The file has \(all.map(\.series.series)).")
        }
        return index
    }

    private init(
        _ paths: [String], _ files: [(size: UInt64, bigEndian: Bool)], series: Int, pages all: [Page],
        metadata: StackMetadata?
    ) throws(Fault) {
        let full = all.filter { !($0.tiff?.isReduced ?? false) }
        let candidates = full.isEmpty ? all : full
        let format = Self.prevailing(candidates)
        var notes = metadata?.notes ?? []
        var pages = candidates.filter { $0.tiff.map { $0.format == format } ?? true }
        if let order = metadata?.pages, paths.count == 1, order.allSatisfy(all.indices.contains),
            order.allSatisfy({ all[$0].tiff?.format == format })
        {
            pages = order.map { all[$0] }
        }
        if paths.count > 1 { try Self.check(candidates, paths, against: format) }
        if full.count < all.count, !full.isEmpty {
            notes.append("\(all.count - full.count) pages skipped: thumbnails, pyramid levels or masks")
        }
        if let odd = candidates.first(where: { $0.tiff.map { $0.format != format } ?? false }), let tiff = odd.tiff {
            let count = candidates.count { $0.tiff.map { $0.format != format } ?? false }
            notes.append(
                "\(count) pages skipped that are not \(format.description), first page \(odd.number): "
                    + tiff.format.description)
        }
        let indexed = format.photometric == PHOTOMETRIC_PALETTE && metadata?.origin == "ImageJ"
        if indexed { notes.append("colour map ignored: samples are shown as grey") }
        if format.photometric == PHOTOMETRIC_MINISWHITE { notes.append("0 is white: samples are inverted") }
        if format.samples > format.channels { notes.append("alpha is ignored") }

        self.files = files
        self.pages = pages
        self.format = format
        self.series = StackSeries(
            paths: paths, container: "tiff", codec: pages.lazy.compactMap { $0.tiff?.codec }.first ?? "unknown",
            series: series, format: format.samplesShown,
            planesPerFile: paths.indices.map { file in pages.count { $0.file == file } }, metadata: metadata,
            notes: notes,
            unsupported: pages.lazy.compactMap { page in
                page.tiff?.unsupported(indexed: indexed, at: paths[page.file])
            }.first)
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

    /// ImageJ writes stacks above 4 GB with one directory; the other planes follow the first, uncompressed.
    private static func bare(
        after page: TiffPage, images: Int, fileSize: UInt64, at path: String
    ) throws(Fault) -> [Page] {
        let bytes = UInt64(page.format.pixels * page.format.samples * page.format.bits / 8)
        guard images > 1, page.compression == COMPRESSION_NONE, !page.isPlanar,
            page.unsupported(indexed: true, at: path) == nil, page.end - page.start == bytes
        else { return [] }
        let there = (fileSize - page.start) / bytes
        // One plane alone: a page cut out of a stack that kept its description.
        guard there > 1 else { return [] }
        guard there >= images, images <= TiffDirectory.pageLimit else {
            throw Fault(
                .truncated, "page \(there + 1) of \(images) ends early: the file has \(fileSize) bytes", at: path,
                advice: "Copy the file again, or save the \(there) pages before it as a new stack.")
        }
        return (1..<images).map {
            Page(file: 0, number: $0 + 1, tiff: nil, bareOffset: page.start + UInt64($0) * bytes)
        }
    }
}
