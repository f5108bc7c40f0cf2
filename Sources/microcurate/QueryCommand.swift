import ArgumentParser
import Manifest
import Model

struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Read the manifest with SQL.",
        discussion: "Example: microcurate -C cells query \"SELECT state, count(*) FROM clip_overview GROUP BY state\"")

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    @Argument(help: "One statement that reads; docs/manifest.md describes tables and views.")
    var sql: String

    func run() throws {
        let (_, manifest) = try place.open()
        let table = try manifest.query(sql)
        if output.json {
            let rows = table.rows.map { Dictionary(zip(table.columns, $0)) { $1 } }
            return Terminal.print(try JSON.pretty(rows))
        }
        Terminal.print(Terminal.table(table.columns, table.rows.map { $0.map(\.description) }))
    }
}
