import Model

/// `clips.parquet`: every key of every record, for pandas, polars, DuckDB and Hugging Face `datasets`. Texts are UTF-8,
/// numbers INT64 and DOUBLE, `source_frames` a list of INT64; nothing is null.
///
/// Written by `ParquetTable`. Memory holds one row group.
final class ParquetListing: Listing {
    private let place: any ListingPlace
    private var table: ParquetTable?

    init(in place: any ListingPlace) { self.place = place }

    func append(_ record: SampleRecord) throws {
        let row = record.members
        let table = try table ?? ParquetTable(columns: row.map(Self.column), to: place.begin(ReleasePath.table))
        self.table = table
        try table.append(row.map(\.value))
    }

    func finish() throws { try table?.finish() }

    private static func column(_ member: (key: String, value: JSONNode)) -> ParquetColumn {
        switch member.value {
        case .integer: ParquetColumn(name: member.key, kind: .integer)
        case .float: ParquetColumn(name: member.key, kind: .float)
        case .list, .integers: ParquetColumn(name: member.key, kind: .integers)
        case .text, .null, .boolean, .object, .members: ParquetColumn(name: member.key, kind: .text)
        }
    }
}
