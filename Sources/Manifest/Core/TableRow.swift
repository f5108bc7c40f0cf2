import GRDB
import Model

/// A table or view, and the column that tells its rows apart for people.
struct RecordTable: Sendable {
    let name: String
    let key: String

    init(_ name: String, key: String) {
        self.name = name
        self.key = key
    }
}

/// A row whose values are what they are asked for as: anything else is a `Fault` that names table, column, value and row.
struct TableRow {
    let table: RecordTable
    let row: Row

    /// Throws a `Fault(.corrupt)` where there is no such column, or where it holds no such value; an optional takes NULL.
    subscript<Value: ColumnValue>(column: String) -> Value {
        get throws {
            guard let stored = try? row.decode(DatabaseValue.self, forColumn: column) else {
                throw fault("has no column '\(column)'")
            }
            guard let value = Value.stored(as: stored) else { throw unfit(stored, column, "\(Value.self)") }
            return value
        }
    }

    /// A document that stands in the column as JSON.
    func document<Value: Decodable>(_ column: String) throws -> Value {
        let text: String = try self[column]
        guard let value = try? JSON.decode(Value.self, from: text) else {
            throw unfit(text.databaseValue, column, "\(Value.self)")
        }
        return value
    }

    /// As `document`; nil where the column is NULL.
    func documentIfAny<Value: Decodable>(_ column: String) throws -> Value? {
        try self[column] as String? == nil ? nil : document(column)
    }

    /// The fault of a value that a column must not hold.
    func unfit(_ stored: DatabaseValue, _ column: String, _ kind: String) -> Fault {
        let kind = kind.replacing("Optional<", with: "").replacing(">", with: "")
        return fault("has \("\(stored)".prefix(80)) in column '\(column)', which is no \(kind)")
    }

    private func fault(_ what: String) -> Fault {
        let key =
            (try? row.decode(String.self, forColumn: table.key))
            ?? (try? row.decode(Int64.self, forColumn: table.key)).map(String.init)
        return Fault(
            .corrupt, "a row of '\(table.name)' \(what)", at: key ?? table.name,
            advice: "Use the microcurate that wrote it, or restore the manifest from a copy.")
    }
}

/// A value made of a row of a table that it knows.
protocol RowRecord {
    static var table: RecordTable { get }
    init(_ row: TableRow) throws
}

extension RowRecord {
    static func fetchAll(_ db: Database, _ sql: String, _ arguments: StatementArguments = []) throws -> [Self] {
        try table.fetchAll(db, sql, arguments) { try Self($0) }
    }

    static func fetchOne(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws -> Self? {
        try table.fetchOne(db, sql, arguments) { try Self($0) }
    }
}

extension RecordTable {
    /// What `value` makes of each row of a query.
    func fetchAll<Value>(
        _ db: Database, _ sql: String, _ arguments: StatementArguments = [], _ value: (TableRow) throws -> Value
    ) throws -> [Value] {
        let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
        var values: [Value] = []
        while let row = try rows.next() { values.append(try value(TableRow(table: self, row: row))) }
        return values
    }

    /// What `value` makes of the first row of a query.
    func fetchOne<Value>(
        _ db: Database, _ sql: String, _ arguments: StatementArguments, _ value: (TableRow) throws -> Value
    ) throws -> Value? {
        try Row.fetchOne(db, sql: sql, arguments: arguments).map { try value(TableRow(table: self, row: $0)) }
    }

    /// By the key that `value` makes of each row, what it makes of it.
    func fetchMap<Key: Hashable, Value>(
        _ db: Database, _ sql: String, _ arguments: StatementArguments = [],
        _ value: (TableRow) throws -> (Key, Value)
    ) throws -> [Key: Value] {
        let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
        var values: [Key: Value] = [:]
        while let row = try rows.next() {
            let (key, value) = try value(TableRow(table: self, row: row))
            values[key] = value
        }
        return values
    }
}
