internal import GRDB
public import Model

/// One write to the manifest, whole or not at all. It ends with the closure that it was lent to.
///
/// A stage records through it, and the runner the stage's tasks with it.
public struct Transaction {
    let db: Database
    let ledger: Ledger
}

extension Manifest {
    /// Runs `body` in one transaction, durable when this returns; what it throws undoes all of it.
    public func commit<T>(_ body: (Transaction) throws -> T) throws -> T {
        try write { try body(Transaction(db: $0, ledger: ledger)) }
    }
}

extension Transaction {
    /// Records that a task is done.
    /// - Parameter output: the hash of its output.
    public func finish(_ task: TaskReference, stage: String, output: Digest) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO task (stage, key, fingerprint, status, output_sha256, finished_at)
                VALUES (?, ?, ?, 'done', ?, ?)
                """
        ).execute(arguments: [stage, task.key, task.fingerprint.hex, output.hex, Timestamp.now()])
    }

    /// Records that a task failed.
    public func fail(_ task: TaskReference, stage: String, fault: Fault) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO task (stage, key, fingerprint, status, fault, finished_at)
                VALUES (?, ?, ?, 'failed', ?, ?)
                """, arguments: [stage, task.key, task.fingerprint.hex, try JSON.line(fault), Timestamp.now()])
    }

    /// Gives a task that ended another fingerprint.
    public func renew(_ task: TaskReference, stage: String) throws {
        try db.cachedStatement(sql: "UPDATE task SET fingerprint = ? WHERE stage = ? AND key = ?")
            .execute(arguments: [task.fingerprint.hex, stage, task.key])
    }

    /// Forgets what came of a task that is none any more.
    public func forget(task key: String, stage: String) throws {
        try db.execute(sql: "DELETE FROM task WHERE stage = ? AND key = ?", arguments: [stage, key])
    }

    /// The recorded output hash of a task that is done.
    func output(of key: String, stage: String) throws -> String? {
        try String.fetchOne(
            db, sql: "SELECT output_sha256 FROM task WHERE stage = ? AND key = ?", arguments: [stage, key])
    }
}
