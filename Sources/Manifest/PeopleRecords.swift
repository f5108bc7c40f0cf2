import GRDB
public import Model

/// Someone who may sign in to review.
public struct Person: Codable, Hashable, Sendable {
    public enum Role: String, Codable, Sendable, CaseIterable {
        /// Sees the queue and their own record.
        case reviewer
        /// Sees everything, and may settle, reopen and send back.
        case curator
    }

    public var name: String
    public var role: Role
    /// RFC 3339 in UTC; nil while they may sign in.
    @Nullable public var barredAt: String?

    public init(name: String, role: Role, barredAt: String? = nil) {
        self.name = name
        self.role = role
        self.barredAt = barredAt
    }
}

extension Manifest {
    /// Adds a one-time sign-in link, known by the hash of its token, for a person who is added or gets this role.
    ///
    /// Moments are RFC 3339 in UTC with whole seconds. Being invited again ends being barred.
    public func invite(_ name: String, role: Person.Role, token: Digest, at now: String, until expiry: String) throws {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO person (name, role, added_at) VALUES (?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET role = excluded.role, barred_at = NULL
                    """, arguments: [name, role.rawValue, now])
            try db.execute(
                sql: "INSERT INTO invitation (token_sha256, person, expires_at) VALUES (?, ?, ?)",
                arguments: [token.hex, name, expiry])
        }
    }

    /// Uses up an invitation and begins a session; nil where the invitation is unknown, used or expired, or the person
    /// barred.
    public func redeem(invitation: Digest, session: Digest, at now: String, until expiry: String) throws -> Person? {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE invitation SET used_at = ?2
                    WHERE token_sha256 = ?1 AND used_at IS NULL AND expires_at > ?2
                        AND person IN (SELECT name FROM person WHERE barred_at IS NULL)
                    """, arguments: [invitation.hex, now])
            guard db.changesCount == 1 else { return nil }
            try db.execute(
                sql: """
                    INSERT INTO session (token_sha256, person, started_at, expires_at)
                    SELECT ?, person, ?, ? FROM invitation WHERE token_sha256 = ?
                    """, arguments: [session.hex, now, expiry, invitation.hex])
            return try Self.person(ofSession: session, at: now, db)
        }
    }

    /// Who is signed in with a session; nil where it is unknown, ended or expired, or its person barred.
    public func person(ofSession session: Digest, at now: String) throws -> Person? {
        try read { try Self.person(ofSession: session, at: now, $0) }
    }

    private static func person(ofSession session: Digest, at now: String, _ db: Database) throws -> Person? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT person.* FROM session JOIN person ON name = person
                WHERE token_sha256 = ? AND ended_at IS NULL AND barred_at IS NULL AND expires_at > ?
                """, arguments: [session.hex, now]
        ).map(person)
    }

    public func end(session: Digest, at now: String) throws {
        try write {
            try $0.execute(
                sql: "UPDATE session SET ended_at = ? WHERE token_sha256 = ? AND ended_at IS NULL",
                arguments: [now, session.hex])
        }
    }

    /// Keeps a person from signing in, ending their sessions and invitations; what they said stays.
    /// - Returns: whether there is such a person.
    public func bar(_ name: String, at now: String) throws -> Bool {
        try write { db in
            try db.execute(sql: "UPDATE person SET barred_at = ? WHERE name = ?", arguments: [now, name])
            let isKnown = db.changesCount == 1
            try db.execute(
                sql: "UPDATE session SET ended_at = ? WHERE person = ? AND ended_at IS NULL", arguments: [now, name])
            try db.execute(
                sql: "UPDATE invitation SET used_at = ? WHERE person = ? AND used_at IS NULL", arguments: [now, name])
            return isKnown
        }
    }

    public func people() throws -> [Person] {
        try read { try Row.fetchAll($0, sql: "SELECT * FROM person ORDER BY name").map(Self.person) }
    }

    private static func person(_ row: Row) -> Person {
        Person(name: row["name"], role: Person.Role(rawValue: row["role"]) ?? .reviewer, barredAt: row["barred_at"])
    }

    /// Remembers that two clips don't show the same footage; `dedup` keeps them apart from then on.
    public func separate(_ a: ClipID, _ b: ClipID, by curator: String) throws {
        try write {
            try $0.execute(
                sql: "INSERT OR IGNORE INTO not_duplicate (clip_id, other_id, said_by, said_at) VALUES (?, ?, ?, ?)",
                arguments: [min(a, b).rawValue, max(a, b).rawValue, curator, Timestamp.now()])
        }
    }

    /// Forgets that two clips were kept apart.
    public func unite(_ a: ClipID, _ b: ClipID) throws {
        try write {
            try $0.execute(
                sql: "DELETE FROM not_duplicate WHERE clip_id = ? AND other_id = ?",
                arguments: [min(a, b).rawValue, max(a, b).rawValue])
        }
    }

    /// The pairs kept apart, the smaller id first, in order.
    public func separated() throws -> [[ClipID]] {
        try read {
            try Row.fetchAll($0, sql: "SELECT clip_id, other_id FROM not_duplicate ORDER BY clip_id, other_id")
                .map { [ClipID(rawValue: $0[0]), ClipID(rawValue: $0[1])] }
        }
    }
}
