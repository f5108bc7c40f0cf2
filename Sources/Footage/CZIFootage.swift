import Foundation

/// Zeiss CZI files with known content, written byte by byte: an independent witness for the reader.
///
/// A file is a list of sub-blocks; every sample is a formula of its place in the recording. Fields can also be set to
/// what no honest program writes.
public struct CZIFootage: Sendable {
    public enum PixelType: Int32, Sendable, CaseIterable {
        case gray8 = 0, gray16, gray32Float, bgr24, bgr48

        /// Of a pixel.
        public var samples: Int { self == .bgr24 || self == .bgr48 ? 3 : 1 }
        /// Of a sample.
        public var bytes: Int { [.gray8: 1, .gray32Float: 4, .bgr24: 1][self] ?? 2 }
    }

    public enum Packing: Sendable, CaseIterable {
        case uncompressed, zstd0, zstd1
        /// Zstd1 with all low bytes before all high bytes.
        case zstd1LowHigh

        public var code: Int32 { self == .uncompressed ? 0 : self == .zstd0 ? 5 : 6 }
    }

    /// One sub-block: a rectangle of one plane.
    public struct Block: Sendable {
        public var time = 0
        public var slice = 0
        public var channel = 0
        /// nil writes no such dimension.
        public var scene: Int?
        public var tile: Int?
        /// Pixels of the recording.
        public var x = 0
        public var y = 0
        public var width: Int
        public var height: Int
        /// How many times smaller it is stored, as levels of a pyramid are.
        public var reduction = 1
        /// Places along further dimensions, such as `H`.
        public var others: [(name: String, start: Int)] = []
        public var type = PixelType.gray16
        public var packing = Packing.uncompressed
        /// Written in the place of the compression's and the type's own codes.
        public var compressionCode: Int32?
        public var typeCode: Int32?
        public var filePart: Int32 = 0
        /// The tag `AcquisitionTime`.
        public var acquired: String?
        /// Written in the place of the packed samples.
        public var data: [UInt8]?

