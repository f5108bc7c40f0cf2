import Model

/// A JSON value with one text per value: keys sorted, floats always with a decimal point.
///
/// Loaders infer a column's type from the first samples, so `16.0` must never be written `16`, and
/// a sample holds no null.
enum JSONNode {
    case null
    case text(String)
    case boolean(Bool)
    case integer(Int)
    case float(Double)
    case list([JSONNode])
    case integers([Int])
    case object([String: JSONNode])
    /// An object whose keys stand in order already.
    case members([(key: String, value: JSONNode)])

    /// One line without spaces.
    var line: String { String(decoding: bytes, as: UTF8.self) }

    /// `line` as UTF-8.
    var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(1024)
        write(to: &out, indent: nil)
        return out
    }

    /// Indented by two spaces, with a final newline.
    var page: String {
        var out: [UInt8] = []
        write(to: &out, indent: 0)
        return String(decoding: out, as: UTF8.self) + "\n"
    }

    static func counts(_ counts: [String: Int]) -> JSONNode { .object(counts.mapValues { .integer($0) }) }

    /// The shortest decimal that reads back as `value`, with a decimal point.
    ///
    /// - Precondition: `value` is finite.
    static func decimal(_ value: Double) -> String {
        precondition(value.isFinite, "JSON has no infinity")
        let text = value.description
        guard !text.contains("."), let exponent = text.firstIndex(of: "e") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }

    private func write(to out: inout [UInt8], indent: Int?) {
        switch self {
        case .null: out += "null".utf8
        case .text(let text): Self.quote(text, to: &out)
        case .boolean(let value): out += (value ? "true" : "false").utf8
        case .integer(let value): Self.write(value, to: &out)
        case .float(let value): out += Self.decimal(value).utf8
        case .integers(let values):
            Self.enclose("[", values, "]", to: &out, indent: indent) { value, out, _ in Self.write(value, to: &out) }
        case .list(let nodes):
            Self.enclose("[", nodes, "]", to: &out, indent: indent) { node, out, indent in
                node.write(to: &out, indent: indent)
            }
        case .object(let members):
            JSONNode.members(members.sorted { $0.key < $1.key }).write(to: &out, indent: indent)
        case .members(let members):
            Self.enclose("{", members, "}", to: &out, indent: indent) { member, out, indent in
                Self.quote(member.key, to: &out)
                out.append(UInt8(ascii: ":"))
                if indent != nil { out.append(UInt8(ascii: " ")) }
                member.value.write(to: &out, indent: indent)
            }
        }
    }

    /// Small numbers, of which there are many, without a detour.
    private static func write(_ value: Int, to out: inout [UInt8]) {
        guard 0..<1000 ~= value else { return out += String(value).utf8 }
        let zero = UInt8(ascii: "0")
        if value >= 100 { out.append(zero + UInt8(value / 100)) }
        if value >= 10 { out.append(zero + UInt8(value / 10 % 10)) }
        out.append(zero + UInt8(value % 10))
    }

    private static func enclose<Item>(
        _ open: Unicode.Scalar, _ items: [Item], _ close: Unicode.Scalar, to out: inout [UInt8], indent: Int?,
        write: (Item, inout [UInt8], Int?) -> Void
    ) {
        func newline(_ depth: Int) {
            out.append(UInt8(ascii: "\n"))
            out += repeatElement(UInt8(ascii: " "), count: 2 * depth)
        }
        out.append(UInt8(ascii: open))
        for (i, item) in items.enumerated() {
            if i > 0 { out.append(UInt8(ascii: ",")) }
            if let indent { newline(indent + 1) }
            write(item, &out, indent.map { $0 + 1 })
        }
        if let indent, !items.isEmpty { newline(indent) }
        out.append(UInt8(ascii: close))
    }

    /// Escapes what JSON demands, and the line separators at which Python's `splitlines` would cut a line.
    private static func quote(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        defer { out.append(UInt8(ascii: "\"")) }
        var text = text
        let isPlain = text.withUTF8 { bytes in
            guard bytes.allSatisfy({ 0x20..<0x7f ~= $0 && $0 != 0x22 && $0 != 0x5c }) else { return false }
            out += bytes
            return true
        }
        if isPlain { return }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\"".utf8
            case "\\": out += "\\\\".utf8
            case "\n": out += "\\n".utf8
            case "\r": out += "\\r".utf8
            case "\t": out += "\\t".utf8
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
                let hex = String(scalar.value, radix: 16)
                out += ("\\u" + String(repeating: "0", count: 4 - hex.count) + hex).utf8
            default: out += UTF8.encode(scalar)!
            }
        }
    }
}
