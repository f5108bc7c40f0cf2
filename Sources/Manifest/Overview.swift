import GRDB
public import Model

/// A step of the funnel and how much came that far.
public struct FunnelStep: Codable, Hashable, Sendable {
    public var step: String
    public var count: Int
}

/// A value of a query, as JSON knows it.
public enum SQLValue: Hashable, Sendable, Encodable, CustomStringConvertible {
    case null, integer(Int64), real(Double), text(String)

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .integer(let value): try container.encode(value)
        case .real(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        }
    }

    public var description: String {
        switch self {
        case .null: ""
        case .integer(let value): "\(value)"
        case .real(let value): "\(value)"
        case .text(let value): value
        }
    }
}

/// The rows of a query.
public struct SQLTable: Sendable {
    public var columns: [String]
    public var rows: [[SQLValue]]
}

extension Manifest {
    /// Sources -> shots -> proposed -> passed -> unique -> ready -> accepted. Each step holds what the next one had to choose from.
    public func funnel() throws -> [FunnelStep] {
        let states = try clipStates()
        func sum(_ wanted: ClipState...) -> Int { wanted.reduce(0) { $0 + (states[$1] ?? 0) } }
        let decided = sum(.accepted, .declined, .disputed)
        return try read { db in
            func count(_ table: String) throws -> Int {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
            }
            let waiting =
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM clip_state JOIN verdict ON verdict.clip_id = clip_state.clip_id AND position = 0
                        WHERE state = 'proposed'
                        """) ?? 0
            return [
                FunnelStep(step: "sources", count: try count("source")),
                FunnelStep(step: "shots", count: try count("shot")),
                FunnelStep(step: "proposed", count: states.reduce(0) { $0 + ($1.key == .retired ? 0 : $1.value) }),
                FunnelStep(step: "passed", count: waiting + sum(.duplicate, .failed, .ready) + decided),
                FunnelStep(step: "unique", count: waiting + sum(.failed, .ready) + decided),
                FunnelStep(step: "ready", count: sum(.ready) + decided),
                FunnelStep(step: "accepted", count: sum(.accepted)),
            ]
        }
    }

    public func clipStates() throws -> [ClipState: Int] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT state, count(*) AS n FROM clip_state GROUP BY state")
                .reduce(into: [:]) { counts, row in
                    if let state = ClipState(rawValue: row["state"]) { counts[state] = row["n"] }
                }
        }
    }

    /// Rejected, duplicate and failed clips by reason.
    public func reasons(of state: ClipState) throws -> [String: Int] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT COALESCE(CASE WHEN state = 'duplicate' THEN 'duplicate' ELSE reason END, '') AS reason,
                        count(*) AS n FROM clip_state WHERE state = ? GROUP BY 1
                    """, arguments: [state.rawValue]
            ).reduce(into: [:]) { $0[$1["reason"]] = $1["n"] }
        }
    }

    /// Clips of each level among those that are ready or accepted.
    public func levels() throws -> [String: Int] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT COALESCE(level, 'unknown') AS level, count(*) AS n FROM clip_overview
                    WHERE state IN ('ready', 'accepted') GROUP BY 1
                    """
            ).reduce(into: [:]) { $0[$1["level"]] = $1["n"] }
        }
    }

    /// Runs SQL that reads; anything else is refused.
    public func query(_ sql: String, _ arguments: [String] = []) throws -> SQLTable {
        do {
            return try pool.read { db in
                let statement = try db.makeStatement(sql: sql)
                let rows = try Row.fetchAll(statement, arguments: StatementArguments(arguments))
                return SQLTable(
                    columns: statement.columnNames,
                    rows: rows.map { row in row.databaseValues.map(Self.value) })
            }
        } catch let error as DatabaseError {
            throw Fault(
                .invalid, error.message ?? "the query failed", at: "query",
                advice: "Queries read only; views and tables are described in schemas/ and docs/manifest.md.")
        }
    }

    private static func value(_ value: DatabaseValue) -> SQLValue {
        switch value.storage {
        case .null: .null
        case .int64(let value): .integer(value)
        case .double(let value): .real(value)
        case .string(let value): .text(value)
        case .blob(let value): .text(value.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined())
        }
    }

    /// The schema as SQL, in the order of creation.
    public func schema() throws -> String {
        try read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT sql || ';' FROM sqlite_schema
                    WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'
                        AND name NOT LIKE 'caption_search_%' ORDER BY rowid
                    """
            ).joined(separator: "\n") + "\n"
        }
    }
}
