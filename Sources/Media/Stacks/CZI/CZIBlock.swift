/// One sub-block as an entry of schema `DV` describes it: a rectangle of one plane, and where its samples lie.
///
/// Source: Zeiss' description of the CZI file format (ZISRAW), DirectoryEntryDV.
struct CZIBlock {
    var pixelType: Int32
    var compression: Int32
    /// Above 0 where the samples lie in another file of a set.
    var filePart: Int32
    /// Byte offset of its segment.
    var position: UInt64
    /// Pixels of the recording; may begin below 0.
    var x = 0
    var y = 0
    var width = 0
    var height = 0
    /// Pixels as stored; fewer in a level of a pyramid.
    var storedWidth = 0
    var storedHeight = 0
    var time: Int32 = 0
    var slice: Int32 = 0
    var channel: Int32 = 0
    /// nil in files without scenes.
    var scene: Int32?
    /// Order of the tiles of a mosaic; later tiles lie over earlier ones.
    var tile: Int32 = 0

    var isReduced: Bool { width != storedWidth || height != storedHeight }
    var pixels: Int { width * height }

    /// Whether both lie at one place of one plane.
    func stands(where other: CZIBlock) -> Bool {
        place == other.place && (x, y, width, height) == (other.x, other.y, other.width, other.height)
    }

    /// Sorts by time, slice, channel and tile.
    var place: SIMD4<Int32> { SIMD4(time, slice, channel, tile) }
}

/// A directory entry: a block, and what is not kept of every block.
struct CZIEntry {
    /// Bytes of the longest entry that is read.
    static let longest = 32 + 20 * dimensionLimit
    private static let dimensionLimit = 40

    var block: CZIBlock
    /// Bytes of the entry itself.
    var size: Int
    /// The block's place along dimensions that are no axes here, such as view (V) or phase (H).
    var others: [(dimension: String, start: Int32)] = []
    /// A dimension beside X and Y that the block has more than one place of, which is not read.
    var spanned: String?

    /// nil where the bytes hold no whole and plausible entry.
    init?(_ bytes: [UInt8], at offset: Int) {
        guard offset + 32 <= bytes.count, bytes[offset] == 0x44, bytes[offset + 1] == 0x56,
            let pixelType: Int32 = bytes.little(at: offset + 2), let position: Int64 = bytes.little(at: offset + 6),
            let filePart: Int32 = bytes.little(at: offset + 14),
            let compression: Int32 = bytes.little(at: offset + 18),
            let dimensions: Int32 = bytes.little(at: offset + 28), position >= 0,
            (2...Int32(Self.dimensionLimit)).contains(dimensions), offset + 32 + 20 * Int(dimensions) <= bytes.count
        else { return nil }
        size = 32 + 20 * Int(dimensions)
        block = CZIBlock(
            pixelType: pixelType, compression: compression, filePart: filePart, position: UInt64(position))
        for i in 0..<Int(dimensions) {
            guard read(bytes, at: offset + 32 + 20 * i) else { return nil }
        }
        guard block.width > 0, block.height > 0 else { return nil }
    }

    /// Takes over one dimension: name, start, size, coordinate and stored size; false where they make no sense.
    private mutating func read(_ bytes: [UInt8], at offset: Int) -> Bool {
        let letters = bytes[offset..<(offset + 4)].prefix { $0 != 0 }
        guard let start: Int32 = bytes.little(at: offset + 4), let size: Int32 = bytes.little(at: offset + 8),
            let stored: Int32 = bytes.little(at: offset + 16), let first = letters.first,
            letters.allSatisfy({ (0x30...0x5A).contains($0) })
        else { return false }
        if first == 0x58 || first == 0x59, letters.count == 1 {
            guard size > 0, stored > 0 else { return false }
            if first == 0x58 {
                (block.x, block.width, block.storedWidth) = (Int(start), Int(size), Int(stored))
            } else {
                (block.y, block.height, block.storedHeight) = (Int(start), Int(size), Int(stored))
            }
            return true
        }
        let dimension = String(decoding: letters, as: UTF8.self)
        if size > 1 { spanned = dimension }
        switch dimension {
        case "T": block.time = start
        case "Z": block.slice = start
        case "C": block.channel = start
        case "S": block.scene = start
        case "M": block.tile = start
        default: others.append((dimension, start))
        }
        return size >= 0
    }
}
