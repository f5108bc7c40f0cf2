import Foundation

/// TIFF stacks with known content, written byte by byte and without libtiff: an independent witness for the reader.
///
/// Every sample is a formula of its place. Fields can also be set to what no honest program writes.
public struct StackFootage: Sendable {
    /// How blocks are packed. `jpeg` keeps samples exactly where each 8x8 block is flat, else it shows the corners.
    public enum Packing: Int, Sendable, CaseIterable {
        case uncompressed = 1, lzw = 5, deflate = 8, packBits = 32773, zstandard = 50000, jpeg = 7

        /// Those that keep any samples.
        public static let exact = allCases.filter { $0 != .jpeg }
    }

    public var width: Int
    public var height: Int
    public var pages: Int
    /// 1 to 16, 32 or 64 bits a sample; floating point has 16, 32 or 64.
    public var bits = 8
    /// Samples a pixel.
    public var samples = 1
    /// Whether each sample of a pixel has strips or tiles of its own.
    public var isPlanar = false
    public var packing = Packing.uncompressed
    /// 1 none, 2 horizontal differencing, 3 floating point.
    public var predictor = 1
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
    /// 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 6 YCbCr (halved both ways in JPEG); nil by the number of
    /// samples.
    public var photometric: Int?
    /// 1 unsigned, 2 signed, 3 float.
    public var sampleFormat = 1
    /// What a step of `content` is worth in floating-point samples.
    public var unit = 1.0
    /// ExtraSamples: 0 unspecified, 1 or 2 alpha.
    public var extraSamples: [Int] = []
    /// NewSubfileType: 1 marks a thumbnail.
    public var subfileType = 0
    /// Tags to set last, over the true ones: 32-bit values.
    public var overrides: [Int: UInt32] = [:]
    /// Further fields of the first page, by tag: type 1 bytes, 2 text, 3 of 16 bits, 4 of 32 bits, 5 fractions.
    public var extraFields: [Int: (type: Int, values: [Int])] = [:]
    /// The sample at a page, column, row and place in the pixel; reduced to the sample's bits, or times `unit`.
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

    /// The true samples of a page as bits, without sign: row by row, samples of a pixel together.
    public func truth(page: Int) -> [Int] {
        (0..<height).flatMap { y in
            (0..<width).flatMap { x in (0..<samples).map { pattern(content(page, x, y, $0)) } }
        }
    }

    /// The bits of a sample.
    private func pattern(_ number: Int) -> Int {
        let value = Double(number) * unit
        if sampleFormat == 3, bits == 16 { return Int(Float16(value).bitPattern) }
        if sampleFormat == 3, bits == 32 { return Int(Float(value).bitPattern) }
        if sampleFormat == 3, bits == 64 { return Int(bitPattern: UInt(value.bitPattern)) }
        return bits == 64 ? number : number & (1 << bits - 1)
    }

    /// Entry `color` of a palette, 16 bits; `component` 0 red, 1 green, 2 blue.
    public func palette(_ color: Int, _ component: Int) -> Int { (component << bits + color) % 251 * 257 }

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
        var out = OrderedBytes(bigEndian: first.bigEndian)
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
    private func append(_ page: Int, to out: inout OrderedBytes, isBig: Bool) -> (link: Int, data: Int) {
        let blocks = self.blocks(page, bigEndian: out.bigEndian)
        var fields = self.fields(page, blocks.count)
        if page == 0 { fields.merge(extraFields) { _, new in new } }
        for (tag, value) in overrides { fields[tag] = (4, [Int(value)]) }
        let sizes = [1: 1, 2: 1, 3: 2, 4: 4, 5: 4]
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
            262: (3, [photometric ?? (samples >= 3 ? 2 : 1)]), 277: (3, [samples]), 284: (3, [isPlanar ? 2 : 1]),
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
        if predictor > 1 { fields[317] = (3, [predictor]) }
        if photometric == 3 {
            fields[320] = (3, (0..<3).flatMap { part in (0..<(1 << bits)).map { palette($0, part) } })
        }
        if !extraSamples.isEmpty { fields[338] = (3, extraSamples) }
        if photometric == 6 { fields[530] = (3, [2, 2]) }
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
        for group in isPlanar ? (0..<samples).map({ $0...$0 }) : [0...(samples - 1)] {
            for top in stride(from: 0, to: height, by: down) {
                for left in stride(from: 0, to: width, by: across) {
                    let rows = (top..<(tile == nil ? min(top + down, height) : top + down)).map { y in
                        (left..<(left + across)).flatMap { x in
                            group.map { y < height && x < width ? truth[(y * width + x) * samples + $0] : 0 }
                        }
                    }
                    blocks.append(pack(rows, samples: group.count, bigEndian: bigEndian))
                }
            }
        }
        return blocks
    }

    private func pack(_ rows: [[Int]], samples: Int, bigEndian: Bool) -> [UInt8] {
        if packing == .jpeg { return StackJPEG(samples: samples, isHalved: photometric == 6).encode(rows) }
        var out = OrderedBytes(bigEndian: bigEndian)
        for row in rows {
            switch predictor {
            case 2:
                let differences = row.indices.map { row[$0] &- ($0 >= samples ? row[$0 - samples] : 0) }
                out.append(row: differences, bits: bits)
            case 3: out.bytes += Self.floatDifferences(row, bytes: bits / 8, step: samples)
            default: out.append(row: row, bits: bits)
            }
        }
        return packing.pack(out.bytes)
    }

    /// Adobe's TIFF Technical Note 3: all highest bytes of a row, then the next lower ones, then differences of bytes.
    private static func floatDifferences(_ row: [Int], bytes: Int, step: Int) -> [UInt8] {
        let planes = (0..<bytes).reversed().flatMap { byte in
            row.map { UInt8(truncatingIfNeeded: $0 >> (8 * byte)) }
        }
        return planes.indices.map { planes[$0] &- ($0 >= step ? planes[$0 - step] : 0) }
    }
}
