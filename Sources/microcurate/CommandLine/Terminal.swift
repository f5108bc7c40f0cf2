import Foundation

/// What goes to the user: results on standard output, all else on standard error.
enum Terminal {
    static func print(_ text: String) { write(text + "\n", to: .standardOutput) }
    static func say(_ text: String) { write(text + "\n", to: .standardError) }
    /// As it is. Whoever closes the pipe, as `head` does, has read enough.
    static func write(_ text: String, to file: FileHandle) { try? file.write(contentsOf: Data(text.utf8)) }
    static func error(_ text: String, prefix: String = "error: ") { say(prefix + text) }

    /// Columns padded to their widest cell, numbers to the right.
    static func table(_ header: [String], _ rows: [[String]]) -> String {
        let all = header.isEmpty ? rows : [header] + rows
        let widths = (all.first ?? []).indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                let isNumber = column > 0 && Double(cell.0) != nil
                return isNumber ? padding + cell.0 : cell.0 + padding
            }.joined(separator: "  ").trimmingTrailingSpaces
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
