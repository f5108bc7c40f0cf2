import Model

/// The segments of one CZI file. Not for several threads at once.
///
/// Source: Zeiss' description of the CZI file format (ZISRAW): a file is a chain of segments, each with 16 bytes of
/// name, the bytes allocated and the bytes used; the first one says where directory and metadata lie.
final class CZIFile {
    static let signature = Array("ZISRAWFILE".utf8)
    static let advice = "Convert it: bfconvert IN.czi OUT.ome.tif"
    private static let again = "Copy the file again from where it was recorded."
    /// The most sub-blocks and the most segments that are read.
    private static let blockLimit = 1_000_000

    private struct Segment {
        var name: String
        /// Byte offset of what follows the header, and its bytes.
        var start: UInt64
        var used: UInt64
        /// Byte offset of the next segment.
        var next: UInt64
    }

    let bytes: ByteFile
    /// Every sub-block of full resolution, in the file's order.
    private(set) var blocks: [CZIBlock] = []
    /// How many more are levels of a pyramid.
    private(set) var reduced = 0
    /// Dimensions that are no axes here and have more than one value; `blocks` hold the first value alone.
    private(set) var otherDimensions: [String] = []
    /// The XML of the metadata; nil where there is none.
    private(set) var metadata: [UInt8]?
    private(set) var notes: [String] = []

    private var firstOfOthers: [String: Int32] = [:]

    var path: String { bytes.path }

    /// Reads the structure: header, directory or else the chain of segments, and metadata.
    /// - Throws: `Fault` with `.unreadable`, `.notMedia`, `.truncated`, `.empty` or `.unsupported`.
    init(_ path: String) throws(Fault) {
        bytes = try ByteFile(path)
        guard bytes.size >= 10, try bytes.read(at: 0, count: 10) == Self.signature else {
            throw Fault(.notMedia, "it does not begin as a CZI file", at: path, advice: "Check the file.")
        }
        // Version, two reserved numbers, two GUIDs, part of the set, positions, and whether an update is pending.
        let header = try bytes.read(at: 32, count: 80)
        guard let part: Int32 = header.little(at: 48), let directory: UInt64 = header.little(at: 52),
            let metadata: UInt64 = header.little(at: 60), let pending: Int32 = header.little(at: 68)
        else { return }
        guard part == 0 else { throw Self.split(path) }
        var place = metadata
        if pending != 0 {
            place = try walk("the file was not closed", directory) ?? metadata
        } else if try !readDirectory(at: directory) {
            place = try walk("the directory is missing or damaged", directory) ?? metadata
        }
        self.metadata = try readMetadata(at: place)
        if self.metadata == nil { notes.append("no metadata: scale, interval and channels are unknown") }
    }

    private static func split(_ path: String) -> Fault {
        Fault(
            .unsupported, "the recording is split over several CZI files, which is not read", at: path,
            advice: "Convert it: bfconvert IN.czi OUT.ome.tif, or in ZEN: File > Export > OME-TIFF.")
    }

    // MARK: Segments

    /// nil where no whole segment stands.
    private func segment(at offset: UInt64) throws(Fault) -> Segment? {
        guard bytes.holds(32, at: offset) else { return nil }
        let header = try bytes.read(at: offset, count: 32)
        guard let allocated: Int64 = header.little(at: 16), let used: Int64 = header.little(at: 24),
            allocated >= 0, used >= 0, used <= allocated
        else { return nil }
        let name = String(decoding: header[..<16].prefix { $0 != 0 }, as: UTF8.self)
        // Some writers leave the used size at 0: all is used.
        let size = UInt64(used == 0 ? allocated : used)
        guard name.hasPrefix("ZISRAW") || name == "DELETED", bytes.holds(size, at: offset + 32) else { return nil }
        return Segment(
            name: name, start: offset + 32, used: size, next: offset + 32 + UInt64(allocated))
    }

    /// False where the directory can't be relied on.
    private func readDirectory(at offset: UInt64) throws(Fault) -> Bool {
        guard offset > 0, let segment = try segment(at: offset), segment.name == "ZISRAWDIRECTORY", segment.used >= 128,
            let count: Int32 = try bytes.read(at: segment.start, count: 4).little(at: 0), count > 0
        else { return false }
        try checkCount(Int(count))
        var window: [UInt8] = []
        var cursor = 0
        var next = segment.start + 128
        let end = segment.start + segment.used
        for _ in 0..<count {
            if window.count - cursor < CZIEntry.longest, next < end {
                let more = Int(min(end - next, 1 << 20))
                window = Array(window[cursor...]) + (try bytes.read(at: next, count: more))
                next += UInt64(more)
                cursor = 0
            }
            guard let entry = CZIEntry(window, at: cursor) else {
                blocks = []
                reduced = 0
                firstOfOthers = [:]
                otherDimensions = []
                return false
            }
            try keep(entry)
            cursor += entry.size
        }
        return true
    }

