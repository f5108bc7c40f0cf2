import Model

/// The chunks of one ND2 file. Not for several threads at once.
///
/// A chunk has a header (signature, bytes of the name's field, bytes of data), a name that ends in `!`, and its data.
/// The file ends with a map of names and offsets and the map's own offset. Source: the files themselves and what the
/// Python package nd2 knows of them; Nikon's description is not public.
final class ND2File {
    static let signature: [UInt8] = [0xDA, 0xCE, 0xBE, 0x0A]
    /// JPEG 2000's, which version 1 of the format is a dialect of.
    static let legacySignature: [UInt8] = [0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20]
    static let advice = "Convert it: bfconvert IN.nd2 OUT.ome.tif (or Fiji: Bio-Formats importer, save as OME-TIFF)."
    private static let mapName = "ND2 FILEMAP SIGNATURE NAME 0001!"
    private static let mapEnd = "ND2 CHUNK MAP SIGNATURE 0000001!"
    private static let framePrefix = "ImageDataSeq|"
    /// Chunks begin at its multiples.
    private static let alignment: UInt64 = 4096
    /// Bytes of the longest description that is read.
    private static let descriptionLimit: UInt64 = 1 << 25

    /// Where a chunk's data lie.
    struct Chunk {
        var name: String
        var start: UInt64
        var count: UInt64
    }

    let bytes: ByteFile
    /// Byte offset of every chunk but the frames'.
    private var offsets: [String: UInt64] = [:]
    /// Byte offset of the chunk of every frame.
    private(set) var frames: [Int: UInt64] = [:]
    /// What had to be decided to find the chunks.
    private(set) var notes: [String] = []

    var path: String { bytes.path }

    /// Finds the chunks by the file's map or, where there is none, from one to the next.
    /// - Throws: `Fault` with `.unreadable`, `.notMedia` or `.unsupported` (more frames than the limit).
    init(_ path: String) throws(Fault) {
        bytes = try ByteFile(path)
        let head = try bytes.read(at: 0, count: Int(min(8, bytes.size)))
        if head == Self.legacySignature {
            throw Fault(
                .unsupported, "it is an ND2 file of version 1 (JPEG 2000); versions 2 and 3 are read", at: path,
                advice: Self.advice)
        }
        guard head.starts(with: Self.signature) else {
            throw Fault(.notMedia, "it does not begin as an ND2 file", at: path, advice: "Check the file.")
        }
        if try readMap() { return }
        offsets = [:]
        frames = [:]
        let end = try walk()
        notes.append(
            "the map of chunks is missing: the file was cut short or not closed; it was read up to byte \(end) of "
                + "\(bytes.size)")
    }

    /// The data of a description; nil where the file has none of that name.
    /// - Throws: `Fault` with `.truncated`, `.corrupt` or `.unreadable`.
    func description(_ name: String) throws(Fault) -> [UInt8]? {
        guard let offset = offsets[name] else { return nil }
        let chunk = try chunk(name, at: offset)
        guard chunk.count <= Self.descriptionLimit else {
            throw corrupt("its chunk \(name) has \(chunk.count) bytes")
        }
        return try bytes.read(at: chunk.start, count: Int(chunk.count))
    }

    /// The chunk of a frame of `frames`: 8 bytes of time, then the samples.
    /// - Throws: `Fault` with `.truncated`, `.corrupt` or `.unreadable`.
    func frame(_ number: Int) throws(Fault) -> Chunk {
        guard let offset = frames[number] else { throw corrupt("frame \(number + 1) is missing") }
        return try chunk("\(Self.framePrefix)\(number)!", at: offset)
    }

    func corrupt(_ what: String) -> Fault { Fault(.corrupt, what, at: path, advice: Self.again) }

    static let again = "Copy the file again from where it was recorded."

    private func chunk(_ name: String, at offset: UInt64) throws(Fault) -> Chunk {
        guard let chunk = try header(at: offset), chunk.name == name else {
            throw corrupt("the chunk \(name) is not at byte \(offset), where the file says")
        }
        guard bytes.holds(chunk.count, at: chunk.start) else {
            throw Fault(
                .truncated, "the chunk \(name) ends after the file's \(bytes.size) bytes", at: path, advice: Self.again)
        }
        return chunk
    }

    /// The header at an offset; nil where none is.
    private func header(at offset: UInt64) throws(Fault) -> Chunk? {
        guard bytes.holds(16, at: offset) else { return nil }
        let head = try bytes.read(at: offset, count: Int(min(144, bytes.size - offset)))
        guard head.starts(with: Self.signature), let field: UInt32 = head.little(at: 4),
            let count: UInt64 = head.little(at: 8)
        else { return nil }
        let letters = head.dropFirst(16).prefix(Int(field))
        guard let end = letters.firstIndex(of: 0x21) else { return nil }
        return Chunk(
            name: String(decoding: letters[...end], as: UTF8.self), start: offset + 16 + UInt64(field), count: count)
    }

    /// Takes over the map at the end; false where it is missing or damaged.
    private func readMap() throws(Fault) -> Bool {
        let tail = UInt64(Self.mapEnd.utf8.count + 8)
        guard bytes.size > tail else { return false }
        let end = try bytes.read(at: bytes.size - tail, count: Int(tail))
        guard end.starts(with: Self.mapEnd.utf8), let place: UInt64 = end.little(at: Int(tail) - 8),
            let chunk = try header(at: place), chunk.name == Self.mapName, chunk.count <= 1 << 28,
            bytes.holds(chunk.count, at: chunk.start)
        else { return false }
        let map = try bytes.read(at: chunk.start, count: Int(chunk.count))
        var position = 0
        while let bang = map[position...].firstIndex(of: 0x21) {
            let name = String(decoding: map[position...bang], as: UTF8.self)
            if name == Self.mapEnd { return true }
            guard let offset: UInt64 = map.little(at: bang + 1), bang + 17 <= map.count else { return false }
            try take(name, at: offset)
            position = bang + 17
        }
        return false
    }

    /// Goes from chunk to chunk; returns the first byte that belongs to none.
    private func walk() throws(Fault) -> UInt64 {
        var offset: UInt64 = 0
        while let chunk = try header(at: offset), bytes.holds(chunk.count, at: chunk.start) {
            try take(chunk.name, at: offset)
            let next = chunk.start + chunk.count
            let aligned = (next + Self.alignment - 1) / Self.alignment * Self.alignment
            offset = try header(at: next) == nil ? aligned : next
        }
        return min(offset, bytes.size)
    }

    private func take(_ name: String, at offset: UInt64) throws(Fault) {
        guard name.hasPrefix(Self.framePrefix) else {
            offsets[name] = offset
            return
        }
        guard let number = Int(name.dropFirst(Self.framePrefix.count).dropLast()), number >= 0 else { return }
        frames[number] = offset
        guard frames.count <= TiffDirectory.pageLimit else {
            throw Fault(
                .unsupported, "more than \(TiffDirectory.pageLimit) frames", at: path,
                advice: "Split the file in parts.")
        }
    }
}
