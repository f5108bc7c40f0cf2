import GRDB
public import Model

/// What a takedown deletes of the workspace.
public struct Purge: Hashable, Sendable {
    /// Paths of files relative to the workspace, in order.
    public var files: [String]
    /// Files that stay, as clips or sources that are not withdrawn have the same bytes.
    public var shared: [String]
}

extension Manifest {
    /// The releases that hold a source's clips, or a clip, with how many, the oldest first. `directory` is where each
    /// was written.
    public func releases(holding target: String) throws -> [(name: String, directory: String, clips: Int)] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT name, directory, count(*) AS n FROM clip
                    JOIN release_clip ON clip_id = clip.id JOIN release ON release.name = release_clip.release
                    WHERE clip.id = ?1 OR clip.source_id = ?1 GROUP BY name ORDER BY released_at, name
                    """, arguments: [target]
            ).map { ($0["name"], $0["directory"], $0["n"]) }
        }
    }

    /// Clips in use, not withdrawn, that show footage of a source or clip: members of its duplicate groups, and spans
    /// that share frames with it. Ordered by id.
    public func clips(showing target: String) throws -> [ClipID] {
        try read { db in
            try String.fetchAll(
                db,
                sql: """
                    WITH gone AS (SELECT * FROM clip WHERE id = ?1 OR source_id = ?1),
                    same AS (
                        SELECT other.clip_id FROM gone JOIN duplicate ON duplicate.clip_id = gone.id
                        JOIN duplicate AS other ON other.group_id = duplicate.group_id
                        UNION
                        SELECT other.id FROM gone JOIN clip AS other ON other.source_id = gone.source_id
                            AND other.start_pts < gone.end_pts AND gone.start_pts < other.end_pts)
                    SELECT clip_id FROM same JOIN clip_state USING (clip_id)
                    WHERE state NOT IN ('withdrawn', 'retired') ORDER BY clip_id
                    """, arguments: [target]
            ).map(ClipID.init(rawValue:))
        }
    }

    /// The source of a clip, or the source itself.
    public func source(of target: String) throws -> SourceID {
        let clip = try read {
            try String.fetchOne($0, sql: "SELECT source_id FROM clip WHERE id = ?", arguments: [target])
        }
        return SourceID(rawValue: clip ?? target)
    }

    /// Every path under which the files of a source were seen.
    public func footage(of source: SourceID) throws -> [String] {
        try read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT path FROM source_file JOIN file_path USING (sha256) WHERE source_id = ? ORDER BY path
                    """, arguments: [source.rawValue])
        }
    }

    /// Frames of each source that belong to withdrawn clips.
    public func withdrawnFrames() throws -> [SourceID: [FrameSpan]] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT source_id, start_frame, end_frame FROM clip JOIN withdrawal ON target = clip.id
                    ORDER BY source_id, start_frame, end_frame
                    """
            ).reduce(into: [:]) {
                $0[SourceID(rawValue: $1["source_id"]), default: []].append(
                    FrameSpan(start: $1["start_frame"], end: $1["end_frame"]))
            }
        }
    }

    /// Frames of a source that belong to withdrawn clips.
    public func withdrawnFrames(of source: SourceID) throws -> [FrameSpan] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT start_frame, end_frame FROM clip JOIN withdrawal ON target = clip.id
                    WHERE source_id = ? ORDER BY start_frame, end_frame
                    """, arguments: [source.rawValue]
            ).map { FrameSpan(start: $0["start_frame"], end: $0["end_frame"]) }
        }
    }

    /// Notes which files of a withdrawn source or clip are to be deleted, and forgets them in the same transaction: no
    /// row names a file that is gone. What is forgotten with a source: its frame track, with its picture hashes, and its
    /// subtitles. Texts, decisions and provenance stay, as the tombstone.
    ///
    /// Asked again, it adds what came in between.
    public func beginPurge(of target: String) throws -> Purge {
        try write { db in
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
            try Self.forget(target, files: files, db)
            try db.execute(
                sql: """
                    INSERT INTO purge (target, files, started_at) VALUES (?, ?, ?)
                    ON CONFLICT (target) DO UPDATE SET files = excluded.files, finished_at = NULL
                    """, arguments: [target, try JSON.line(files), Timestamp.now()])
            return Purge(files: files, shared: shared)
        }
    }

    private static func forget(_ target: String, files: [String], _ db: Database) throws {
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
        try write {
            try $0.execute(
                sql: "UPDATE purge SET finished_at = ? WHERE target = ?", arguments: [Timestamp.now(), target])
        }
    }

    /// Withdrawn sources and clips of which files may be left.
    public func unfinishedPurges() throws -> [String] {
        try read { try String.fetchAll($0, sql: "SELECT target FROM purge WHERE finished_at IS NULL ORDER BY target") }
    }
}