    /// Follows the chain of segments from the start.
    /// - Returns: byte offset of the metadata's segment, where it was met.
    /// - Throws: `Fault` with `.truncated` or `.empty` where there is no sub-block.
    private func walk(_ reason: String, _ directory: UInt64) throws(Fault) -> UInt64? {
        var metadata: UInt64?
        var offset: UInt64 = 0
        var count = 0
        while let segment = try segment(at: offset) {
            count += 1
            try checkCount(count)
            if segment.name == "ZISRAWSUBBLOCK", segment.used >= 16 + 32 {
                let length = Int(min(segment.used - 16, UInt64(CZIEntry.longest)))
                guard var entry = CZIEntry(try bytes.read(at: segment.start + 16, count: length), at: 0) else { break }
                // Writers fill in the position in the directory, not always here.
                entry.block.position = offset
                try keep(entry)
            } else if segment.name == "ZISRAWMETADATA" {
                metadata = offset
            }
            offset = segment.next
        }
        let rest = offset < bytes.size ? "; from byte \(offset) of \(bytes.size) on it can't be read" : ""
        notes.append("\(reason): the \(blocks.count + reduced) whole sub-blocks were found one by one\(rest)")
        if blocks.count + reduced > 0 { return metadata }
        if offset == bytes.size, directory < bytes.size {
            throw Fault(.empty, "the file holds no sub-blocks", at: path, advice: "Check the recording.")
        }
        throw Fault(
            .truncated, "\(reason), and no whole sub-block stands before byte \(offset)", at: path,
            advice: Self.again)
    }

    private func checkCount(_ count: Int) throws(Fault) {
        guard count > Self.blockLimit else { return }
        throw Fault(
            .unsupported, "more than \(Self.blockLimit) sub-blocks or segments", at: path,
            advice: "Split the recording in parts.")
    }

    private func keep(_ entry: CZIEntry) throws(Fault) {
        guard entry.block.filePart == 0 else { throw Self.split(path) }
        if entry.block.isReduced {
            reduced += 1
            return
        }
        if let spanned = entry.spanned {
            throw Fault(
                .unsupported, "a sub-block holds several places of dimension \(spanned), which is not read", at: path,
                advice: Self.advice)
        }
        for (dimension, start) in entry.others {
            let first = firstOfOthers[dimension] ?? start
            firstOfOthers[dimension] = first
            if first != start {
                if !otherDimensions.contains(dimension) { otherDimensions.append(dimension) }
                return
            }
        }
        blocks.append(entry.block)
    }

    private func readMetadata(at offset: UInt64) throws(Fault) -> [UInt8]? {
        guard offset > 0, let segment = try segment(at: offset), segment.name == "ZISRAWMETADATA", segment.used >= 256,
            let size: Int32 = try bytes.read(at: segment.start, count: 4).little(at: 0), size > 0,
            UInt64(size) <= segment.used - 256
        else { return nil }
        return try bytes.read(at: segment.start + 256, count: Int(size))
    }

    // MARK: Sub-blocks

    /// Where the parts of a sub-block lie.
    struct Parts {
        var metadata: UInt64
        var metadataSize: Int
        var data: UInt64
        var dataSize: Int
    }

    /// - Throws: `Fault` with `.truncated` or `.corrupt` where no whole sub-block as the directory describes it stands.
    func parts(of block: CZIBlock, plane: Int) throws(Fault) -> Parts {
        func damaged(_ what: String, _ reason: Fault.Reason = .corrupt) -> Fault {
            Fault(
                reason, "plane \(plane + 1): the sub-block at byte \(block.position) \(what)", at: path,
                advice: Self.again)
        }
        guard bytes.holds(32 + 48, at: block.position) else { throw damaged("lies beyond the end", .truncated) }
        let start = block.position + 32
        let room = Int(min(UInt64(16 + CZIEntry.longest), bytes.size - start))
        let head = try bytes.read(at: start, count: room)
        guard try bytes.read(at: block.position, count: 16).starts(with: Array("ZISRAWSUBBLOCK\0".utf8)),
            let metadataSize: Int32 = head.little(at: 0), let attachmentSize: Int32 = head.little(at: 4),
            let dataSize: Int64 = head.little(at: 8), metadataSize >= 0, attachmentSize >= 0, dataSize >= 0,
            let entry = CZIEntry(head, at: 16)
        else { throw damaged("is damaged") }
        let own = entry.block
        guard own.pixelType == block.pixelType, own.compression == block.compression,
            own.storedWidth == block.storedWidth, own.storedHeight == block.storedHeight
        else { throw damaged("is not what the directory says") }
        let metadata = start + UInt64(max(256, 16 + entry.size))
        let data = metadata + UInt64(metadataSize)
        guard bytes.holds(UInt64(dataSize), at: data) else { throw damaged("goes beyond the end", .truncated) }
        return Parts(metadata: metadata, metadataSize: Int(metadataSize), data: data, dataSize: Int(dataSize))
    }
}
