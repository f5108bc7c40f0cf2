import Foundation
import GRDB
import Manifest
import Model
import Testing

@Suite struct MigrationTests {
    let fixture: Fixture
    init() throws { fixture = try Fixture() }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A manifest as version 1 made it, with one scanned source.
    private func makeVersion1() throws {
        let schema = try String(
            contentsOf: Self.root.appending(path: "schemas/manifest-v1.sql"), encoding: .utf8)
        let sha = String(repeating: "a", count: 64)
        let old = try DatabaseQueue(path: fixture.path)
        try old.inDatabase { db in
            try db.execute(sql: schema)
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                    INSERT INTO grdb_migrations VALUES ('v1');
                    PRAGMA user_version = 1; PRAGMA application_id = 0x4d435552;
                    INSERT INTO file VALUES ('\(sha)', 9, 't');
                    INSERT INTO source VALUES ('\(fixture.source)', 'video', 0, '{}', '{}', 'pts', 1, 25, 't');
                    INSERT INTO source_file VALUES ('\(fixture.source)', 0, '\(sha)');
                    INSERT INTO scan VALUES ('\(fixture.source)', 10, 64, 48, '[]');
                    INSERT INTO track VALUES ('\(fixture.source)', 'timing', 1, 'tracks/aa/a', '\(sha)', 130);
                    """)
        }
        try old.close()
    }

    @Test func version1BecomesTheCurrentOneAndIsKept() throws {
        try makeVersion1()
        let manifest = try fixture.open()
        #expect(try manifest.query("PRAGMA user_version").rows == [[.integer(5)]])
        let parts = try manifest.tracks.parts(of: fixture.source)
        #expect(parts.map(\.part) == ["timing"])
        #expect(parts.map(\.maker) == [nil])
        let other = try Fixture()
        let new = try other.open().schema()
        #expect(try manifest.schema() == new, "migrated and new ones are alike")

        let copy = try DatabaseQueue(path: fixture.path + ".before-v5")
        func count(_ sql: String) throws -> Int? { try copy.read { try Int.fetchOne($0, sql: sql) } }
        #expect(try count("PRAGMA user_version") == 1)
        #expect(try count("SELECT count(*) FROM track") == 1)
        #expect(try count("SELECT count(*) FROM pragma_table_info('track')") == 6)
    }

    /// A manifest as version 2 left it: with decisions in the table that version 3 makes anew.
    @Test func version2KeepsItsDecisionsAndCaptions() throws {
        let schema = try String(contentsOf: Self.root.appending(path: "schemas/manifest-v2.sql"), encoding: .utf8)
        let old = try DatabaseQueue(path: fixture.path)
        let clip = fixture.clip(0)
        let said = decision(1, on: clip)
        let sha = String(repeating: "a", count: 64)
        try old.inDatabase { db in
            try db.execute(sql: schema)
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                    INSERT INTO grdb_migrations VALUES ('v1'), ('v2');
                    PRAGMA user_version = 2; PRAGMA application_id = 0x4d435552;
                    INSERT INTO source VALUES ('\(fixture.source)', 'video', 0, '{}', '{}', 'pts', 1, 25, 't');
                    INSERT INTO clip VALUES ('\(clip)', '\(fixture.source)', 0, 100, 0, 100, 1);
                    INSERT INTO caption (clip_id, kind, text, sha256, origin, edits, flags, created_at)
                    VALUES ('\(clip)', 'normalized', 'A spindle forms.', '\(sha)', 'normalizer 1', '[]', '[]', 't');
                    """)
            try db.execute(
                sql: "INSERT INTO decision VALUES (1, ?, ?, 'ada', 'accept', NULL, ?, NULL, ?, ?)",
                arguments: [said.id, clip.rawValue, said.decidedAt, try JSON.line(said), sha])
        }
        try old.close()
        let manifest = try Manifest(path: fixture.path, ledger: fixture.ledger, recovers: false)
        #expect(try manifest.decisions.all() == [said])
        #expect(throws: (any Error).self, "decisions stay append-only") { try fixture.raw("DELETE FROM decision") }
        #expect(throws: (any Error).self) { try fixture.raw("UPDATE decision SET reviewer = 'bob'") }
        let found = try manifest.query(
            "SELECT clip_id FROM caption_search JOIN caption ON caption.id = caption_search.rowid WHERE caption_search MATCH 'spindle'"
        )
        #expect(found.rows == [[.text(clip.rawValue)]])
        let other = try Fixture()
        let new = try other.open().schema()
        #expect(try manifest.schema() == new, "migrated and new ones are alike")
    }

    /// A manifest as version 3 left it: with a release that knows less of itself.
    @Test func version3KeepsItsReleases() throws {
        let schema = try String(contentsOf: Self.root.appending(path: "schemas/manifest-v3.sql"), encoding: .utf8)
        let old = try DatabaseQueue(path: fixture.path)
        let clip = fixture.clip(0)
        let sha = String(repeating: "a", count: 64)
        try old.inDatabase { db in
            try db.execute(sql: schema)
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                    INSERT INTO grdb_migrations VALUES ('v1'), ('v2'), ('v3');
                    PRAGMA user_version = 3; PRAGMA application_id = 0x4d435552;
                    INSERT INTO source VALUES ('\(fixture.source)', 'video', 0, '{}', '{}', 'pts', 1, 25, 't');
                    INSERT INTO clip VALUES ('\(clip)', '\(fixture.source)', 0, 100, 0, 100, 1);
                    INSERT INTO release VALUES ('first', '\(sha)', '', '/releases/first', 1, 't');
                    INSERT INTO release_clip VALUES ('first', '\(clip)', 'test', '\(sha)', '\(sha)');
                    INSERT INTO withdrawal VALUES ('\(fixture.source)', 'licence withdrawn', 't');
                    """)
        }
        try old.close()
        let manifest = try fixture.open()
        let overview = try manifest.query(
            "SELECT release, version, clips, train, validation, test, withdrawn, formats FROM release_overview")
        #expect(
            overview.rows == [
                [.text("first"), .null, .integer(1), .integer(0), .integer(0), .integer(1), .integer(1), .null]
            ])
        #expect(try manifest.query("SELECT release FROM clip_release").rows == [[.text("first")]])
        let other = try Fixture()
        let new = try other.open().schema()
        #expect(try manifest.schema() == new, "migrated and new ones are alike")
    }

    /// Captions that came with ready clips were rows of a caption file, one more at each import; the newest counts.
    @Test func version4CaptionsOfImportsKeepTheirOrder() throws {
        let schema = try String(contentsOf: Self.root.appending(path: "schemas/manifest-v4.sql"), encoding: .utf8)
        let old = try DatabaseQueue(path: fixture.path)
        let sha = String(repeating: "a", count: 64)
        let sources = (0..<3).map { "src-0000000000000000000000000000000\($0)" }
        try old.inDatabase { db in
            try db.execute(sql: schema)
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                    INSERT INTO grdb_migrations VALUES ('v1'), ('v2'), ('v3'), ('v4');
                    PRAGMA user_version = 4; PRAGMA application_id = 0x4d435552;
                    """)
            func add(_ clip: Int, _ texts: [String]) throws {
                for text in texts {
                    try db.execute(
                        sql: "INSERT INTO caption VALUES (NULL, ?, 'raw', ?, ?, 'file', '[]', '[]', 't')",
                        arguments: ["clip-\(clip)", text, sha])
                }
            }
            for (number, source) in sources.enumerated() {
                try db.execute(
                    sql: """
                        INSERT INTO source VALUES ('\(source)', 'video', 0, '{}', '{}', 'pts', 1, 25, 't');
                        INSERT INTO clip VALUES ('clip-\(number)', '\(source)', 0, 100, 0, 100, 1);
                        """)
            }
            try db.execute(
                sql: """
                    INSERT INTO imported VALUES ('\(sources[0])', 'set', 'a', 'second');
                    INSERT INTO imported VALUES ('\(sources[1])', 'set', 'b', 'first');
                    """)
            try add(0, ["first", "second"])
            try add(1, ["first", "written since"])
            try add(2, ["first"])
        }
        try old.close()
        let manifest = try fixture.open()
        let clips = (0..<3).map { ClipID(rawValue: "clip-\($0)") }
        #expect(try manifest.captions.raw(origin: "import", of: clips) == [clips[0]: "second"])
        #expect(
            try manifest.captions.raw(origin: "file", of: clips)
                == [clips[1]: "written since", clips[2]: "first"])
        #expect(throws: (any Error).self) { try fixture.raw("UPDATE caption SET text = 'x'") }
    }

    /// A manifest as version 4 left it: with the picture hashes that the frame track holds as well.
    @Test func version4KeepsItsTracksAndVerdicts() throws {
        let schema = try String(contentsOf: Self.root.appending(path: "schemas/manifest-v4.sql"), encoding: .utf8)
        let old = try DatabaseQueue(path: fixture.path)
        let (clip, copy) = (fixture.clip(0), fixture.clip(1))
        let sha = String(repeating: "a", count: 64)
        try old.inDatabase { db in
            try db.execute(sql: schema)
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                    INSERT INTO grdb_migrations VALUES ('v1'), ('v2'), ('v3'), ('v4');
                    PRAGMA user_version = 4; PRAGMA application_id = 0x4d435552;
                    INSERT INTO source VALUES ('\(fixture.source)', 'video', 0, '{}', '{}', 'pts', 1, 25, 't');
                    INSERT INTO scan VALUES ('\(fixture.source)', 200, 64, 48, '[]');
                    INSERT INTO track VALUES ('\(fixture.source)', 'samples', 1, 'tracks/aa/a', '\(sha)', 130, NULL);
                    INSERT INTO picture_hash VALUES ('\(fixture.source)', 0, 0, zeroblob(32), 100);
                    INSERT INTO picture_hash VALUES ('\(fixture.source)', 12, 512, zeroblob(32), 50);
                    INSERT INTO task VALUES ('dedup', 'all', '\(sha)', 'done', '\(sha)', NULL, 't');
                    INSERT INTO clip VALUES ('\(clip)', '\(fixture.source)', 0, 100, 0, 100, 1);
                    INSERT INTO clip VALUES ('\(copy)', '\(fixture.source)', 100, 200, 100, 200, 1);
                    INSERT INTO duplicate VALUES ('\(copy)', 'dup-1', '\(clip)', 3.5, 0.0);
                    """)
        }
        try old.close()
        let manifest = try fixture.open()
        #expect(try manifest.query("PRAGMA user_version").rows == [[.integer(5)]])
        #expect(try manifest.query("SELECT 1 FROM sqlite_schema WHERE name = 'picture_hash'").rows.isEmpty)
        #expect(try manifest.tracks.parts(of: fixture.source).map(\.part) == ["samples"])
        #expect(try manifest.tasks.fingerprint(of: "all", stage: "dedup") == sha)
        #expect(
            try manifest.query("SELECT clip_id, representative, distance FROM duplicate").rows == [
                [.text(copy.rawValue), .text(clip.rawValue), .real(3.5)]
            ])
        let other = try Fixture()
        let new = try other.open().schema()
        #expect(try manifest.schema() == new, "migrated and new ones are alike")

        let before = try DatabaseQueue(path: fixture.path + ".before-v5")
        #expect(try before.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM picture_hash") } == 2)
    }

    @Test func aModelStandsBesideThePartThatItMeasured() throws {
        let manifest = try fixture.manifest(clips: 1)
        let sha = Digest(of: "bytes")
        func part(_ name: String, maker: Digest? = nil) -> TrackPartRecord {
            TrackPartRecord(part: name, version: 1, file: "tracks/\(name)", sha256: sha, bytes: 7, maker: maker)
        }
        let scan = ScanRecord(
            source: fixture.source, frames: 100, width: 64, height: 48, parts: [part("timing")], problems: [])
        let before = try manifest.commit { try $0.tracks.record(scan) }
        let neural = part("neural", maker: Digest(of: "model"))
        let after = try manifest.commit { try $0.tracks.record(parts: [neural], of: fixture.source) }
        #expect(try manifest.tracks.parts(of: fixture.source) == [neural, part("timing")])
        #expect(after != before, "the stages behind must see it")
    }
}
