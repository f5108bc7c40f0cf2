import Model

/// Writes one Parquet file (github.com/apache/parquet-format) front to back: row groups of one uncompressed PLAIN data
/// page a column. Our own, because there is no Parquet package for Swift that writes without Arrow's C++.
///
/// A row group ends at 4,096 rows or 16 MiB, so memory does not grow with the table; equal rows make equal bytes.
final class ParquetTable {
    private static let magic = "PAR1"
    private static let groupRows = 4096
    private static let groupBytes = 1 << 24

    private let columns: [ParquetColumn]
    private let sink: any ByteSink
    private var pages: [ParquetPage]
    /// Of the present row group.
    private var rows = 0
    private var bytes = 0
    private var groups: [ParquetThrift] = []
    private var allRows = 0
    private var offset = 0

    init(columns: [ParquetColumn], to sink: any ByteSink) throws {
        self.columns = columns
        self.sink = sink
        pages = columns.map { _ in ParquetPage() }
        try write(Array(Self.magic.utf8))
    }

    /// - Precondition: a value for each column, of its kind.
    func append(_ row: [JSONNode]) throws {
        for (index, value) in row.enumerated() { bytes += pages[index].append(value) }
        rows += 1
        if rows >= Self.groupRows || bytes >= Self.groupBytes { try flush() }
    }

    func finish() throws {
        if rows > 0 { try flush() }
        var footer = ParquetThrift()
        footer.add(1, int32: 1)
        footer.add(2, Self.schema(of: columns))
        footer.add(3, int64: allRows)
        footer.add(4, groups)
        footer.add(6, "microcurate")
        var end = footer.bytes
        end.append(littleEndian: UInt32(end.count))
        try write(end + Array(Self.magic.utf8))
    }

    private func write(_ block: [UInt8]) throws {
        try sink.write(block[...])
        offset += block.count
    }

    /// Writes the present row group.
    private func flush() throws {
        var chunks: [ParquetThrift] = []
        let start = offset
        for (column, page) in zip(columns, pages) {
            let pageOffset = offset
            try write(page.head)
            try write(page.values)
            chunks.append(chunk(column, values: page.places, at: pageOffset))
        }
        var group = ParquetThrift()
        group.add(1, chunks)
        group.add(2, int64: offset - start)
        group.add(3, int64: rows)
        groups.append(group)
        allRows += rows
        rows = 0
        bytes = 0
        pages = columns.map { _ in ParquetPage() }
    }

    /// What the footer says of a column in a row group, whose page reaches from `pageOffset` to here.
    private func chunk(_ column: ParquetColumn, values: Int, at pageOffset: Int) -> ParquetThrift {
        var facts = ParquetThrift()
        facts.add(1, int32: column.type)
        facts.add(2, int32s: column.kind == .integers ? [ParquetCode.plain, ParquetCode.rle] : [ParquetCode.plain])
        facts.add(3, column.path)
        facts.add(4, int32: ParquetCode.uncompressed)
        facts.add(5, int64: values)
        facts.add(6, int64: offset - pageOffset)
        facts.add(7, int64: offset - pageOffset)
        facts.add(9, int64: pageOffset)
        var chunk = ParquetThrift()
        chunk.add(2, int64: pageOffset)
        chunk.add(3, facts)
        return chunk
    }

    /// The root and what is below it, depth first.
    private static func schema(of columns: [ParquetColumn]) -> [ParquetThrift] {
        var root = ParquetThrift()
        root.add(4, "schema")
        root.add(5, int32: columns.count)
        return [root] + columns.flatMap(\.schema)
    }
}
