import Foundation

/// TIFF stacks with known content, written byte by byte and without libtiff: an independent witness for the reader.
///
/// Every sample is a formula of its place. Fields can also be set to what no honest program writes.
public struct StackFootage: Sendable {
    public enum Packing: Int, Sendable, CaseIterable {
        case uncompressed = 1, lzw = 5, deflate = 8, packBits = 32773
    }

    public var width: Int
    public var height: Int
    public var pages: Int
    /// 8, 16 or 32 bits a sample.
    public var bits = 8
    /// Interleaved samples a pixel.
    public var samples = 1
    public var packing = Packing.uncompressed
    /// Horizontal differencing (predictor 2).
    public var isDifferenced = false
    public var bigEndian = false
    /// BigTIFF.
    public var isBig = false
    /// Edge of square tiles, a multiple of 16; nil for strips.
    public var tile: Int?
    /// nil for one strip.
    public var rowsPerStrip: Int?
    /// `ImageDescription` of the first page.
    public var description: String?
    /// Numerator and denominator of both resolutions, pixels a unit.
    public var resolution: (UInt32, UInt32)?
    /// 0 white is zero, 1 black is zero, 2 RGB, 3 palette; nil by the number of samples.
    public var photometric: Int?
    /// 1 unsigned, 2 signed, 3 float.
    public var sampleFormat = 1
    /// NewSubfileType: 1 marks a thumbnail.
    public var subfileType = 0
    /// Tags to set last, over the true ones: 32-bit values.
    public var overrides: [Int: UInt32] = [:]
    /// The sample at a page, column, row and place in the pixel; reduced to the sample's bits.
    public var content: @Sendable (_ page: Int, _ x: Int, _ y: Int, _ sample: Int) -> Int = StackFootage.ramp

    public init(width: Int, height: Int, pages: Int) {
        self.width = width
        self.height = height
        self.pages = pages
    }

    /// A slope in every direction, steeper from page to page, over all values of 16 bits.
    public static let ramp: @Sendable (Int, Int, Int, Int) -> Int = { page, x, y, sample in
        5 + page * 7919 + y * 331 + x * 17 + sample * 101
    }

    /// The true sample values of a page: row by row, samples of a pixel together.
    public func truth(page: Int) -> [Int] {
        let mask = (1 << bits) - 1
        return (0..<height).flatMap { y in
            (0..<width).flatMap { x in (0..<samples).map { content(page, x, y, $0) & mask } }
        }
    }

    /// A file's bytes, and where its page directories and the links between them lie.
    public struct File: Sendable {
        public var bytes: [UInt8]
        /// Offset of every page's directory.
        public var directories: [Int]
        /// Offset of every page's pointer to the next directory.
        public var links: [Int]
        /// Offset of every page's first sample.
        public var data: [Int]

        public func write(to path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
    }

    public func write(to path: String) throws { try file().write(to: path) }

    public func file() -> File { Self.file([self]) }

    /// Pages of several kinds in one file; byte order and variant are the first part's.
    public static func file(_ parts: [StackFootage]) -> File {
        let first = parts[0]
        var out = Bytes(bigEndian: first.bigEndian)
        let word = first.isBig ? 8 : 4
        out.bytes = first.bigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
        out.append(first.isBig ? 43 : 42, size: 2)
        if first.isBig {
            out.append(8, size: 2)
            out.append(0, size: 2)
        }
        var link = out.bytes.count
        out.append(0, size: word)
        var file = File(bytes: [], directories: [], links: [], data: [])
        for part in parts {
            for page in 0..<part.pages {
                file.directories.append(out.bytes.count)
                out.set(out.bytes.count, at: link, size: word)
                let placed = part.append(page, to: &out, isBig: first.isBig)
                link = placed.link
                file.links.append(link)
                file.data.append(placed.data)
            }
        }
        file.bytes = out.bytes
        return file
    }

