import Model

/// Small pictures of a source, as JPEGs: of every second sampled frame.
///
/// In a file: `MCTH`, the count, then (ordinal, offset, length) a picture as 32-bit little-endian numbers, then the
/// JPEGs. One picture is read without the others by `ThumbnailIndex`.
public struct Thumbnails: TrackPart {
    public struct Picture: Hashable, Sendable {
        public var frame: Int
        public var jpeg: [UInt8]

        public init(frame: Int, jpeg: [UInt8]) {
            self.frame = frame
            self.jpeg = jpeg
        }
    }

    /// In order of their frames.
    public var pictures: [Picture]

    public init(_ pictures: [Picture] = []) { self.pictures = pictures }

    public static let name = "thumbnails", version: UInt16 = 1
    public static let servesClips = false
    public static let folder = "thumbnails"

    public var coverage: FrameCoverage { .chosen(last: pictures.last?.frame) }

    public func encode() -> [UInt8] {
        var bytes = ThumbnailIndex.magic
        func append(_ value: Int) { withUnsafeBytes(of: UInt32(value).littleEndian) { bytes.append(contentsOf: $0) } }
        append(pictures.count)
        var offset = ThumbnailIndex.headBytes + ThumbnailIndex.entryBytes * pictures.count
        bytes.reserveCapacity(pictures.reduce(offset) { $0 + $1.jpeg.count })
        for picture in pictures {
            append(picture.frame)
            append(offset)
            append(picture.jpeg.count)
            offset += picture.jpeg.count
        }
        for picture in pictures { bytes += picture.jpeg }
        return bytes
    }

    public init(decoding bytes: [UInt8]) throws {
        let index = try ThumbnailIndex(bytes, at: "frame track")
        pictures = try index.entries.map { entry in
            guard entry.place.upperBound <= bytes.count else { throw ThumbnailIndex.damaged("frame track") }
            return Picture(frame: entry.frame, jpeg: Array(bytes[entry.place]))
        }
    }
}

/// Where the pictures of a thumbnails' file lie in it.
public struct ThumbnailIndex: Hashable, Sendable {
    static let magic = Array("MCTH".utf8)
    /// Bytes from which the index's length is known.
    public static let headBytes = 8
    static let entryBytes = 12

    public struct Entry: Hashable, Sendable {
        /// Decode ordinal.
        public let frame: Int
        /// Bytes of the JPEG within the file; a damaged file may end before.
        public let place: Range<Int>
    }

    /// In order of their frames.
    public let entries: [Entry]

    /// Bytes of the whole index, `headBytes` among them.
    /// - Parameters:
    ///   - head: the file's first `headBytes`, or more.
    ///   - file: what a fault names.
    public static func length(_ head: [UInt8], at file: String) throws -> Int {
        guard head.count >= headBytes, head.starts(with: magic) else { throw damaged(file) }
        return headBytes + entryBytes * number(head, 4)
    }

    /// - Parameters:
    ///   - bytes: the file's first, as many as its index has, or more.
    ///   - file: what a fault names.
    public init(_ bytes: [UInt8], at file: String) throws {
        let length = try Self.length(bytes, at: file)
        guard bytes.count >= length else { throw Self.damaged(file) }
        entries = stride(from: Self.headBytes, to: length, by: Self.entryBytes).map { at in
            let offset = Self.number(bytes, at + 4)
            return Entry(frame: Self.number(bytes, at), place: offset..<offset + Self.number(bytes, at + 8))
        }
    }

    /// The picture of the frame nearest to `frame`, the earlier of two; nil where there is none.
    public func entry(near frame: Int) -> Entry? { entries.min { abs($0.frame - frame) < abs($1.frame - frame) } }

    private static func number(_ bytes: [UInt8], _ at: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }

    static func damaged(_ file: String) -> Fault {
        Fault(
            .corrupt, "not a thumbnail pack", at: file,
            advice: "Delete it and run 'microcurate run': what is missing is made again.")
    }
}
