import CTIFF
import Model

/// One series of one or more TIFF files: which page lies where, what its samples are, and what the files say of it.
/// Holds a few words a page and no samples.
struct StackIndex {
    struct Page {
        var file: Int
        /// Counted from 1 within its file, for messages.
        var number: Int
        /// nil for a plane that follows the first one without a directory.
        var tiff: TiffPage?
        /// First byte of a plane without directory.
        var bareOffset: UInt64
    }

    let paths: [String]
    /// Of each path, bytes and byte order.
    let files: [(size: UInt64, bigEndian: Bool)]
    let series: Int
    let pages: [Page]
    /// How many of the pages each file has.
    let pagesPerFile: [Int]
    let format: TiffFormat
    let metadata: TiffMetadata?
    let codec: String
    let notes: [String]
    /// Why it can't be shown, or nil.
    let unsupported: Fault?

    /// Reads the directories of all files.
    /// - Returns: one index for each series, at least one; several files are one series.
    /// - Throws: `Fault` with `.invalid`, `.unreadable`, `.empty`, `.notMedia`, `.truncated`, `.corrupt`,
    ///   `.unsupported` (limits) or `.mismatch` (names the odd file).
    static func all(_ paths: [String]) throws(Fault) -> [StackIndex] {
        guard let first = paths.first else {
            throw Fault(.invalid, "no files", at: "stack", advice: "Name a TIFF file.")
        }
        var pages: [Page] = []
        var files: [(size: UInt64, bigEndian: Bool)] = []
        var described: [TiffMetadata] = []
        for (index, path) in paths.enumerated() {
            let directory = try TiffDirectory.read(path)
            let file = try TiffFile.open(path, fileSize: directory.fileSize)
            files.append((directory.fileSize, directory.bigEndian))
            for (i, offset) in directory.offsets.enumerated() {
                let page = try file.page(at: offset, number: i + 1)
                if index == 0, i == 0 { described = TiffMetadata.parse(file.description(), directory) }
                pages.append(Page(file: index, number: i + 1, tiff: page, bareOffset: 0))
            }
            if let broken = directory.broken { throw broken }
        }
        if paths.count == 1, pages.count == 1, let page = pages[0].tiff, let images = described.first?.images {
            pages += try bare(after: page, images: images, fileSize: files[0].size, at: first)
        }
        if paths.count > 1 || described.count < 2 {
            return [try StackIndex(paths, files, series: 0, pages: pages, metadata: described.first)]
        }
        var parts: [(series: Int, metadata: TiffMetadata, pages: [Page])] = []
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
        var indexes: [StackIndex] = []
        for var part in parts {
            if !absent.isEmpty { part.metadata.notes.append("series \(absent) have no pages in this file") }
            indexes.append(
                try StackIndex(paths, files, series: part.series, pages: part.pages, metadata: part.metadata))
        }
        return indexes
    }

    static func read(_ paths: [String], series: Int) throws(Fault) -> StackIndex {
        let all = try all(paths)
        guard let index = all.first(where: { $0.series == series }) else {
            throw Fault(
                .invalid, "there is no series \(series)", at: paths[0], advice: "The file has \(all.map(\.series)).")
        }
        return index
    }

    /// The axes as declared, else as the files say.
    func axes(declared: String?) throws(Fault) -> StackAxes {
        guard let declared else { return StackAxes(metadata, pages: pagesPerFile, samples: format.channels) }
        return try StackAxes(
            declared: declared, over: metadata, pages: pagesPerFile, samples: format.channels, at: paths[0])
    }

    private init(
        _ paths: [String], _ files: [(size: UInt64, bigEndian: Bool)], series: Int, pages all: [Page],
        metadata: TiffMetadata?
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

        self.paths = paths
        self.files = files
        self.series = series
        self.pages = pages
        self.pagesPerFile = paths.indices.map { file in pages.count { $0.file == file } }
        self.format = format
        self.metadata = metadata
        self.notes = notes
        let codecs = pages.compactMap { $0.tiff?.codec }
        codec = codecs.first ?? "unknown"
        unsupported =
            pages.lazy.compactMap { page in
                page.tiff?.unsupported(indexed: indexed, at: paths[page.file])
            }.first
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

/// Decodes pages of a `StackIndex`, keeping one file open. Owns two planes at most.
final class StackDecoder {
    let index: StackIndex
    /// Samples a pixel that are decoded: 3 in colour, else 1 (the first channel).
    let components: Int
    private var open: (file: Int, tiff: TiffFile)?
    private var slice: [UInt16] = []

    /// - Throws: `Fault` with `.unsupported` when the samples can't be shown.
    init(_ index: StackIndex) throws(Fault) {
        if let fault = index.unsupported { throw fault }
        self.index = index
        components = index.format.isColor ? 3 : 1
    }

    /// Decodes a page; `plane` is resized to `width * height * components`.
    func decode(_ ordinal: Int, into plane: inout [UInt16]) throws(Fault) {
        let page = index.pages[ordinal]
        let count = index.format.pixels * components
        if plane.count != count { plane = [UInt16](repeating: 0, count: count) }
        if open?.file != page.file {
            open = (page.file, try TiffFile.open(index.paths[page.file], fileSize: index.files[page.file].size))
        }
        guard let file = open?.tiff else { return }
        if let tiff = page.tiff {
            try file.decode(tiff, number: page.number, components: components, into: &plane)
        } else {
            try file.decodeBare(
                at: page.bareOffset, bigEndian: index.files[page.file].bigEndian, format: index.format,
                number: page.number, components: components, into: &plane)
        }
    }

    /// Decodes the pages one by one and keeps the largest value of each sample.
    func maximum(_ ordinals: [Int], into plane: inout [UInt16]) throws(Fault) {
        try decode(ordinals[0], into: &plane)
        for ordinal in ordinals.dropFirst() {
            try decode(ordinal, into: &slice)
            for i in plane.indices { plane[i] = max(plane[i], slice[i]) }
        }
    }
}
