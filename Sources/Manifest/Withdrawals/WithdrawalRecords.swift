import GRDB
public import Model

/// What a takedown deletes of the workspace.
public struct Purge: Hashable, Sendable {
    /// Paths of files relative to the workspace, in order.
    public var files: [String]
    /// Files that stay, as clips or sources that are not withdrawn have the same bytes.
    public var shared: [String]
}

/// Sources and clips taken out of all later releases, and the files that go with them.
public struct WithdrawalRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var withdrawals: WithdrawalRecords<Self> { WithdrawalRecords(reader: self) } }

extension WithdrawalRecords {
    /// Sources and clips that were withdrawn.
    public func targets() throws -> Set<String> {
        try read { try String.fetchSet($0, sql: "SELECT target FROM withdrawal") }
    }

    /// Frames that belong to withdrawn clips, by source: of all, or of one.
    public func frames(of source: SourceID? = nil) throws -> [SourceID: [FrameSpan]] {
        let rows = try read { db in
            try ClipRecord.table.fetchAll(
                db,
                """
                SELECT id, source_id, start_frame, end_frame FROM clip JOIN withdrawal ON target = clip.id
                \(source == nil ? "" : "WHERE source_id = ?") ORDER BY source_id, start_frame, end_frame
                """, source.map { [$0.rawValue] } ?? []
            ) { row in (source: try row["source_id"] as SourceID, frames: try FrameSpan(row)) }
        }
        return Dictionary(grouping: rows, by: \.source).mapValues { $0.map(\.frames) }
    }

    /// Withdrawn sources and clips of which files may be left.
    public func unfinishedPurges() throws -> [String] {
        try read { try String.fetchAll($0, sql: "SELECT target FROM purge WHERE finished_at IS NULL ORDER BY target") }
    }
}

extension WithdrawalRecords where Reader == Transaction {
    /// Takes a source or clip out of all later releases.
    public func add(_ target: String, reason: String) throws {
        let known = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM clip WHERE id = ?1 UNION SELECT 1 FROM source WHERE id = ?1)",
            arguments: [target])
        guard known == true else {
            throw Fault(
                .invalid, "there is no such source or clip", at: target,
                advice: "Give the id that 'explain' or 'query' prints.")
        }
        try db.execute(
            sql: "INSERT OR REPLACE INTO withdrawal (target, reason, withdrawn_at) VALUES (?, ?, ?)",
            arguments: [target, reason, Timestamp.now()])
    }

    /// Notes which files of a withdrawn source or clip are to be deleted, and forgets them in the same transaction: no
    /// row names a file that is gone. What is forgotten with a source: its frame track, with its picture hashes, and its
    /// subtitles. Texts, decisions and provenance stay, as the tombstone.
    ///
    /// Asked again, it adds what came in between.
    public func beginPurge(of target: String) throws -> Purge {
        let noted = try String.fetchOne(db, sql: "SELECT files FROM purge WHERE target = ?", arguments: [target])
        let held = try String.fetchSet(
            db,
            sql: """
                SELECT file FROM rendition WHERE clip_id IN (SELECT id FROM clip WHERE id = ?1 OR source_id = ?1)
                UNION SELECT file FROM track WHERE source_id = ?1
                """, arguments: [target]
        ).union(try noted.map { try JSON.decode([String].self, from: $0) } ?? [])
        let shared = try String.fetchAll(
            db,
            sql: """
                SELECT value FROM json_each(?) WHERE value IN (
                    SELECT file FROM rendition JOIN clip ON clip.id = clip_id
                    WHERE clip.id NOT IN (SELECT target FROM withdrawal)
                        AND source_id NOT IN (SELECT target FROM withdrawal)
                    UNION SELECT file FROM track WHERE source_id NOT IN (SELECT target FROM withdrawal))
                ORDER BY value
                """, arguments: [try JSON.line(held.sorted())])
        let files = held.subtracting(shared).sorted()
        try forget(target, files: files)
        try db.execute(
            sql: """
                INSERT INTO purge (target, files, started_at) VALUES (?, ?, ?)
                ON CONFLICT (target) DO UPDATE SET files = excluded.files, finished_at = NULL
                """, arguments: [target, try JSON.line(files), Timestamp.now()])
        return Purge(files: files, shared: shared)
    }

    private func forget(_ target: String, files: [String]) throws {
        for (table, owner) in [
            ("rendition", "clip_id IN (SELECT id FROM clip WHERE id = ?1 OR source_id = ?1)"),
            ("track", "source_id = ?1"),
        ] {
            try db.execute(
                sql: "DELETE FROM \(table) WHERE \(owner) OR file IN (SELECT value FROM json_each(?2))",
                arguments: [target, try JSON.line(files)])
        }
        try db.execute(sql: "DELETE FROM subtitle WHERE source_id = ?", arguments: [target])
    }

    /// Notes that all files of a purge are gone.
    public func finishPurge(of target: String) throws {
        try db.execute(
            sql: "UPDATE purge SET finished_at = ? WHERE target = ?", arguments: [Timestamp.now(), target])
    }
}