    /// Appends directory, long values and samples of a page.
    private func append(_ page: Int, to out: inout Bytes, isBig: Bool) -> (link: Int, data: Int) {
        let blocks = self.blocks(page, bigEndian: out.bigEndian)
        var fields = self.fields(page, blocks.count)
        for (tag, value) in overrides { fields[tag] = (4, [Int(value)]) }
        let sizes = [2: 1, 3: 2, 4: 4, 5: 4]
        let word = isBig ? 8 : 4
        let tags = fields.keys.sorted()
        let link = out.bytes.count + (isBig ? 8 : 2) + tags.count * (isBig ? 20 : 12)
        var place = link + word
        var places: [Int: Int] = [:]
        for tag in tags {
            let field = fields[tag]!
            let bytes = sizes[field.type]! * field.values.count
            if bytes > word {
                places[tag] = place
                place += bytes + bytes % 2
            }
        }
        var offsets: [Int] = []
        var end = place
        for block in blocks {
            offsets.append(end)
            end += block.count
        }
        fields[tile == nil ? 273 : 324]!.values = offsets
        fields[tile == nil ? 279 : 325]!.values = blocks.map(\.count)

        out.append(tags.count, size: isBig ? 8 : 2)
        for tag in tags {
            let field = fields[tag]!
            out.append(tag, size: 2)
            out.append(field.type, size: 2)
            out.append(field.values.count / (field.type == 5 ? 2 : 1), size: word)
            let start = out.bytes.count
            if let place = places[tag] {
                out.append(place, size: word)
            } else {
                for value in field.values { out.append(value, size: sizes[field.type]!) }
            }
            while out.bytes.count < start + word { out.bytes.append(0) }
        }
        out.append(0, size: word)
        for tag in tags where places[tag] != nil {
            while out.bytes.count < places[tag]! { out.bytes.append(0) }
            for value in fields[tag]!.values { out.append(value, size: sizes[fields[tag]!.type]!) }
        }
        while out.bytes.count < place { out.bytes.append(0) }
        for block in blocks { out.bytes += block }
        return (link, place)
    }

    /// Field types: 2 text, 3 of 16 bits, 4 of 32 bits, 5 a fraction.
    private func fields(_ page: Int, _ blocks: Int) -> [Int: (type: Int, values: [Int])] {
        var fields: [Int: (type: Int, values: [Int])] = [
            254: (4, [subfileType]), 256: (4, [width]), 257: (4, [height]),
            258: (3, [Int](repeating: bits, count: samples)), 259: (3, [packing.rawValue]),
            262: (3, [photometric ?? (samples >= 3 ? 2 : 1)]), 277: (3, [samples]), 284: (3, [1]),
            339: (3, [Int](repeating: sampleFormat, count: samples)),
        ]
        let counts = [Int](repeating: 0, count: blocks)
        if let tile {
            fields[322] = (4, [tile])
            fields[323] = (4, [tile])
            fields[324] = (4, counts)
            fields[325] = (4, counts)
        } else {
            fields[278] = (4, [rowsPerStrip ?? height])
            fields[273] = (4, counts)
            fields[279] = (4, counts)
        }
        if isDifferenced { fields[317] = (3, [2]) }
        if photometric == 3 { fields[320] = (3, (0..<(3 << bits)).map { $0 % 251 * 257 }) }
        if page == 0, let description { fields[270] = (2, description.utf8.map { Int($0) } + [0]) }
        if let (numerator, denominator) = resolution {
            fields[282] = (5, [Int(numerator), Int(denominator)])
            fields[283] = (5, [Int(numerator), Int(denominator)])
            fields[296] = (3, [1])
        }
        return fields
    }