        public init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }
    }

    public var blocks: [Block]
    /// The XML of the metadata; nil writes none.
    public var metadata: String?
    /// Nothing points to the directory if false.
    public var hasDirectory = true
    public var isUpdatePending = false
    public var filePart: Int32 = 0
    /// The value at a place of the recording, in the order red, green, blue; reduced to the samples' range.
    public var content: @Sendable (_ block: Block, _ x: Int, _ y: Int, _ sample: Int) -> Int = CZIFootage.ramp

    /// Blocks of whole planes, channels fastest and time slowest.
    public init(width: Int, height: Int, timepoints: Int = 1, slices: Int = 1, channels: Int = 1) {
        blocks = []
        for time in 0..<timepoints {
            for slice in 0..<slices {
                for channel in 0..<channels {
                    var block = Block(width: width, height: height)
                    (block.time, block.slice, block.channel) = (time, slice, channel)
                    blocks.append(block)
                }
            }
        }
    }

    /// A slope in every direction, different in every plane and tile, over all values of 16 bits.
    public static let ramp: @Sendable (Block, Int, Int, Int) -> Int = { block, x, y, sample in
        let plane = (block.time * 7 + block.slice) * 5 + block.channel
        return 3 + plane * 7919 + (block.tile ?? 0) * 1277 + (block.scene ?? 0) * 557 + y * 331 + x * 17 + sample * 101
    }

    /// The true value of a sample; of floating point a quarter of the content.
    public func truth(_ block: Block, x: Int, y: Int, sample: Int = 0) -> Double {
        let value = content(block, x, y, sample)
        switch block.type.bytes {
        case 1: return Double(value & 0xFF)
        case 2: return Double(value & 0xFFFF)
        default: return Double(value) / 4
        }
    }

    /// Metadata as ZEN writes it, with what is given.
    /// - Parameters:
    ///   - scaling: metres along X, Y and Z.
    ///   - image: elements of `Information/Image`.
    ///   - further: elements of `Metadata`.
    public static func document(scaling: [Double] = [], image: String = "", further: String = "") -> String {
        let distances = zip(["X", "Y", "Z"], scaling).map { "<Distance Id=\"\($0)\"><Value>\($1)</Value></Distance>" }
        return """
            <?xml version="1.0"?><ImageDocument><Metadata><Information><Image>\(image)</Image></Information>\
            <Scaling><Items>\(distances.joined())</Items></Scaling>\(further)</Metadata></ImageDocument>
            """
    }

    // MARK: The file

    /// A file's bytes, and where its parts lie.
    public struct File: Sendable {
        public var bytes: [UInt8]
        /// Offset of every block's segment, and of its packed samples.
        public var blocks: [Int]
        public var data: [Int]
        public var metadata: Int
        public var directory: Int

        public func write(to path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
    }

    public func write(to path: String) throws { try file().write(to: path) }

    public func file() -> File {
        var file = File(bytes: [], blocks: [], data: [], metadata: 0, directory: 0)
        append("ZISRAWFILE", [UInt8](repeating: 0, count: 512), to: &file)
        for block in blocks {
            let place = file.bytes.count
            let tag = block.acquired.map { "<AcquisitionTime>\($0)</AcquisitionTime>" }
            let xml = tag.map { Array("<METADATA><Tags>\($0)</Tags></METADATA>".utf8) } ?? []
            let samples = block.data ?? packed(block)
            var body = little(Int32(xml.count)) + little(Int32(0)) + little(Int64(samples.count))
            body += entry(block, at: place)
            body += [UInt8](repeating: 0, count: max(0, 256 - body.count)) + xml
            file.blocks.append(place)
            file.data.append(place + 32 + body.count)
            append("ZISRAWSUBBLOCK", body + samples, to: &file)
        }
        if let metadata {
            file.metadata = file.bytes.count
            let xml = Array(metadata.utf8)
            append(
                "ZISRAWMETADATA", little(Int32(xml.count)) + [UInt8](repeating: 0, count: 252) + xml, to: &file)
        }
        file.directory = file.bytes.count
        var body = little(Int32(blocks.count)) + [UInt8](repeating: 0, count: 124)
        for (block, place) in zip(blocks, file.blocks) { body += entry(block, at: place) }
        append("ZISRAWDIRECTORY", body, to: &file)
        var header = little(Int32(1)) + [UInt8](repeating: 0, count: 12)
        header += [UInt8](repeating: 7, count: 32) + little(filePart)
        header += little(Int64(hasDirectory ? file.directory : 0)) + little(Int64(file.metadata))
        header += little(Int32(isUpdatePending ? -1 : 0))
        file.bytes.replaceSubrange(32..<(32 + header.count), with: header)
        return file
    }

    /// A segment, padded to a multiple of 32 bytes.
    private func append(_ name: String, _ body: [UInt8], to file: inout File) {
        let allocated = (body.count + 31) / 32 * 32
        file.bytes += Array(name.utf8) + [UInt8](repeating: 0, count: 16 - name.utf8.count)
        file.bytes += little(Int64(allocated)) + little(Int64(body.count))
        file.bytes += body + [UInt8](repeating: 0, count: allocated - body.count)
    }

    private func entry(_ block: Block, at place: Int) -> [UInt8] {
        var dimensions: [(name: String, start: Int, size: Int, stored: Int)] = [
            ("X", block.x, block.width, block.width / block.reduction),
            ("Y", block.y, block.height, block.height / block.reduction),
            ("C", block.channel, 1, 1), ("Z", block.slice, 1, 1), ("T", block.time, 1, 1),
        ]
        if let scene = block.scene { dimensions.append(("S", scene, 1, 1)) }
        if let tile = block.tile { dimensions.append(("M", tile, 1, 1)) }
        for other in block.others { dimensions.append((other.name, other.start, 1, 1)) }
        var bytes = Array("DV".utf8) + little(block.typeCode ?? block.type.rawValue) + little(Int64(place))
        bytes += little(block.filePart) + little(block.compressionCode ?? block.packing.code)
        bytes += [UInt8](repeating: 0, count: 6) + little(Int32(dimensions.count))
        for dimension in dimensions {
            let name = Array(dimension.name.utf8)
            bytes += name + [UInt8](repeating: 0, count: 4 - name.count)
            bytes += little(Int32(dimension.start)) + little(Int32(dimension.size))
            bytes += little(Float(dimension.start).bitPattern) + little(Int32(dimension.stored))
        }
        return bytes
    }

    private func packed(_ block: Block) -> [UInt8] {
        var plain: [UInt8] = []
        for y in 0..<(block.height / block.reduction) {
            for x in 0..<(block.width / block.reduction) {
                for sample in 0..<block.type.samples {
                    // Three lie as blue, green, red.
                    let value = content(
                        block, block.x + x * block.reduction, block.y + y * block.reduction,
                        block.type.samples - 1 - sample)
                    switch block.type.bytes {
                    case 1: plain.append(UInt8(truncatingIfNeeded: value))
                    case 2: plain += little(UInt16(truncatingIfNeeded: value))
                    default: plain += little((Float(value) / 4).bitPattern)
                    }
                }
            }
        }
        switch block.packing {
        case .uncompressed: return plain
        case .zstd0: return Self.zstandard(plain)
        case .zstd1: return [1] + Self.zstandard(plain)
        case .zstd1LowHigh:
            let low = stride(from: 0, to: plain.count, by: 2).map { plain[$0] }
            let high = stride(from: 1, to: plain.count, by: 2).map { plain[$0] }
            return [3, 1, 1] + Self.zstandard(low + high)
        }
    }

    /// A Zstandard frame (RFC 8878) of stored blocks: what a decoder must read, with no compression of its own.
    private static func zstandard(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xA0] + little(UInt32(bytes.count))
        var start = 0
        repeat {
            let count = min(1 << 17, bytes.count - start)
            out += little(UInt32(count << 3 | (start + count == bytes.count ? 1 : 0))).prefix(3)
            out += bytes[start..<(start + count)]
            start += count
        } while start < bytes.count
        return out
    }
}

private func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
