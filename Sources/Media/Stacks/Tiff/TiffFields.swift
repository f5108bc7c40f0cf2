import Foundation
import Model

/// The fields of one page's directory, as TIFF 6.0 and BigTIFF lay them out. Values are read when they are asked for.
struct TiffFields {
    private struct Entry {
        var type: Int
        var count: UInt64
        /// Byte offset of the values.
        var place: UInt64
    }

    let bigEndian: Bool
    private let file: ByteFile
    private let entries: [Int: Entry]

    /// Bytes of a value by its type (TIFF 6.0, page 15, and BigTIFF).
    private static let sizes = [
        1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 18: 8,
    ]
    /// The most bytes that one field may have.
    private static let limit: UInt64 = 1 << 28

    /// - Parameter directory: byte offset of the page's directory; nil for the first page.
    /// - Returns: nil where the file can't be read or has no such directory; `TiffDirectory` says why.
    static func read(_ path: String, at directory: UInt64? = nil) -> TiffFields? {
        guard let file = try? ByteFile(path) else { return nil }
        return try? TiffFields(file, at: directory)
    }

    private init?(_ file: ByteFile, at directory: UInt64?) throws(Fault) {
        let start = try file.read(at: 0, count: 4)
        guard TiffDirectory.signatures.contains(start) else { return nil }
        let bigEndian = start[0] == 0x4D
        self.bigEndian = bigEndian
        self.file = file
        let isBig = start.contains(43)
        let (word, entry): (Int, Int) = isBig ? (8, 20) : (4, 12)
        func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { Self.number(bytes, bigEndian: bigEndian) }

        let link = try file.read(at: isBig ? 8 : 4, count: word)
        let place = directory ?? number(link[...])
        let count = number(try file.read(at: place, count: isBig ? 8 : 2)[...])
        guard (1...4096).contains(count) else { return nil }
        let first = place + (isBig ? 8 : 2)
        let table = try file.read(at: first, count: Int(count) * entry)
        var entries: [Int: Entry] = [:]
        for index in 0..<Int(count) {
            let at = index * entry
            let type = Int(number(table[(at + 2)..<(at + 4)]))
            let values = number(table[(at + 4)..<(at + 4 + word)])
            guard let size = Self.sizes[type], values <= Self.limit else { continue }
            let value = at + 4 + word
            let bytes = values * UInt64(size)
            let inside = bytes <= UInt64(word)
            entries[Int(number(table[at..<(at + 2)]))] = Entry(
                type: type, count: values,
                place: inside ? first + UInt64(value) : number(table[value..<(value + word)]))
        }
        self.entries = entries
    }

    private static func number(_ bytes: ArraySlice<UInt8>, bigEndian: Bool) -> UInt64 {
        bigEndian ? bytes.reduce(0) { $0 << 8 | UInt64($1) } : bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    func has(_ tag: Int) -> Bool { entries[tag] != nil }

    /// How many values a field has; 0 when absent.
    func count(_ tag: Int) -> Int { entries[tag].map { Int($0.count) } ?? 0 }

    /// The field's bytes as they lie in the file; nil when absent, larger than 256 MiB or beyond the end of the file.
    func bytes(_ tag: Int) -> [UInt8]? {
        guard let entry = entries[tag], let size = Self.sizes[entry.type] else { return nil }
        let count = entry.count * UInt64(size)
        guard count <= Self.limit else { return nil }
        return try? file.read(at: entry.place, count: Int(count))
    }

    /// Whole numbers without sign; empty when absent or of another type.
    func integers(_ tag: Int) -> [UInt64] {
        guard let entry = entries[tag], [1, 3, 4, 7, 13, 16, 18].contains(entry.type),
            let size = Self.sizes[entry.type],
            let bytes = bytes(tag)
        else { return [] }
        return stride(from: 0, to: bytes.count, by: size).map {
            Self.number(bytes[$0..<($0 + size)], bigEndian: bigEndian)
        }
    }

    /// One whole number; nil when absent.
    func integer(_ tag: Int) -> Int? { integers(tag).first.flatMap { Int(exactly: $0) } }

    /// A fraction above 0, exact; nil when absent, zero or of another type.
    func fraction(_ tag: Int) -> Rational? {
        guard let entry = entries[tag], entry.type == 5, let bytes = bytes(tag), bytes.count >= 8 else { return nil }
        let parts = [bytes[..<4], bytes[4..<8]].map { Int64(Self.number($0, bigEndian: bigEndian)) }
        return parts[0] > 0 && parts[1] > 0 ? Rational(parts[0], parts[1]) : nil
    }

    /// Text up to its first NUL, as UTF-8 or else Latin-1; nil when absent.
    func text(_ tag: Int) -> String? {
        guard let entry = entries[tag], [1, 2, 7].contains(entry.type), let bytes = bytes(tag) else { return nil }
        return String(decodingText: bytes.prefix { $0 != 0 })
    }

    static let width = 256, height = 257, bits = 258, description = 270, samples = 277, xResolution = 282,
        yResolution = 283
    static let planar = 284, resolutionUnit = 296, colorMap = 320
}

extension String {
    /// UTF-8, else Latin-1.
    init(decodingText bytes: some Collection<UInt8>) {
        self =
            String(validating: bytes, as: UTF8.self)
            ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