    /// The packed strips or tiles of a page; tiles are padded with zeros.
    private func blocks(_ page: Int, bigEndian: Bool) -> [[UInt8]] {
        let truth = truth(page: page)
        let across = tile ?? width
        let down = tile ?? min(rowsPerStrip ?? height, height)
        var blocks: [[UInt8]] = []
        for top in stride(from: 0, to: height, by: down) {
            for left in stride(from: 0, to: width, by: across) {
                var out = Bytes(bigEndian: bigEndian)
                for y in top..<(tile == nil ? min(top + down, height) : top + down) {
                    var row = [Int](repeating: 0, count: across * samples)
                    if y < height {
                        for i in 0..<(min(across, width - left) * samples) {
                            row[i] = truth[(y * width + left) * samples + i]
                        }
                    }
                    for i in row.indices {
                        let before = isDifferenced && i >= samples ? row[i - samples] : 0
                        out.append(row[i] - before, size: bits / 8)
                    }
                }
                blocks.append(packing.pack(out.bytes))
            }
        }
        return blocks
    }
}

/// Bytes in one order.
private struct Bytes {
    var bytes: [UInt8] = []
    let bigEndian: Bool

    init(bigEndian: Bool) { self.bigEndian = bigEndian }

    mutating func append(_ value: Int, size: Int) { bytes += encoded(value, size) }

    mutating func set(_ value: Int, at offset: Int, size: Int) {
        bytes.replaceSubrange(offset..<(offset + size), with: encoded(value, size))
    }

    private func encoded(_ value: Int, _ size: Int) -> [UInt8] {
        let little = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return bigEndian ? little.reversed() : little
    }
}

extension StackFootage.Packing {
    fileprivate func pack(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .uncompressed: bytes
        case .lzw: Self.lzw(bytes)
        case .deflate: Self.deflate(bytes)
        case .packBits: Self.packBits(bytes)
        }
    }

    /// TIFF 6.0, section 13: codes from the most significant bit, widths change one code early.
    private static func lzw(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var pending = 0, pendingBits = 0, width = 9
        func emit(_ code: Int) {
            pending = pending << width | code
            pendingBits += width
            while pendingBits >= 8 {
                pendingBits -= 8
                out.append(UInt8(truncatingIfNeeded: pending >> pendingBits))
            }
            pending &= (1 << pendingBits) - 1
        }
        var table: [Int: Int] = [:]
        var next = 258
        var prefix = -1
        emit(256)
        for byte in bytes {
            if prefix < 0 {
                prefix = Int(byte)
            } else if let code = table[prefix << 8 | Int(byte)] {
                prefix = code
            } else {
                emit(prefix)
                table[prefix << 8 | Int(byte)] = next
                if next == 511 || next == 1023 || next == 2047 { width += 1 }
                if next == 4094 {
                    emit(256)
                    table = [:]
                    next = 257
                    width = 9
                }
                next += 1
                prefix = Int(byte)
            }
        }
        if prefix >= 0 {
            emit(prefix)
            if next == 511 || next == 1023 || next == 2047 { width += 1 }
        }
        emit(257)
        if pendingBits > 0 { out.append(UInt8(truncatingIfNeeded: pending << (8 - pendingBits))) }
        return out
    }

    /// zlib's wrapping of stored blocks: what a decoder must read, with no compression of its own.
    private static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let count = min(65535, bytes.count - start)
            out.append(start + count == bytes.count ? 1 : 0)
            for value in [count, ~count] {
                out += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
            }
            out += bytes[start..<(start + count)]
            start += count
        } while start < bytes.count
        var a = 1, b = 0
        for byte in bytes {
            a = (a + Int(byte)) % 65521
            b = (b + a) % 65521
        }
        for value in [b, a] { out += [UInt8(value >> 8), UInt8(value & 255)] }
        return out
    }

    private static func packBits(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var i = 0
        while i < bytes.count {
            var run = 1
            while run < 128, i + run < bytes.count, bytes[i + run] == bytes[i] { run += 1 }
            if run > 1 {
                out += [UInt8(truncatingIfNeeded: 1 - run), bytes[i]]
            } else {
                out += [0, bytes[i]]
            }
            i += run
        }
        return out
    }
}
