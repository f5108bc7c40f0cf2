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

    /// Sections of the answer: the rows of these queries, `?1` being the clip's id.
    private static let sections: [(name: String, sql: String)] = [
        ("clip", "SELECT * FROM clip_overview WHERE clip_id = ?1"),
        ("scan", "SELECT frames, problems FROM scan JOIN clip USING (source_id) WHERE clip.id = ?1"),
        ("source", "SELECT provenance.* FROM provenance JOIN clip USING (source_id) WHERE clip.id = ?1"),
        ("signals", "SELECT name, value FROM signal WHERE clip_id = ?1 ORDER BY name"),
        ("verdicts", "SELECT filter, answer, value, threshold FROM verdict WHERE clip_id = ?1 ORDER BY position"),
        (
            "duplicates",
            """
            SELECT clip_id, representative, distance, offset_seconds FROM duplicate
            WHERE group_id = (SELECT group_id FROM duplicate WHERE clip_id = ?1) ORDER BY clip_id
            """
        ),
        (
            "overlaps",
            """
            SELECT other_id, shared_frames, state FROM clip_overlap
            JOIN clip_state ON clip_state.clip_id = other_id WHERE clip_overlap.clip_id = ?1 ORDER BY other_id
            """
        ),
        ("renditions", "SELECT profile, file, width, height, frames, frame_rate FROM rendition WHERE clip_id = ?1"),
        ("captions", "SELECT kind, origin, text, edits, flags, created_at FROM caption WHERE clip_id = ?1 ORDER BY id"),
        (
            "decisions",
            """
            SELECT id, reviewer, decision, level, decided_at, document ->> '$.origin' AS origin FROM decision
            WHERE clip_id = ?1 ORDER BY sequence
            """
        ),
        ("outcome", "SELECT acceptance, level_state, level, caption_state, caption FROM outcome WHERE clip_id = ?1"),
        ("tasks", "SELECT stage, status, fault, finished_at FROM task WHERE key = ?1 ORDER BY finished_at"),
        ("releases", "SELECT release, split FROM release_clip WHERE clip_id = ?1 ORDER BY release"),
    ]

    func run() throws {
        let (_, manifest) = try place.open(.read)
        let found = try manifest.query("SELECT id FROM clip WHERE id GLOB ?1 || '*' LIMIT 2", [clip]).rows
        guard found.count == 1 else {
            throw Fault(
                .invalid, found.isEmpty ? "there is no such clip" : "several clips begin so", at: clip,
                advice: "List clips with 'microcurate query \"SELECT clip_id, state FROM clip_overview\"'.")
        }
        let id = found[0][0].description
        let tables = try Self.sections.map { ($0.name, try manifest.query($0.sql, [id])) }
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
