import Foundation
import Model

/// A table in Markdown. Columns whose head ends with `:` are set to the right.
struct DatasetCardTable {
    let head: [String]
    var rows: [[String]] = []

    init(_ head: String..., rows: [[String]] = []) {
        self.head = head
        self.rows = rows
    }

    init(head: [String], rows: [[String]]) {
        self.head = head
        self.rows = rows
    }

    var text: String {
        let names = head.map { $0.hasSuffix(":") ? String($0.dropLast()) : $0 }
        let rules = head.map { $0.hasSuffix(":") ? "---:" : "---" }
        return ([names, rules] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }
}

/// What the card writes in one way.
enum DatasetCardText {
    /// Text from elsewhere, on one line and without effect as Markdown or HTML.
    static func plain(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            if "\\`*_[]<>|#".unicodeScalars.contains(scalar) { plain += "\\" }
            plain.unicodeScalars.append(scalar.onOneLine)
        }
        return plain
    }

    static func fixed(_ value: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value) }

    /// A share of `whole`, percent with one decimal.
    static func percent(_ part: Int, of whole: Int) -> String {
        fixed(whole == 0 ? 0 : 100 * Double(part) / Double(whole), 1) + " %"
    }

    /// `1 clip`, `2 clips`.
    static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// A level, split or licence as it is shown; "" is unknown.
    static func name(_ text: String) -> String { text.isEmpty ? "(unknown)" : plain(text) }
}
