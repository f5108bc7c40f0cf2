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

extension Person.Role: ColumnValue {}

extension Person: RowRecord {
    static let table = RecordTable("person", key: "name")

    init(_ row: TableRow) throws {
        self.init(name: try row["name"], role: try row["role"], barredAt: try row["barred_at"])
    }
}

/// Who may sign in to review.
public struct PeopleRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var people: PeopleRecords<Self> { PeopleRecords(reader: self) } }

extension PeopleRecords {
    /// Everybody, in order of their names.
    public func all() throws -> [Person] { try read { try Person.fetchAll($0, "SELECT * FROM person ORDER BY name") } }

    /// Who is signed in with a session; nil where it is unknown, ended or expired, or its person barred.
    public func person(ofSession session: Digest, at now: String) throws -> Person? {
        try read { db in
            try Person.fetchOne(
                db,
                """
                SELECT person.* FROM session JOIN person ON name = person
                WHERE token_sha256 = ? AND ended_at IS NULL AND barred_at IS NULL AND expires_at > ?
                """, [session.hex, now])
        }
    }

    /// When each person last signed in or decided, RFC 3339; nobody who never did.
    public func lastSeen() throws -> [String: String] {
        try read { db in
            try Person.table.fetchMap(
                db,
                """
                SELECT name, seen FROM (
                    SELECT name, max(COALESCE((SELECT max(started_at) FROM session WHERE person = name), ''),
                        COALESCE((SELECT decided_at FROM decision WHERE reviewer = name
                            ORDER BY sequence DESC LIMIT 1), '')) AS seen FROM person)
                WHERE seen <> ''
                """
            ) { (try $0["name"], try $0["seen"]) }
        }
    }
}

extension PeopleRecords where Reader == Transaction {
    /// Adds a one-time sign-in link, known by the hash of its token, for a person who is added or gets this role.
    ///
    /// Moments are RFC 3339 in UTC with whole seconds. Being invited again ends being barred.
    public func invite(_ name: String, role: Person.Role, token: Digest, at now: String, until expiry: String) throws {
        try db.execute(
            sql: """
                INSERT INTO person (name, role, added_at) VALUES (?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET role = excluded.role, barred_at = NULL
                """, arguments: [name, role.rawValue, now])
        try db.execute(
            sql: "INSERT INTO invitation (token_sha256, person, expires_at) VALUES (?, ?, ?)",
            arguments: [token.hex, name, expiry])
    }

    /// Uses up an invitation and begins a session; nil where the invitation is unknown, used or expired, or the person
    /// barred.
    public func redeem(invitation: Digest, session: Digest, at now: String, until expiry: String) throws -> Person? {
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
        return try person(ofSession: session, at: now)
    }

    public func end(session: Digest, at now: String) throws {
        try db.execute(
            sql: "UPDATE session SET ended_at = ? WHERE token_sha256 = ? AND ended_at IS NULL",
            arguments: [now, session.hex])
    }

    /// Keeps a person from signing in, ending their sessions and invitations; what they said stays.
    /// - Returns: whether there is such a person.
    public func bar(_ name: String, at now: String) throws -> Bool {
        try db.execute(sql: "UPDATE person SET barred_at = ? WHERE name = ?", arguments: [now, name])
        let isKnown = db.changesCount == 1
        try db.execute(
            sql: "UPDATE session SET ended_at = ? WHERE person = ? AND ended_at IS NULL", arguments: [now, name])
        try db.execute(
            sql: "UPDATE invitation SET used_at = ? WHERE person = ? AND used_at IS NULL", arguments: [now, name])
        return isKnown
    }

    /// Gives a person another role, or lets one who was barred in again; they need a new link to sign in.
    /// - Returns: whether there is such a person.
    public func change(_ name: String, role: Person.Role? = nil, isBarred: Bool? = nil) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE person SET role = COALESCE(?2, role), barred_at = CASE WHEN ?3 = 0 THEN NULL ELSE barred_at END
                WHERE name = ?1
                """, arguments: [name, role?.rawValue, isBarred.map { $0 ? 1 : 0 }])
        return db.changesCount == 1
    }
}
