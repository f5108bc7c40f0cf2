import Model

/// The binary form that every part of a frame track shares, little-endian throughout:
/// `MCF2`, the length of the part's name (1 byte) and the name, version (2), count (4), the columns one after
/// another, and a hash (8) of all bytes before it.
struct BinaryWriter {
    private(set) var bytes: [UInt8] = []

    init(part: String, version: UInt16, count: Int, capacity: Int) {
        bytes.reserveCapacity(capacity + part.utf8.count + 19)
        bytes += BinaryReader.magic
        bytes.append(UInt8(part.utf8.count))
        bytes += part.utf8
        append(version)
        append(UInt32(count))
    }

    mutating func append<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append<T: FixedWidthInteger>(column: [T]) {
        column.map(\.littleEndian).withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    mutating func append(bytes column: [UInt8]) { bytes += column }

    /// The whole part, with its hash.
    consuming func finish() -> [UInt8] {
        append(BinaryReader.hash(bytes[...]))
        return bytes
    }
}

/// Reads what `BinaryWriter` wrote, column by column in one copy each; every way in which bytes can be wrong is a `Fault`.
struct BinaryReader {
    static let magic: [UInt8] = Array("MCF2".utf8)
    /// Of the form before, which had another hash.
    private static let formerMagic: [UInt8] = Array("MCFT".utf8)

    let count: Int
    private let part: String
    private let all: [UInt8]
    /// The next byte, and the first one after the columns.
    private var place: Int
    private let end: Int

    /// Checks magic, name, version and hash.
    init(_ bytes: [UInt8], part: String, version: UInt16) throws {
        let header = 4 + 1 + part.utf8.count + 2 + 4
        let damaged = Self.fault(.corrupt, "the bytes are damaged", part)
        guard !bytes.starts(with: Self.formerMagic) else {
            throw Self.fault(.mismatch, "its form is no longer read", part)
        }
        guard bytes.count >= header + 8, bytes.starts(with: Self.magic), Int(bytes[4]) == part.utf8.count,
            bytes[5...].starts(with: part.utf8)
        else { throw damaged }
        self.part = part
        all = bytes
        place = header
        end = bytes.count - 8
        let found: UInt16 = Self.value(in: bytes, at: header - 6)
        guard found <= version else {
            throw Fault(
                .unsupported, "the frame track's part '\(part)' has version \(found); this command reads \(version)",
                at: "frame track",
                advice: "Use a newer microcurate, or run 'microcurate retry SOURCE', then 'microcurate run'.")
        }
        guard found == version else { throw Self.fault(.mismatch, "version \(found) is no longer read", part) }
        count = Int(Self.value(in: bytes, at: header - 4) as UInt32)
        guard Self.hash(bytes[..<end]) == Self.value(in: bytes, at: end) else { throw damaged }
    }

    /// The next `values` numbers.
    mutating func column<T: FixedWidthInteger>(of type: T.Type, _ values: Int) throws -> [T] {
        let length = values * MemoryLayout<T>.size
        try need(length)
        defer { place += length }
        let column = [T](unsafeUninitializedCapacity: values) { numbers, count in
            all.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(numbers).copyMemory(from: .init(rebasing: $0[place..<place + length]))
            }
            count = values
        }
        return T(littleEndian: 1) == 1 ? column : column.map(T.init(littleEndian:))
    }

    mutating func value<T: FixedWidthInteger>(_ type: T.Type = T.self) throws -> T {
        try need(MemoryLayout<T>.size)
        defer { place += MemoryLayout<T>.size }
        return Self.value(in: all, at: place)
    }

    mutating func bytes(_ length: Int) throws -> [UInt8] { try column(of: UInt8.self, length) }

    /// Throws unless every byte was read.
    func finish() throws {
        guard place == end else { throw Self.fault(.corrupt, "\(end - place) bytes too many", part) }
    }

    private func need(_ length: Int) throws {
        guard end - place >= length else {
            throw Self.fault(.truncated, "\(length - end + place) bytes are missing", part)
        }
    }

    private static func value<T: FixedWidthInteger>(in bytes: [UInt8], at place: Int) -> T {
        bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: T.self)) }
    }

    /// FNV-1a (Fowler, Noll, Vo) over words of 8 bytes instead of single ones, each step rotated so that high bits
    /// reach low ones, and the bytes that remain one by one. Every step is invertible: no single change goes unseen.
    static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { all in
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            let whole = all.count & ~7
            func mix(_ value: UInt64) {
                hash = (hash ^ value) &* 0x100_0000_01b3
                hash = hash << 29 | hash >> 35
            }
            for place in stride(from: 0, to: whole, by: 8) {
                mix(UInt64(littleEndian: all.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
            }
            for byte in all[whole...] { mix(UInt64(byte)) }
            return hash
        }
    }

    private static func fault(_ reason: Fault.Reason, _ what: String, _ part: String) -> Fault {
        Fault(
            reason, "the frame track's part '\(part)' can't be read: \(what)", at: "frame track",
            advice: "Run 'microcurate retry SOURCE', then 'microcurate run'.")
    }
}
