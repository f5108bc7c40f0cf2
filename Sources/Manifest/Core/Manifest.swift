import Files
import Foundation
import GRDB
import Model

/// A workspace's manifest: what is known about files, sources, clips and decisions, in `manifest.sqlite`.
///
/// One value serves many threads: reads run side by side, writes one after another, each in a short transaction.
/// Commits are durable (`synchronous = FULL`).
public final class Manifest: Sendable {
    public enum Access: Sendable { case read, write }

    public let path: String
    let pool: DatabasePool
    let ledger: Ledger
    /// What `pool` is of; nil where the manifest is opened to write.
    private let readers: ReadConnections?
    /// nil reads what is committed at the time. Nothing but `deinit` changes it.
    private nonisolated(unsafe) var snapshot: DatabaseSnapshot?

    /// Opens the manifest at `path`, making it where `access` is `.write` and there is none.
    ///
    /// What the ledger holds more is taken over, unless `recovers` is false: then they may disagree, for
    /// `decisions.rebuild`. Throws a `Fault` for a manifest of a newer schema, a folder that can't be written, a network file system
    /// (write-ahead logging breaks there) or a damaged file.
    public init(path: String, ledger: String, access: Access = .write, recovers: Bool = true) throws {
        self.path = path
        self.ledger = Ledger(path: ledger)
        snapshot = nil
        let exists = FileNode.kind(at: path) != nil
        if access == .read, !exists {
            throw Fault(
                .unreadable, "there is no manifest", at: path, advice: "Make a workspace with 'microcurate init DIR'.")
        }
        if let kind = FileSystem(containing: path).network {
            throw Fault(
                .unsupported, "the workspace lies on a network file system (\(kind)), where SQLite can lose data",
                at: path, advice: "Keep the workspace on a local disk; footage and exports may lie anywhere.")
        }
        var configuration = Configuration()
        configuration.busyMode = Self.patience
        configuration.foreignKeysEnabled = true
        let location = path
        do {
            if exists { try Self.checkContent(at: path) }
            switch access {
            case .read:
                let readers = try ReadConnections(path: path, configuration)
                try Self.checkVersion(in: readers.pool, at: path)
                (pool, self.readers) = (readers.pool, readers)
            case .write:
                // Opening a pool already changes the file.
                if exists { try Self.checkVersion(in: Self.looking(at: path), at: path) }
                (pool, readers) = (try DatabasePool(path: path, configuration: configuration), nil)
                // A pool sets NORMAL on its writer when it opens.
                try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
                if exists { try Self.snapshotBeforeMigration(of: pool, at: location) }
                try Schema.migrator.migrate(pool)
            }
        } catch {
            throw Self.fault(error, at: location)
        }
        if access == .write, recovers { try commit { _ = try $0.decisions.recover() } }
    }

    private init(_ manifest: Manifest, snapshot: DatabaseSnapshot) {
        path = manifest.path
        pool = manifest.pool
        ledger = manifest.ledger
        readers = manifest.readers
        self.snapshot = snapshot
    }

    /// The snapshot goes before the connections that it is of, of which one tidies up.
    deinit { snapshot = nil }

    /// This manifest for many reads that must agree with each other: what others commit from now on is not seen. What
    /// is written through it is not seen by its own reads either.
    public func frozen() throws -> Manifest {
        do {
            return Manifest(self, snapshot: try pool.makeSnapshot())
        } catch { throw Self.fault(error, at: path) }
    }

    /// Asks for the lock again every millisecond for 20 seconds, so that the short transactions of several processes
    /// interleave: SQLite's own timeout sleeps up to 100 ms between two tries.
    private static let patience = Database.BusyMode.callback { tries in
        guard tries < 20_000 else { return false }
        usleep(1000)
        return true
    }

    private static func checkContent(at path: String) throws {
        guard try FileStatus(path).bytes > 0 else {
            throw Fault(
                .corrupt, "the manifest is empty (0 bytes)", at: path,
                advice: "Restore it from a copy; without one, delete it and ingest again: decisions are in the ledger.")
        }
    }

    /// A connection that changes nothing.
    private static func looking(at path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = Self.patience
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func checkVersion(in reader: any DatabaseReader, at path: String) throws {
        let version = try reader.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        guard version <= Schema.version else {
            throw Fault(
                .unsupported,
                "the manifest has schema version \(version), this microcurate knows up to \(Schema.version)",
                at: path, advice: "Use the newer microcurate that made it; nothing was changed.")
        }
    }

    private static func snapshotBeforeMigration(of pool: any DatabaseWriter, at path: String) throws {
        let migrator = Schema.migrator
        // By the writer: a reader that looks before a migration goes on with the columns that it met.
        let applied = try pool.writeWithoutTransaction { try migrator.appliedMigrations($0) }
        guard !applied.isEmpty, applied.count < migrator.migrations.count else { return }
        let copy = "\(path).before-v\(Schema.version)"
        try? FileManager.default.removeItem(atPath: copy)
        try pool.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
    }

    /// `PRAGMA synchronous` of the connection that writes: 2 is FULL.
    package func writerSynchronous() throws -> Int? {
        try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }

    func read<T>(_ body: (Database) throws -> T) throws -> T {
        do { return try look(body) } catch { throw Self.fault(error, at: path) }
    }

    /// `read` with SQLite's own errors.
    func look<T>(_ body: (Database) throws -> T) throws -> T {
        let value = if let snapshot { try snapshot.read(body) } else { try pool.read(body) }
        try readers?.check()
        return value
    }

    func write<T>(_ body: (Database) throws -> T) throws -> T {
        do {
            return try pool.writeWithoutTransaction { db in
                var result: T?
                try db.inTransaction(.immediate) {
                    result = try body(db)
                    return .commit
                }
                return result!
            }
        } catch { throw Self.fault(error, at: path) }
    }

    /// SQLite's errors in the user's words.
    private static func fault(_ error: any Error, at path: String) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        let text = error.message ?? "\(error.resultCode)"
        // The file beside the manifest that its connections share could not grow.
        let isFull = error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
        return switch isFull ? .SQLITE_FULL : error.resultCode {
        case .SQLITE_FULL:
            Fault(
                .diskFull, "the disk is full (\(text))", at: path,
                advice: "Free some space and run again; nothing is lost.")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
            Fault(
                .readOnly, "the manifest can't be written (\(text))", at: path,
                advice: "Check the permissions of the workspace and its folder.")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            Fault(.busy, "another process holds the manifest (\(text))", at: path, advice: "Try again when it is done.")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            Fault(
                .corrupt, "the manifest is damaged (\(text))", at: path,
                advice: "Restore it from a copy; decisions can be rebuilt from the ledger.")
        case .SQLITE_IOERR:
            Fault(
                .diskFull, "the manifest can't be read or written (\(text))", at: path,
                advice: "Check that the disk has space and is healthy.")
        default:
            Fault(
                .internal, "\(text) (SQLite \(error.resultCode.rawValue)): \(error.sql ?? "")", at: path,
                advice: "This is a defect; please report it.")
        }
    }
}

/// The time of a record. Releases hold none.
enum Timestamp {
    /// Now, RFC 3339 in UTC with whole seconds.
    static func now() -> String { Date().formatted(.iso8601) }
}
