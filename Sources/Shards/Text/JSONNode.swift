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
    indirect case members([(key: String, value: JSONNode)])

    /// One line without spaces.
    var line: String {
        var out = ""
        write(to: &out, indent: nil)
        return out
    }

    /// Indented by two spaces, with a final newline.
    var page: String {
        var out = ""
        write(to: &out, indent: 0)
        return out + "\n"
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

    private func write(to out: inout String, indent: Int?) {
        switch self {
        case .null: out += "null"
        case .text(let text): Self.quote(text, to: &out)
        case .boolean(let value): out += value ? "true" : "false"
        case .integer(let value): out += String(value)
        case .float(let value): out += Self.decimal(value)
        case .integers(let values) where indent == nil:
            out += "["
            for (i, value) in values.enumerated() {
                if i > 0 { out += "," }
                out += String(value)
            }
            out += "]"
        case .integers(let values): JSONNode.list(values.map { .integer($0) }).write(to: &out, indent: indent)
        case .list(let nodes):
            Self.enclose("[", nodes, "]", to: &out, indent: indent) { node, out, indent in
                node.write(to: &out, indent: indent)
            }
        case .object(let members):
            JSONNode.members(members.sorted { $0.key < $1.key }).write(to: &out, indent: indent)
        case .members(let members):
            Self.enclose("{", members, "}", to: &out, indent: indent) { member, out, indent in
                Self.quote(member.key, to: &out)
                out += indent == nil ? ":" : ": "
                member.value.write(to: &out, indent: indent)
            }
        }
    }

    private static func enclose<Item>(
        _ open: String, _ items: [Item], _ close: String, to out: inout String, indent: Int?,
        write: (Item, inout String, Int?) -> Void
    ) {
        func newline(_ depth: Int) { out += "\n" + String(repeating: "  ", count: depth) }
        out += open
        for (i, item) in items.enumerated() {
            if i > 0 { out += "," }
            if let indent { newline(indent + 1) }
            write(item, &out, indent.map { $0 + 1 })
        }
        if let indent, !items.isEmpty { newline(indent) }
        out += close
    }

    /// Escapes what JSON demands, and the line separators at which Python's `splitlines` would cut a line.
    private static func quote(_ text: String, to out: inout String) {
        out += "\""
        defer { out += "\"" }
        if text.utf8.allSatisfy({ 0x20..<0x7f ~= $0 && $0 != 0x22 && $0 != 0x5c }) {
            out += text
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
    }
}
