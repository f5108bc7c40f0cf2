import Model

/// The binary form that every part of a frame track shares, little-endian throughout:
/// `MCFT`, the length of the part's name (1 byte) and the name, version (2), count (4), the columns one after
/// another, and the FNV-1a hash (8) of all bytes before it.
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
        for value in column { append(value) }
    }

    mutating func append(bytes column: [UInt8]) { bytes += column }

    /// The whole part, with its hash.
    consuming func finish() -> [UInt8] {
        append(BinaryReader.hash(bytes[...]))
        return bytes
    }
}

/// Reads what `BinaryWriter` wrote; every way in which bytes can be wrong is a `Fault`.
struct BinaryReader {
    static let magic: [UInt8] = Array("MCFT".utf8)

    let count: Int
    private let part: String
    private var rest: ArraySlice<UInt8>

    /// Checks magic, name, version and hash.
    init(_ bytes: [UInt8], part: String, version: UInt16) throws {
        let header = 4 + 1 + part.utf8.count + 2 + 4
        let damaged = Self.fault(.corrupt, "the bytes are damaged", part)
        guard bytes.count >= header + 8, bytes.starts(with: Self.magic), Int(bytes[4]) == part.utf8.count,
            bytes[5...].starts(with: part.utf8)
        else { throw damaged }
        self.part = part
        rest = bytes[(5 + part.utf8.count)...]
        let found: UInt16 = Self.take(&rest)
        guard found <= version else {
            throw Fault(
                .unsupported, "the frame track's part '\(part)' has version \(found); this command reads \(version)",
                at: "frame track",
                advice: "Use a newer microcurate, or run 'microcurate retry SOURCE', then 'microcurate run'.")
        }
        guard found == version else { throw Self.fault(.mismatch, "version \(found) is no longer read", part) }
        count = Int(Self.take(&rest) as UInt32)
        var trailer = bytes.suffix(8)
        guard Self.hash(bytes.dropLast(8)) == Self.take(&trailer) else { throw damaged }
        rest = rest.dropLast(8)
    }

    mutating func column<T: FixedWidthInteger>(of type: T.Type, _ values: Int) throws -> [T] {
        try need(values * MemoryLayout<T>.size)
        return (0..<values).map { _ in Self.take(&rest) }
    }

    mutating func bytes(_ length: Int) throws -> [UInt8] {
        try need(length)
        defer { rest = rest.dropFirst(length) }
        return Array(rest.prefix(length))
    }

    /// Throws unless every byte was read.
    func finish() throws {
        guard rest.isEmpty else { throw Self.fault(.corrupt, "\(rest.count) bytes too many", part) }
    }

    private func need(_ length: Int) throws {
        guard rest.count >= length else {
            throw Self.fault(.truncated, "\(length - rest.count) bytes are missing", part)
        }
    }

    private static func take<T: FixedWidthInteger>(_ bytes: inout ArraySlice<UInt8>) -> T {
        defer { bytes = bytes.dropFirst(MemoryLayout<T>.size) }
        return bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(as: T.self)) }
    }

    static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBufferPointer { all in
            all.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }
    }

    private static func fault(_ reason: Fault.Reason, _ what: String, _ part: String) -> Fault {
        Fault(
            reason, "the frame track's part '\(part)' can't be read: \(what)", at: "frame track",
            advice: "Run 'microcurate retry SOURCE', then 'microcurate run'.")
    }
}
