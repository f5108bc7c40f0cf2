internal import GRDB

/// One write to the manifest, whole or not at all. It ends with the closure that it was lent to.
///
/// A stage records through it, and the runner the stage's tasks with it.
public struct Transaction {
    let db: Database
    let ledger: Ledger
}

extension Manifest {
    /// Runs `body` in one transaction, durable when this returns; what it throws undoes all of it.
    @discardableResult
    public func commit<T>(_ body: (Transaction) throws -> T) throws -> T {
        try write { try body(Transaction(db: $0, ledger: ledger)) }
    }
}
