import Files
import GRDB
public import Model

/// A file as it was last seen under a path.
public struct FileRecord: Codable, Hashable, Sendable {
    public var sha256: Digest
    /// Empty where no path is known any more.
    public var path: String
    public var bytes: Int
    public var modifiedNanoseconds: Int

    fileprivate var isUntouched: Bool {
        (try? FileStatus(path)).map { $0.bytes == bytes && $0.modifiedNanoseconds == modifiedNanoseconds } ?? false
    }
}

extension FileRecord {
    fileprivate static let table = RecordTable("file", key: "sha256"), seen = RecordTable("file_path", key: "path")

    static func all(of id: SourceID, _ db: Database) throws -> [FileRecord] {
        let files = try table.fetchAll(
            db,
            "SELECT sha256, bytes FROM source_file JOIN file USING (sha256) WHERE source_id = ? ORDER BY position",
            [id.rawValue]
        ) { FileRecord(sha256: try $0["sha256"], path: "", bytes: try $0["bytes"], modifiedNanoseconds: 0) }
        return try files.map { file in
            let seen = try seen.fetchAll(
                db, "SELECT path, modified_ns FROM file_path WHERE sha256 = ? ORDER BY path", [file.sha256.hex]
            ) { row in
                var file = file
                file.path = try row["path"]
                file.modifiedNanoseconds = try row["modified_ns"]
                return file
            }
            return seen.first(where: \.isUntouched) ?? seen.first { FileNode.kind(at: $0.path) != nil } ?? seen.first
                ?? file
        }
    }
}

/// The files of sources, with the paths under which they were seen.
public struct FileRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var files: FileRecords<Self> { FileRecords(reader: self) } }

extension FileRecords {
    /// The files of a source in order, each under the first of its paths, in order of name, that was not touched since;
    /// without such a one under the first that exists.
    public func of(_ id: SourceID) throws -> [FileRecord] { try read { try FileRecord.all(of: id, $0) } }

    /// Every path under which the files of a source were seen.
    public func paths(of source: SourceID) throws -> [String] {
        try read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT path FROM source_file JOIN file_path USING (sha256) WHERE source_id = ? ORDER BY path
                    """, arguments: [source.rawValue])
        }
    }

    /// The hash recorded for a path, where size and time of modification are still the same.
    public func digest(path: String, bytes: Int, modifiedNanoseconds: Int) throws -> Digest? {
        try read { db in
            try FileRecord.seen.fetchOne(
                db,
                """
                SELECT sha256, path FROM file_path JOIN file USING (sha256)
                WHERE path = ? AND bytes = ? AND modified_ns = ?
                """, [path, bytes, modifiedNanoseconds]
            ) { try $0["sha256"] }
        }
    }
}

extension FileRecords where Reader == Transaction {
    /// Records a file under one more path.
    public func add(_ sha256: Digest, bytes: Int, path: String, modifiedNanoseconds: Int) throws {
        let now = Timestamp.now()
        try db.execute(
            sql: "INSERT OR IGNORE INTO file (sha256, bytes, added_at) VALUES (?, ?, ?)",
            arguments: [sha256.hex, bytes, now])
        try db.execute(
            sql: """
                INSERT INTO file_path (path, sha256, modified_ns, seen_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, modified_ns = excluded.modified_ns
                WHERE sha256 <> excluded.sha256 OR modified_ns <> excluded.modified_ns
                """, arguments: [path, sha256.hex, modifiedNanoseconds, now])
    }
}
