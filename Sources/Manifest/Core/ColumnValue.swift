import GRDB
import Model

/// What a column can hold.
protocol ColumnValue {
    /// nil where what is stored is none.
    static func stored(as value: DatabaseValue) -> Self?
}

extension ColumnValue where Self: DatabaseValueConvertible {
    static func stored(as value: DatabaseValue) -> Self? { fromDatabaseValue(value) }
}

extension ColumnValue where Self: RawRepresentable, RawValue == String {
    static func stored(as value: DatabaseValue) -> Self? { String.stored(as: value).flatMap(Self.init(rawValue:)) }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
    /// NULL is nil, and nothing else.
    static func stored(as value: DatabaseValue) -> Wrapped?? {
        value.isNull ? .some(nil) : Wrapped.stored(as: value).map { .some($0) }
    }
}

extension String: ColumnValue {}
extension Int: ColumnValue {}
extension Int64: ColumnValue {}
extension Double: ColumnValue {}
extension Bool: ColumnValue {}

extension ClipID: ColumnValue {}
extension SourceID: ColumnValue {}

extension Digest: ColumnValue {
    static func stored(as value: DatabaseValue) -> Digest? { String.stored(as: value).flatMap(Digest.init(hex:)) }
}

extension Rational: ColumnValue {
    static func stored(as value: DatabaseValue) -> Rational? { String.stored(as: value).flatMap { Rational($0) } }
}

extension MediaKind: ColumnValue {}
extension Timing: ColumnValue {}
extension ClipState: ColumnValue {}
extension Outcome.Acceptance: ColumnValue {}
extension Outcome.Facet: ColumnValue {}
