import GRDB
import Model

/// A value of a query, as JSON knows it.
public enum SQLValue: Hashable, Sendable, Encodable, CustomStringConvertible {
    case null, integer(Int64), real(Double), text(String)

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .integer(let value): try container.encode(value)
        // JSON has no infinity.
        case .real(let value) where !value.isFinite: try container.encode("\(value)")
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
    /// A statement that `query` takes: the funnel's states.
    public static let exampleQuery = "SELECT state, count(*) FROM clip_overview GROUP BY state"

    /// Runs one statement that reads, on a connection that can't write; anything else is refused.
    public func query(_ sql: String, _ arguments: [String] = []) throws -> SQLTable {
        try Self.checkReads(sql)
        do {
            return try look { db in
                let statement = try db.makeStatement(sql: sql)
                let rows = try Row.fetchAll(statement, arguments: StatementArguments(arguments))
                return SQLTable(
                    columns: statement.columnNames,
                    rows: rows.map { row in row.databaseValues.map(Self.value) })
            }
        } catch let error as DatabaseError {
            let text = error.message ?? "the query failed"
            switch error.resultCode {
            case .SQLITE_READONLY: throw Self.refusal("the statement writes")
            case .SQLITE_AUTH: throw Self.refusal("it calls what queries may not call (\(text))")
            case .SQLITE_MISUSE where text.hasPrefix("Multiple"): throw Self.refusal("there are several statements")
            default: throw Self.refusal(text)
            }
        }
    }

    private static let pragmas: Set<String> = [
        "user_version", "application_id", "schema_version", "journal_mode", "page_count", "page_size", "encoding",
        "integrity_check", "quick_check", "foreign_key_check", "foreign_key_list", "table_info", "table_xinfo",
        "table_list", "index_list", "index_info", "index_xinfo", "compile_options", "database_list",
    ]

    /// Those that may name a table or a limit; of any other, a value in brackets sets it.
    private static let pragmasOfNames: Set<String> = pragmas.filter {
        $0.hasSuffix("_check") || $0.contains("_info") || $0.hasSuffix("_xinfo") || $0.hasSuffix("_list")
    }

    /// SQLite takes statements for reading that change the connection or other files: the first word must be one of those
    /// that only read.
    private static func checkReads(_ sql: String) throws {
        let words = sql.withoutLeadingComments.lowercased()
        let first = words.prefix { $0.isLetter }
        switch first {
        case "select", "with", "values", "explain": return
        case "pragma":
            let name = words.dropFirst(6).drop { $0.isWhitespace }.prefix { $0.isLetter || $0 == "_" }
            let rest = words[name.endIndex...]
            let asks = !rest.contains("=") && (!rest.contains("(") || pragmasOfNames.contains(String(name)))
            guard pragmas.contains(String(name)), asks else {
                throw refusal("this PRAGMA doesn't only read, or may not")
            }
        case "": throw refusal("there is no statement")
        default: throw refusal("a statement that begins with \(first.uppercased()) doesn't read")
        }
    }

    private static func refusal(_ what: String) -> Fault {
        Fault(
            .invalid, what, at: "query",
            advice: "One statement that reads: SELECT, WITH, VALUES; schemas/README.md describes views and tables.")
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

    /// Changes whenever another process has written; what this value wrote itself doesn't count.
    public func dataVersion() throws -> Int {
        try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
    }
}

extension String {
    /// From its first word on.
    fileprivate var withoutLeadingComments: Substring {
        var rest = self[...]
        while true {
            rest = rest.drop { $0.isWhitespace || $0 == ";" }
            if rest.hasPrefix("--") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*"), let end = rest.firstRange(of: "*/") {
                rest = rest[end.upperBound...]
            } else {
                return rest
            }
        }
    }
}
