import Foundation
import GRDB
public import Model

/// Size and time of modification of a file: while both stay, its bytes are taken to stay.
public struct FileStatus: Hashable, Sendable {
    public let bytes: Int
    public let modifiedNanoseconds: Int

    /// Throws `Fault(.unreadable)` where there is no such file.
    public init(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw Fault(
                .unreadable, "it can't be opened (\(String(cString: strerror(errno)).lowercased()))", at: path,
                advice: "Check the path and its permissions.")
        }
        bytes = Int(status.st_size)
        modifiedNanoseconds = Int(status.st_mtim.tv_sec) * 1_000_000_000 + Int(status.st_mtim.tv_nsec)
    }
}

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
                ?? seen.first { FileManager.default.fileExists(atPath: $0.path) } ?? seen.first
                ?? FileRecord(sha256: digest, path: "", bytes: row["bytes"], modifiedNanoseconds: 0)
        }
    }
}
