import GRDB

/// What a manifest's records can be read from: the manifest itself, or a transaction, which also sees what it wrote.
///
/// Each subject is a property (`clips`, `decisions`, ...) whose type says what can be asked of it. What writes is there
/// where the reader is a `Transaction`; what takes several transactions, where it is a `Manifest`.
public protocol ManifestReader {
    var access: ManifestAccess { get }
}

/// The way to a manifest's rows, which this module alone can go.
public struct ManifestAccess {
    enum Way {
        case connections(Manifest)
        case transaction(Transaction)
    }

    let way: Way
}

extension Manifest: ManifestReader {
    public var access: ManifestAccess { ManifestAccess(way: .connections(self)) }
}

extension Transaction: ManifestReader {
    public var access: ManifestAccess { ManifestAccess(way: .transaction(self)) }
}

/// The records of one subject.
protocol Records {
    associatedtype Reader: ManifestReader
    var reader: Reader { get }
}

extension Records {
    var ledger: Ledger {
        switch reader.access.way {
        case .connections(let manifest): manifest.ledger
        case .transaction(let transaction): transaction.ledger
        }
    }

    func read<T>(_ body: (Database) throws -> T) throws -> T {
        switch reader.access.way {
        case .connections(let manifest): try manifest.read(body)
        case .transaction(let transaction): try body(transaction.db)
        }
    }
}

extension Records where Reader == Manifest {
    func commit<T>(_ body: (Transaction) throws -> T) throws -> T { try reader.commit(body) }
}

extension Records where Reader == Transaction {
    var db: Database { reader.db }
}
