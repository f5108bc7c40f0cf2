import Foundation
import Model

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// A value of the trees that ND2 files describe themselves with.
indirect enum ND2Variant {
    case number(Double)
    case text(String)
    case bytes([UInt8])
    /// Fields in the file's order; the items of a list have no name.
    case fields([(name: String, value: ND2Variant)])

    /// The first field of that name.
    subscript(name: String) -> ND2Variant? {
        guard case .fields(let fields) = self else { return nil }
        return fields.first { $0.name == name }?.value
    }

    /// The values of all fields, or the bytes as numbers.
    var items: [ND2Variant] {
        switch self {
        case .fields(let fields): fields.map(\.value)
        case .bytes(let bytes): bytes.map { .number(Double($0)) }
        case .number, .text: []
        }
    }

    /// Finite, or nil.
    var double: Double? {
        guard case .number(let value) = self, value.isFinite else { return nil }
        return value
    }

    /// Whole and within 2^53 on both sides of 0, or nil.
    var int: Int? { double.flatMap { abs($0) <= 0x1p53 ? Int(exactly: $0) : nil } }

    /// Not empty, or nil.
    var text: String? {
        guard case .text(let text) = self, !text.isEmpty else { return nil }
        return text
    }

    /// Without lists around it that hold nothing else.
    var unwrapped: ND2Variant {
        guard case .fields(let fields) = self, fields.count == 1, ["", "no_name", "variant"].contains(fields[0].name)
        else { return self }
        return fields[0].value.unwrapped
    }

    /// Reads a description in either form, binary (since version 3) or XML.
    /// - Returns: nil where it is damaged.
    static func read(_ bytes: [UInt8]) -> ND2Variant? {
        if bytes.first == 0x3C { return ND2VariantDocument.read(bytes) }
        var reader = ND2VariantReader(bytes: bytes)
        return reader.fields(upTo: bytes.count, count: nil, depth: 0).map { .fields($0) }
    }
}

/// Reads the binary form: each field has a type, a name in UTF-16 and a value; a level says how many fields follow
/// and where it ends.
private struct ND2VariantReader {
    let bytes: [UInt8]
    private var position: Int

    private static let depthLimit = 64
    /// Bytes that a compressed description unpacks to at most.
    private static let unpackedLimit = 1 << 25
    /// Fields that may still follow.
    private var budget = 2_000_000

    init(bytes: [UInt8]) {
        self.bytes = bytes
        position = 0
    }

    mutating func fields(upTo end: Int, count: Int?, depth: Int) -> [(name: String, value: ND2Variant)]? {
        guard depth < Self.depthLimit else { return nil }
        var fields: [(name: String, value: ND2Variant)] = []
        while position < end, count.map({ fields.count < $0 }) ?? true {
            let start = position
            guard let type: UInt8 = take(), let length: UInt8 = take() else { return nil }
            if type == 76 { return depth == 0 ? unpacked() : nil }
            budget -= 1
            guard budget > 0 else { return nil }
            guard let name = text(units: Int(length)), let value = value(type, from: start, depth: depth),
                position <= end
            else { return nil }
            fields.append((name, value))
        }
        return fields
    }

    private mutating func value(_ type: UInt8, from start: Int, depth: Int) -> ND2Variant? {
        switch type {
        case 1: return take(UInt8.self).map { .number($0 == 0 ? 0 : 1) }
        case 2: return take(Int32.self).map { .number(Double($0)) }
        case 3: return take(UInt32.self).map { .number(Double($0)) }
        case 4: return take(Int64.self).map { .number(Double($0)) }
        case 5, 7: return take(UInt64.self).map { .number(Double($0)) }
        case 6: return take(UInt64.self).map { .number(Double(bitPattern: $0)) }
        case 8: return text(units: nil).map { .text($0) }
        case 9:
            guard let count: UInt64 = take(), count <= UInt64(bytes.count - position) else { return nil }
            defer { position += Int(count) }
            return .bytes(Array(bytes[position..<(position + Int(count))]))
        case 11:
            guard let count: UInt32 = take(), let length: UInt64 = take(), length <= UInt64(bytes.count - start),
                start + Int(length) >= position,
                let fields = fields(upTo: start + Int(length), count: Int(count), depth: depth + 1)
            else { return nil }
            // The offset of every field follows.
            position = min(start + Int(length) + 8 * Int(count), bytes.count)
            return .fields(fields)
        default: return nil
        }
    }

    /// What follows the header of a compressed description, to its end.
    private mutating func unpacked() -> [(name: String, value: ND2Variant)]? {
        guard position + 10 <= bytes.count,
            let inner = try? Unpacking.zlib(bytes[(position + 10)...], limit: Self.unpackedLimit, at: "")
        else { return nil }
        position = bytes.count
        var reader = ND2VariantReader(bytes: inner)
        return reader.fields(upTo: inner.count, count: nil, depth: 1)
    }

    private mutating func take<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T? {
        defer { position += MemoryLayout<T>.size }
        return bytes.little(type, at: position)
    }

    /// So many UTF-16 units, the last one 0, or those up to the next 0.
    private mutating func text(units limit: Int?) -> String? {
        var units: [UInt16] = []
        while limit.map({ units.count < $0 }) ?? true {
            guard let unit: UInt16 = take() else { return nil }
            if unit == 0, limit == nil { break }
            units.append(unit)
        }
        if limit != nil, units.last == 0 { units.removeLast() }
        return String(decoding: units, as: UTF16.self)
    }
}

/// Reads the XML form: an element is a field, `runtype` its type, `value` its value.
private final class ND2VariantDocument: NSObject, XMLParserDelegate {
    private var open: [(name: String, fields: [(name: String, value: ND2Variant)], value: ND2Variant?)] = [
        ("", [], nil)
    ]

    static func read(_ bytes: [UInt8]) -> ND2Variant? {
        let document = ND2VariantDocument()
        // Zeros fill up the chunk.
        let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        guard MetadataXML.parse(text, document), document.open.count == 1 else { return nil }
        return .fields(document.open[0].fields)
    }

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        let text = attributes["value"] ?? ""
        let value: ND2Variant? =
            switch attributes["runtype"] {
            case "bool": .number(["true", "1"].contains(text.lowercased()) ? 1 : 0)
            case "double", "float", "lx_int32", "lx_int64", "lx_uint32", "lx_uint64":
                .number(Double(text) ?? .nan)
            case "CLxStringW": .text(text)
            case "CLxByteArray": .bytes(Array(text.utf8))
            default: nil
            }
        open.append((element == "no_name" ? "" : element, [], value))
    }

    func parser(
        _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
    ) {
        guard open.count > 1, let ended = open.popLast() else { return }
        open[open.count - 1].fields.append((ended.name, ended.value ?? .fields(ended.fields)))
    }
}
