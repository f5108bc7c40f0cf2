import CTIFF
import Model

/// The pages of one or more TIFF files, and how they fall into series.
struct TiffRecording {
    typealias Page = TiffIndex.Page

    /// The pages of one series, at least one of them with a directory.
    struct Part {
        var series: Int
        var metadata: StackMetadata?
        var pages: [Page]
        /// Whether each page is known to be the plane at its place, rather than taken in the order it came.
        var isOrdered = false
    }

    /// The files in order; those of a set in the set's.
    let paths: [String]
    /// Of each path, bytes and byte order.
    private(set) var files: [(size: UInt64, bigEndian: Bool)] = []
    private(set) var parts: [Part] = []
    private var pages: [Page] = []
    /// Of each path, its pages.
    private var ranges: [Range<Int>] = []

    /// - Throws: as `TiffIndex.all`.
    static func read(_ paths: [String]) throws(Fault) -> TiffRecording {
        guard let first = paths.first else {
            throw Fault(.invalid, "no files", at: "stack", advice: "Name a TIFF file.")
        }
        let set = try OMESet.read(paths)
        let isSpread = set?.isSpread ?? false
        var recording = TiffRecording(paths: isSpread ? set?.paths ?? paths : paths)
        try recording.scan(without: isSpread ? set?.companion : nil)
        let document = set?.document
        if let set, paths.count == 1 || isSpread, !set.document.images.isEmpty {
            try recording.divide(by: set)
        } else if let document {
            let problem = document.problem.map { StackMetadata(origin: "OME-XML", order: [], notes: [$0]) }
            let metadata = document.images.first?.metadata ?? problem
            recording.parts = [Part(series: 0, metadata: metadata, pages: recording.pages)]
        } else {
            try recording.describe(TiffFields.read(first))
        }
        return recording
    }

    private init(paths: [String]) { self.paths = paths }

    private mutating func scan(without companion: Int?) throws(Fault) {
        for (index, path) in paths.enumerated() {
            let start = pages.count
            if index == companion {
                files.append((0, false))
                ranges.append(start..<start)
                continue
            }
            let directory = try TiffDirectory.read(path)
            let file = try TiffFile.open(path, fileSize: directory.fileSize)
            files.append((directory.fileSize, directory.bigEndian))
            for (i, offset) in directory.offsets.enumerated() {
                let page = try file.page(at: offset, number: i + 1)
                pages.append(Page(file: index, number: i + 1, tiff: page, bareOffset: 0))
            }
            if let broken = directory.broken { throw broken }
            ranges.append(start..<pages.count)
        }
    }

    // MARK: Without OME-XML

    /// One series, or those that tifffile wrote.
    private mutating func describe(_ fields: TiffFields?) throws(Fault) {
        let metadata = fields.flatMap(TiffDescription.read)
        if paths.count == 1, pages.count == 1, let page = pages[0].tiff, let images = metadata?.images {
            pages += try bare(after: page, images: images)
        }
        parts = paths.count == 1 ? shaped() : []
        if parts.isEmpty { parts = [Part(series: 0, metadata: metadata, pages: pages)] }
    }

    /// tifffile describes each of its series on the series' first page. None where the descriptions leave pages over,
    /// and where a series has one page: pages written one by one are pages of one recording.
    private func shaped() -> [Part] {
        var parts: [Part] = []
        var start = 0
        while start < pages.count {
            guard let directory = pages[start].tiff?.directory,
                let fields = TiffFields.read(paths[0], at: directory), let text = fields.text(TiffFields.description),
                let (metadata, count) = ShapedDescription.read(text, fields), count > 1, count <= pages.count - start
            else { return [] }
            parts.append(
                Part(series: parts.count, metadata: metadata, pages: Array(pages[start..<(start + count)])))
            start += count
        }
        return parts.count > 1 ? parts : []
    }

    /// ImageJ writes stacks above 4 GB with one directory, tifffile and MetaMorph any: the other planes follow the
    /// first, uncompressed.
    private func bare(after page: TiffPage, images: Int) throws(Fault) -> [Page] {
        let (path, fileSize) = (paths[0], files[0].size)
        let bytes = UInt64(page.format.pixels * page.format.samples * page.format.bits / 8)
        guard images > 1, page.compression == COMPRESSION_NONE, !page.isPlanar,
            page.unsupported(at: path) == nil, page.end - page.start == bytes
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

    // MARK: By OME-XML

    /// One series for each image that has planes here.
    private mutating func divide(by set: OMESet) throws(Fault) {
        let images = set.document.images
        var absent: [Int] = []
        var next = 0
        var room = TiffDirectory.pageLimit
        var isUsed = [Bool](repeating: false, count: pages.count)
        for (series, image) in images.enumerated() {
            var part = Part(series: series, metadata: image.metadata, pages: [])
            var chosen: [Int] = []
            if !image.blocks.isEmpty {
                if let metadata = placed(image, set, &room) {
                    (part.metadata, part.isOrdered, chosen) = (metadata, true, metadata.pages ?? [])
                }
            } else if next < pages.count, let planes = image.planes(samples: samples(of: next)) {
                chosen = Array(next..<min(pages.count, next + planes))
            }
            next = (chosen.max() ?? next - 1) + 1
            if images.count == 1, !set.isSpread, !part.isOrdered {
                // How far the pages go is for the axes to say.
                chosen = Array(pages.indices)
            }
            part.pages = chosen.map { pages[$0] }
            if chosen.isEmpty {
                absent.append(series)
                continue
            }
            for page in chosen { isUsed[page] = true }
            settle(&part, image)
            parts.append(part)
        }
        guard !parts.isEmpty else {
            throw Fault(
                .truncated, "the OME-XML promises \(images.count) series, and none has its pages here", at: paths[0],
                advice: "Copy the file again, with the files that belong to it.")
        }
        let unused = pages.indices.count { !isUsed[$0] && !(pages[$0].tiff?.isReduced ?? false) }
        for i in parts.indices {
            if !absent.isEmpty { parts[i].metadata?.notes.append("series \(absent) have no whole time point here") }
            if unused > 0 { parts[i].metadata?.notes.append("\(unused) pages belong to no series of the OME-XML") }
        }
    }

    private func samples(of page: Int) -> Int {
        pages.indices.contains(page) ? max(1, pages[page].tiff?.format.channels ?? 1) : 1
    }

    /// The image with its pages; nil where it has none, or all images together claim more planes than can be.
    private func placed(_ image: OMEImage, _ set: OMESet, _ room: inout Int) -> StackMetadata? {
        let first = image.blocks.lazy.map { block in
            let (start, overflow) = ranges[set.place(of: block.file)].lowerBound
                .addingReportingOverflow(block.page ?? 0)
            return overflow ? -1 : start
        }.first { pages.indices.contains($0) }
        guard let first else { return nil }
        let samples = samples(of: first)
        guard let planes = image.planes(samples: samples), planes <= room else { return nil }
        room -= planes
        return image.placed(samples: samples) { ranges[set.place(of: $0)] }
    }

    /// Pages that differ among themselves or from what the image says are a matter for notes.
    private func settle(_ part: inout Part, _ image: OMEImage) {
        guard let format = part.pages.lazy.compactMap({ $0.tiff?.format }).first else { return }
        if part.pages.contains(where: { $0.tiff?.format != format }) { part.isOrdered = false }
        if let width = image.width, let height = image.height, (width, height) != (format.width, format.height) {
            part.metadata?.notes.append(
                "the OME-XML says \(width)x\(height) pixels, the pages have \(format.width)x\(format.height)")
        }
    }
}
