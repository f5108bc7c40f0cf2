import ByHand
import Foundation
import GRDB
import Manifest
import Model
import Testing

@Suite struct SchemaTests {
    let fixture: Fixture
    init() throws { fixture = try Fixture() }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// `MICROCURATE_RECORD=1` rewrites the file, and fails the run, so that nobody passes by accident.
    @Test func isTheOneInSchemas() throws {
        let manifest = try fixture.open()
        let version = try manifest.query("PRAGMA user_version").rows[0][0]
        let schema = """
            -- The schema of manifest.sqlite, version \(version), as the migrations make it. Recorded by a test
            -- (MICROCURATE_RECORD=1 make test): don't edit it here. schemas/README.md says what to rely on.

            \(try manifest.schema())
            """
        let file = Self.root.appending(path: "schemas/manifest.sql")
        if ProcessInfo.processInfo.environment["MICROCURATE_RECORD"] != nil {
            try Data(schema.utf8).write(to: file)
            Issue.record("schemas/manifest.sql was recorded; run the tests again without MICROCURATE_RECORD")
            return
        }
        let recorded = try String(contentsOf: file, encoding: .utf8)
        #expect(schema == recorded, "the schema changed: a new migration, then MICROCURATE_RECORD=1")
    }

    @Test func theRecordedSchemaIsSQL() throws {
        let sql = try String(contentsOf: Self.root.appending(path: "schemas/manifest.sql"), encoding: .utf8)
        let copy = try DatabaseQueue()
        try copy.inDatabase { try $0.execute(sql: sql) }
        #expect(try copy.inDatabase { try Row.fetchAll($0, sql: "SELECT * FROM clip_overview").isEmpty })
    }

    @Test func everyTableIsStrict() throws {
        let manifest = try fixture.open()
        let loose = try manifest.query(
            """
            SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
                AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations' AND name NOT LIKE 'caption_search%'
            """)
        #expect(loose.rows.isEmpty, "\(loose.rows)")
        #expect(try manifest.query("PRAGMA journal_mode").rows == [[.text("wal")]])
    }

    private static let sha = String(repeating: "a", count: 64)

