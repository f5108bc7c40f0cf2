import Files
import Foundation
import GRDB
import Model

/// The connections of a manifest that is opened to read.
///
/// SQLite keeps two files, `-wal` and `-shm`, beside a database while it is open. Connections that can't write make them
/// too, but leave them behind: so one that could write, and never does, is there as long as they are and goes last.
/// Where these files can't be made and nobody has the manifest open, it is read as it lies.
final class ReadConnections: Sendable {
    let pool: DatabasePool
    private let keeper: DatabaseQueue?
    private let still: StillFile?

    /// - Parameter configuration: of a connection that may write.
    init(path: String, _ configuration: Configuration) throws {
        var readonly = configuration
        readonly.readonly = true
        (pool, keeper, still) = try Self.open(path, configuration, readonly)
    }

    deinit {
        try? pool.close()
        try? keeper?.close()
    }

    private static func open(
        _ path: String, _ configuration: Configuration, _ readonly: Configuration
    ) throws -> (DatabasePool, DatabaseQueue?, StillFile?) {
        do {
            let keeper = try DatabaseQueue(path: path, configuration: configuration)
            // A connection is there for others only when it has read.
            _ = try keeper.read { try Int.fetchOne($0, sql: "PRAGMA schema_version") }
            return (try DatabasePool(path: path, configuration: readonly), keeper, nil)
        } catch let error as DatabaseError where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) {
            guard let still = StillFile(path) else {
                throw Fault(
                    .readOnly,
                    "the manifest is in use, or a command was killed, and its folder can't be written (\(error.message ?? ""))",
                    at: path,
                    advice:
                        "Read a copy of the workspace, or get the right to write to its folder: SQLite needs it then.")
            }
            return (try DatabasePool(path: still.address, configuration: readonly), nil, still)
        }
    }

    /// Throws `Fault(.busy)` where others wrote to a manifest that is read as it lies.
    func check() throws { try still?.check() }
}

/// A database file that nobody had open when this was made.
private struct StillFile: Sendable {
    private let path: String
    private let status: FileStatus

    /// nil where somebody has it open, or was killed when they had.
    init?(_ path: String) {
        guard !Self.isOpen(path), let status = try? FileStatus(path) else { return nil }
        (self.path, self.status) = (path, status)
    }

    /// For SQLite: to be read without locks, and without other files.
    var address: String {
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        return "file:\(escaped)?immutable=1"
    }

    func check() throws {
        guard !Self.isOpen(path), try FileStatus(path) == status else {
            throw Fault(.busy, "the manifest was written while it was read", at: path, advice: "Try again.")
        }
    }

    private static func isOpen(_ path: String) -> Bool { ((try? FileStatus(path + "-wal"))?.bytes ?? 0) > 0 }
}
