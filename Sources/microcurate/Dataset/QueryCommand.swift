import ArgumentParser
import Foundation
import Manifest
import Model

struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Read the manifest with SQL.",
        discussion: """
            Example: microcurate -C cells query "\(Manifest.exampleQuery)"

            One statement that reads. schemas/README.md describes the views, with examples.
            """)

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    @Flag(help: "Print CSV (RFC 4180) with a header; NULL is an empty field, bytes are hexadecimal.")
    var csv = false

    @Argument(help: "One statement that reads; docs/manifest.md describes tables and views.")
    var sql: String

    func validate() throws {
        if csv, output.json { throw ValidationError("--csv and --json exclude each other") }
    }

    func run() throws {
        let (_, manifest) = try place.open(.read)
        let table = try manifest.query(sql)
        if output.json { return Terminal.print(try table.json()) }
        if csv { return Terminal.write(table.csv, to: .standardOutput) }
        Terminal.print(Terminal.table(table.columns, table.rows.map { $0.map(\.description) }))
    }
}

extension SQLTable {
    /// An array with an object a row, one a line, keys in the order of the columns. A name that comes again is numbered.
    func json() throws -> String {
        var names: [String] = []
        for column in columns {
            var (name, number) = (column, 2)
            while names.contains(name) { (name, number) = ("\(column)_\(number)", number + 1) }
            names.append(name)
        }
        let keys = try names.map { try JSON.line($0) }
        let lines = try rows.map { row in
            "  {" + (try zip(keys, row).map { "\($0): \(try JSON.line($1))" }.joined(separator: ", ")) + "}"
        }
        return lines.isEmpty ? "[]" : "[\n\(lines.joined(separator: ",\n"))\n]"
    }

    /// RFC 4180: lines end with CRLF; a field with a comma, a quote or a line break stands in quotes.
    var csv: String {
        ([columns] + rows.map { $0.map(\.description) }).map { fields in
            fields.map { field in
                // A line without anything would be no row.
                let isPlain =
                    !field.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
                    && !(fields.count == 1 && field.isEmpty)
                let doubled = field.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
                return isPlain ? field : "\"\(doubled)\""
            }.joined(separator: ",") + "\r\n"
        }.joined()
    }
}