    /// Each statement breaks one rule of an otherwise sound manifest.
    @Test(arguments: [
        "INSERT INTO file VALUES ('short', 1, 't')", "INSERT INTO file VALUES ('\(sha)', 0, 't')",
        "INSERT INTO file VALUES ('\(sha)', 'many', 't')", "INSERT INTO file_path VALUES ('/a', '\(sha)', 1, 't')",
        "UPDATE source SET kind = 'film'", "UPDATE source SET timing = 'ordinal'",
        "UPDATE source SET time_base_num = NULL",
        "UPDATE source SET time_base_den = NULL", "UPDATE source SET probe = 'not json'", "UPDATE source SET id = 'x'",
        "DELETE FROM source", "UPDATE clip SET proposed = 2", "UPDATE clip SET end_pts = start_pts",
        "UPDATE clip SET end_frame = start_frame", "UPDATE clip SET id = 'x'", "UPDATE clip SET source_id = 'src-none'",
        "UPDATE clip SET start_pts = 0, end_pts = 100", "UPDATE clip SET start_pts = 0.5",
        "INSERT INTO signal VALUES ('clip-none', 'motion', 1)", "UPDATE signal SET value = 'much'",
        "UPDATE verdict SET answer = 'maybe'", "UPDATE verdict SET value = NULL", "UPDATE verdict SET answer = 'error'",
        "UPDATE rendition SET sha256 = 'x'", "UPDATE rendition SET frames = 0",
        "UPDATE rendition SET source_frames = '['",
        "UPDATE task SET status = 'failed'", "UPDATE task SET status = 'begun'", "UPDATE task SET output_sha256 = NULL",
        "UPDATE task SET fault = '{}'", "UPDATE task SET fingerprint = 'x'",
        "INSERT INTO transition SELECT id, 0, 'cut', 3, 4, 1 FROM source",
        "INSERT INTO transition SELECT id, 0, 'fade', 3, 3, 1 FROM source",
        "INSERT INTO transition SELECT id, 0, 'jump', 3, 3, 1 FROM source",
        "INSERT INTO shot SELECT id, 9, 4, 4 FROM source", "INSERT INTO scan SELECT id, 0, 1, 1, '[]' FROM source",
        "INSERT INTO duplicate SELECT id, 'g', 'clip-none', NULL, NULL FROM clip",
        "UPDATE outcome SET acceptance = 'perhaps'", "UPDATE outcome SET level_state = 'perhaps'",
        "UPDATE decision SET reviewer = 'bob'", "DELETE FROM decision", "UPDATE caption SET text = 'x'",
        "DELETE FROM caption",
        """
        INSERT OR REPLACE INTO caption SELECT id, clip_id, kind, 'x', sha256, origin, edits, flags, created_at, \
        raw_id FROM caption
        """,
        """
        INSERT OR REPLACE INTO decision SELECT sequence, id, clip_id, 'bob', decision, standing, level, decided_at, \
        supersedes, document, ledger_sha256 FROM decision
        """,
        """
        REPLACE INTO decision SELECT 99, id, clip_id, 'bob', decision, standing, level, decided_at, supersedes, document, \
        '\(sha)' FROM decision
        """,
        """
        INSERT INTO decision SELECT 2, 'b', clip_id, '', decision, standing, level, decided_at, supersedes, document, 'b' \
        FROM decision
        """,
        """
        INSERT INTO decision SELECT 2, 'b', clip_id, 'bob', 'hm', standing, level, decided_at, supersedes, document, 'b' \
        FROM decision
        """,
        """
        INSERT INTO decision SELECT 2, 'b', 'clip-none', 'bob', decision, standing, level, decided_at, supersedes, document, \
        'b' FROM decision
        """,
        """
        INSERT INTO caption (clip_id, kind, text, sha256, origin, edits, flags, created_at) SELECT id, 'expert', \
        '', '', '', '[]', '[]', '' FROM clip
        """,
        "INSERT INTO withdrawal VALUES ('x', '', 't')",
        "INSERT INTO release_clip SELECT 'none', id, 'train', '', '' FROM clip",
        "INSERT INTO imported VALUES ('src-none', 'MicroSim', 'a.mp4', NULL)",
        "INSERT INTO imported SELECT id, '', 'a.mp4', NULL FROM source",
        "INSERT INTO imported SELECT id, 'MicroSim', '', NULL FROM source",
        "INSERT INTO imported SELECT id, 'MicroSim', 'a.mp4', '' FROM source",
        "INSERT INTO purge VALUES ('clip-none', '[]', 't', NULL)",
        "INSERT INTO release VALUES ('r', 's', 'h', 'd', 1, 't', '1', 7, 'short', '[]', NULL, NULL)",
        "INSERT INTO release VALUES ('r', 's', 'h', 'd', 1, 't', '1', 7, NULL, 'mds', NULL, NULL)",
        "INSERT INTO release VALUES ('r', 's', 'h', 'd', 1, 't', '1', 7, NULL, '[]', 'short', NULL)",
    ])
    func refusesNonsense(sql: String) throws {
        let manifest = try fixture.manifest(clips: 2)
        let clip = fixture.clip(0)
        try manifest.judge(clip)
        try manifest.cut(clip)
        try manifest.caption(clip)
        try manifest.commit { try $0.decisions.record([decision(1, on: clip)], resolve: resolve) }
        let error = try #require(throws: DatabaseError.self) { try fixture.raw(sql) }
        #expect(error.resultCode == .SQLITE_CONSTRAINT, "\(error)")
        #expect(try manifest.decisions.verifyLedger() == 1)
    }

