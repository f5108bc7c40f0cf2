import ArgumentParser
import Manifest
import Model

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "One clip's whole history.",
        discussion: "Example: microcurate -C cells explain clip-0a1b2c...")

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    @Argument(help: "The clip's id, or the start of one.")
    var clip: String

    func run() throws {
        let (_, manifest) = try place.open(.read)
        let tables = try manifest.clips.history(of: try manifest.clips.id(beginning: clip))
        if output.json {
            let document = Dictionary(
                uniqueKeysWithValues: tables.map { name, table in
                    (name, table.rows.map { Dictionary(uniqueKeysWithValues: zip(table.columns, $0)) })
                })
            return Terminal.print(try JSON.pretty(document))
        }
        for (name, table) in tables where !table.rows.isEmpty {
            Terminal.print("\n\(name)")
            let cells = table.rows.map { $0.map(\.description) }
            if cells.count == 1 {
                for (column, cell) in zip(table.columns, cells[0]) where !cell.isEmpty {
                    Terminal.print("  \(column): \(cell)")
                }
            } else {
                Terminal.print(Terminal.table(table.columns, cells))
            }
        }
    }
}
