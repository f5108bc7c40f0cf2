import GRDB
public import Model

/// One unit of a stage's work and the hash of everything that its result depends on.
public struct TaskReference: Codable, Hashable, Sendable {
    /// The id of a source or clip, or the name of a whole set.
    public var key: String
    public var fingerprint: Digest

    public init(key: String, fingerprint: Digest) {
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// What each stage made of its tasks.
public struct TaskRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var tasks: TaskRecords<Self> { TaskRecords(reader: self) } }

extension TaskRecords {
    private static var table: RecordTable { RecordTable("task", key: "key") }

    /// The fingerprints of a stage's tasks that ended, done or failed, by key.
    public func fingerprints(stage: String) throws -> [String: String] {
        try read { db in
            try Self.table.fetchMap(db, "SELECT key, fingerprint FROM task WHERE stage = ?", [stage]) {
                (try $0["key"], try $0["fingerprint"])
            }
        }
    }

    /// The fingerprint of a stage's task that ended, done or failed.
    public func fingerprint(of key: String, stage: String) throws -> String? {
        try read { db in
            try String.fetchOne(
                db, sql: "SELECT fingerprint FROM task WHERE stage = ? AND key = ?", arguments: [stage, key])
        }
    }

    /// The output hashes of a stage's tasks that are done, by key, without those on withdrawn sources.
    public func outputs(stage: String) throws -> [String: Digest] {
        try read { db in
            try Self.table.fetchMap(
                db,
                """
                SELECT key, output_sha256 FROM task
                WHERE stage = ? AND status = 'done' AND key NOT IN (SELECT target FROM withdrawal)
                """, [stage]
            ) { (try $0["key"], try $0["output_sha256"]) }
        }
    }

    /// The output hash of a task that is done.
    public func output(of key: String, stage: String) throws -> Digest? {
        try read { db in
            try Self.table.fetchOne(
                db, "SELECT key, output_sha256 FROM task WHERE stage = ? AND key = ? AND status = 'done'", [stage, key]
            ) { try $0["output_sha256"] }
        }
    }

    /// How many of a stage's tasks are done, without those on withdrawn sources.
    public func doneCount(stage: String) throws -> Int {
        try read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM task
                    WHERE stage = ? AND status = 'done' AND key NOT IN (SELECT target FROM withdrawal)
                    """, arguments: [stage]) ?? 0
        }
    }

    /// What failed and still matters: nothing that was withdrawn, and no clip that goes on no further anyway. Inputs that
    /// did not become a source are `candidates.problems`.
    public func failures() throws -> [(stage: String, key: String, fault: Fault)] {
        try read { db in
            try Self.table.fetchAll(
                db,
                """
                SELECT stage, key, fault FROM task
                WHERE status = 'failed' AND stage <> 'probe' AND key NOT IN (SELECT target FROM withdrawal)
                    AND (key NOT GLOB 'clip-*' OR key IN (SELECT clip_id FROM clip_state WHERE state = 'failed'))
                ORDER BY stage, key
                """
            ) { (try $0["stage"], try $0["key"], try $0.document("fault")) }
        }
    }
}

extension TaskRecords where Reader == Transaction {
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

    /// Makes failed tasks pending again, or all tasks of the named sources and clips, whatever came of them.
    /// - Returns: how many.
    public func retry(_ targets: [String] = []) throws -> Int {
        guard !targets.isEmpty else {
            try db.execute(sql: "DELETE FROM task WHERE status = 'failed'")
            return db.changesCount
        }
        var count = 0
        for target in targets {
            try db.execute(
                sql: """
                    DELETE FROM task
                    WHERE key = ?1 OR key IN (SELECT id FROM clip WHERE source_id = ?1)
                    """, arguments: [target])
            guard db.changesCount > 0 else {
                throw Fault(
                    .invalid, "there is no source or clip with finished work", at: target,
                    advice: "Give the id that 'explain' or 'query' prints.")
            }
            count += db.changesCount
        }
        return count
    }
}