    @Test func aNewerManifestIsRefusedUntouched() throws {
        do {
            _ = try fixture.manifest(clips: 1)
            try fixture.raw("PRAGMA user_version = 99")
            // As another microcurate may have left it.
            try fixture.raw("PRAGMA journal_mode = DELETE")
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        for access in [Manifest.Access.write, .read] {
            let fault = try #require(throws: Fault.self) { try fixture.open(access) }
            #expect(fault.reason == .unsupported && fault.place == fixture.path)
            #expect(fault.what.contains("99") && fault.what.contains("up to 5"))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder) == ["manifest.sqlite"])
    }

    @Test func whatIsNoManifestIsRefused() throws {
        try Data("This is a text that somebody named manifest.sqlite, and long enough.\n".utf8)
            .write(to: URL(fileURLWithPath: fixture.path))
        #expect(try #require(throws: Fault.self) { try fixture.open() }.reason == .corrupt)
        let absent = try #require(throws: Fault.self) {
            try Manifest(path: fixture.folder + "/none.sqlite", ledger: fixture.ledger, access: .read)
        }
        #expect(absent.reason == .unreadable && absent.advice.contains("init"))
        #expect(throws: Fault.self) { try Manifest(path: fixture.folder + "/no/folder.sqlite", ledger: fixture.ledger) }
    }

    @Test(arguments: [
        "DELETE FROM clip", "INSERT INTO setting VALUES ('a', 'b')", "UPDATE clip SET proposed = 0", "DROP TABLE clip",
        "CREATE TABLE x (a)", "SELECT 1; DELETE FROM clip", "COMMIT", "ROLLBACK", "BEGIN", "VACUUM",
        "VACUUM INTO '/tmp/microcurate-query-test.sqlite'", "PRAGMA user_version = 7", "PRAGMA query_only = 0",
        "ATTACH '/tmp/microcurate-query-test.sqlite' AS other", "DETACH main", "", " ; ", "-- nothing", "SELEC 1",
        "SELECT * FROM nothing", "SELECT ?1", "PRAGMA user_version(7)", "PRAGMA main.user_version = 7",
        "PRAGMA wal_checkpoint", "PRAGMA journal_mode = DELETE", "PRAGMA writable_schema = 1", "PRAGMA optimize",
        "/* only */ -- words\n DELETE FROM clip", "WITH gone AS (SELECT id FROM clip) DELETE FROM clip",
        "WITH v(a) AS (VALUES (1)) INSERT INTO setting SELECT a, a FROM v", "REPLACE INTO setting VALUES ('a', 'b')",
        "SELECT load_extension('/tmp/none')", "SAVEPOINT a", "REINDEX", "ANALYZE", "CREATE TEMP TABLE x (a)",
        "INSERT INTO clip_overview DEFAULT VALUES", "DELETE FROM clip RETURNING id",
        "INSERT INTO caption_search (caption_search) VALUES ('delete-all')",
    ])
    func queriesOnlyRead(sql: String) throws {
        for access in [Manifest.Access.write, .read] {
            do {
                let manifest = try fixture.manifest(clips: 1)
                let reader = access == .write ? manifest : try fixture.open(.read)
                _ = try? reader.query(sql)
                // Whatever the answer was, nothing changed and the next query works.
                #expect(try reader.query("SELECT count(*) FROM clip").rows == [[.integer(1)]])
                #expect(try reader.query("SELECT count(*) FROM setting WHERE key = 'a'").rows == [[.integer(0)]])
                #expect(try reader.query("PRAGMA user_version").rows == [[.integer(5)]])
            }
            #expect(!FileManager.default.fileExists(atPath: "/tmp/microcurate-query-test.sqlite"))
            let fault = try #require(throws: Fault.self) { try fixture.open(access).query(sql) }
            #expect(fault.reason == .invalid && fault.place == "query")
        }
    }

    @Test(arguments: [
        "PRAGMA user_version", "pragma\ttable_info(clip)", "PRAGMA integrity_check;", "EXPLAIN QUERY PLAN SELECT 1",
        "VALUES (1), (2)", "WITH v(a) AS (VALUES (1)) SELECT a FROM v;\n", "-- why\nSELECT 1 /* one */ ; -- done",
        "SELECT 1 FROM pragma_table_list", "SELECT ';' AS a",
    ])
    func whatReadsIsAnswered(sql: String) throws {
        #expect(try !fixture.open().query(sql).rows.isEmpty)
    }

    @Test func valuesComeOutAsTheyAre() throws {
        let table = try fixture.open().query("SELECT 1 AS a, 2.5 AS b, 'x' AS c, NULL AS d, x'0aff' AS e")
        #expect(table.columns == ["a", "b", "c", "d", "e"])
        #expect(table.rows == [[.integer(1), .real(2.5), .text("x"), .null, .text("0aff")]])
        #expect(try JSON.line(table.rows[0]) == #"[1,2.5,"x",null,"0aff"]"#)
    }

    @Test func theOverviewHasTheDocumentedColumns() throws {
        let columns = [
            "clip_id", "source_id", "source_path", "start_pts", "end_pts", "time_base", "start_frame", "end_frame",
            "start_seconds", "end_seconds", "state", "reason", "level", "caption", "duplicate_group", "profile", "file",
            "sha256", "width", "height", "frames", "frame_rate",
        ]
        let manifest = try fixture.manifest(clips: 2)
        try manifest.cut(fixture.clip(1))
        try manifest.caption(fixture.clip(1))
        let table = try manifest.query("SELECT * FROM clip_overview ORDER BY start_pts")
        #expect(table.columns == columns)
        #expect(table.rows.count == 2)
        let row = Dictionary(uniqueKeysWithValues: zip(table.columns, table.rows[1]))
        #expect(row["source_path"] == .text("/footage/\(fixture.source).mp4") && row["time_base"] == .text("1/25"))
        #expect(row["start_seconds"] == .real(4) && row["end_seconds"] == .real(8))
        #expect(
            row["caption"] == .text("Cells divide.") && row["frames"] == .integer(100) && row["frame_rate"] == .null)
        #expect(row["profile"] == .text("native") && row["duplicate_group"] == .null && row["level"] == .null)
        let readme = try String(contentsOf: Self.root.appending(path: "schemas/README.md"), encoding: .utf8)
        for column in columns { #expect(readme.contains("`\(column)`"), "\(column)") }
    }

    /// Each view has its line, or its section, with every column.
    @Test func everyViewIsDocumented() throws {
        let readme = try String(contentsOf: Self.root.appending(path: "schemas/README.md"), encoding: .utf8)
        let manifest = try fixture.manifest(clips: 1)
        let views = try manifest.query("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name").rows.flatMap
        {
            $0.map(\.description)
        }
        #expect(
            views == [
                "clip_overlap", "clip_overview", "clip_release", "clip_scale", "clip_state", "ingest_problem",
                "release_overview",
            ])
        for view in views where view != "clip_overview" {
            let line = try #require(
                readme.split(separator: "\n").first { $0.hasPrefix("| `\(view)` |") }, "no line about \(view)")
            for column in try manifest.query("SELECT * FROM \(view)").columns {
                #expect(line.contains("`\(column)`"), "\(view).\(column)")
            }
        }
    }

    /// Every file in schemas/ is described, and every query shown there runs.
    @Test func theReadmeIsTrue() throws {
        let readme = try String(contentsOf: Self.root.appending(path: "schemas/README.md"), encoding: .utf8)
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "schemas").path)
        for file in files where file != "README.md" { #expect(readme.contains("`\(file)`"), "\(file)") }
        let manifest = try fixture.manifest(clips: 3)
        let queries = readme.components(separatedBy: "```sql\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(queries.count >= 4)
        for query in queries {
            #expect(throws: Never.self, "\(query)") { try manifest.query(query) }
        }
    }
}
