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

extension Manifest {
    /// The fingerprints of a stage's tasks that ended, done or failed, by key.
    public func fingerprints(stage: String) throws -> [String: String] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT key, fingerprint FROM task WHERE stage = ?", arguments: [stage])
                .reduce(into: [:]) { $0[$1["key"]] = $1["fingerprint"] }
        }
    }

    /// The output hashes of a stage's tasks that are done, by key, without those on withdrawn sources.
    public func outputs(stage: String) throws -> [String: Digest] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT key, output_sha256 FROM task
                    WHERE stage = ? AND status = 'done' AND key NOT IN (SELECT target FROM withdrawal)
                    """, arguments: [stage]
            ).reduce(into: [:]) { $0[$1["key"]] = Digest(hex: $1["output_sha256"]) }
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

    /// The fingerprint of a stage's task that ended, done or failed.
    public func fingerprint(of key: String, stage: String) throws -> String? {
        try read { db in
            try String.fetchOne(
                db, sql: "SELECT fingerprint FROM task WHERE stage = ? AND key = ?", arguments: [stage, key])
        }
    }

    /// Makes failed tasks pending again, or all tasks of the named sources and clips, whatever came of them.
    /// - Returns: how many.
    public func retry(_ targets: [String] = []) throws -> Int {
        try write { db in
            if targets.isEmpty { try db.execute(sql: "DELETE FROM task WHERE status = 'failed'") }
            var count = db.changesCount
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

    /// What failed and still matters: nothing that was withdrawn, and no clip that goes on no further anyway. Inputs that
    /// did not become a source are `ingestProblems`.
    public func failures() throws -> [(stage: String, key: String, fault: Fault)] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT stage, key, fault FROM task
                    WHERE status = 'failed' AND stage <> 'probe' AND key NOT IN (SELECT target FROM withdrawal)
                        AND (key NOT GLOB 'clip-*' OR key IN (SELECT clip_id FROM clip_state WHERE state = 'failed'))
                    ORDER BY stage, key
                    """
            ).map { ($0["stage"], $0["key"], try JSON.decode(Fault.self, from: $0["fault"] as String)) }
        }
    }
}
