import Files
import GRDB
public import Model

/// A file as it was last seen under a path: what a stage holds it against before it reads it.
public struct FileRecord: Codable, Hashable, Sendable {
    public var sha256: Digest
    /// Empty where no path is known any more.
    public var path: String
    public var bytes: Int
    public var modifiedNanoseconds: Int

    /// Throws a `Fault` unless the path holds these bytes: `unreadable` where it is gone, `mismatch` where they are
    /// others. They are hashed only where the time of modification is another.
    public func check() throws {
        guard !path.isEmpty else {
            throw Fault(
                .unreadable, "all its paths hold other bytes by now", at: "the file with SHA-256 \(sha256.hex)",
                advice: "Ingest a copy of it and run 'microcurate retry', or withdraw the source.")
        }
        guard let status = try? FileStatus(path) else {
            throw Fault(
                .unreadable, "the file is gone since it was ingested", at: path,
                advice: "Put it back, or ingest it from where it is now; then run 'microcurate retry'.")
        }
        if status.bytes == bytes {
            if status.modifiedNanoseconds == modifiedNanoseconds { return }
            if try Digest(ofFile: path) == sha256 { return }
        }
        throw Fault(
            .mismatch, "the file changed since it was ingested", at: path,
            advice: "Ingest it again as a source of its own, or put the old bytes back and run 'microcurate retry'.")
    }

    fileprivate var isUntouched: Bool {
        (try? FileStatus(path)).map { $0.bytes == bytes && $0.modifiedNanoseconds == modifiedNanoseconds } ?? false
    }
}

extension Manifest {
    /// The files of a source in order, each under the first of its paths, in order of name, that was not touched since;
    /// without such a one under the first that exists.
    public func files(of id: SourceID) throws -> [FileRecord] { try read { try Self.files(of: id, $0) } }

    static func files(of id: SourceID, _ db: Database) throws -> [FileRecord] {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT sha256, bytes FROM source_file JOIN file USING (sha256) WHERE source_id = ? ORDER BY position",
            arguments: [id.rawValue])
        return try rows.compactMap { row in
            guard let digest = Digest(hex: row["sha256"]) else { return nil }
            let seen = try Row.fetchAll(
                db, sql: "SELECT path, modified_ns FROM file_path WHERE sha256 = ? ORDER BY path",
                arguments: [digest.hex]
            ).map {
                FileRecord(
                    sha256: digest, path: $0["path"], bytes: row["bytes"], modifiedNanoseconds: $0["modified_ns"])
            }
            return seen.first(where: \.isUntouched)
                ?? seen.first { FileNode.kind(at: $0.path) != nil } ?? seen.first
                ?? FileRecord(sha256: digest, path: "", bytes: row["bytes"], modifiedNanoseconds: 0)
        }
    }
}
