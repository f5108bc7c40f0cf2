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
