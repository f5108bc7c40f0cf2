/// A required column of a Parquet table.
struct ParquetColumn {
    enum Kind { case text, integer, float, integers }

    let name: String
    let kind: Kind

    /// The physical type of its values.
    var type: Int {
        switch kind {
        case .text: ParquetCode.byteArray
        case .integer, .integers: ParquetCode.int64
        case .float: ParquetCode.double
        }
    }

    /// The names that lead to its values.
    var path: [String] { kind == .integers ? [name, "list", "element"] : [name] }

    /// Its nodes in the schema. A list is a group of a repeated group of its elements.
    var schema: [ParquetThrift] {
        var leaf = ParquetThrift()
        leaf.add(1, int32: type)
        leaf.add(3, int32: ParquetCode.required)
        leaf.add(4, kind == .integers ? "element" : name)
        if kind == .text { leaf.add(6, int32: ParquetCode.utf8) }
        guard kind == .integers else { return [leaf] }
        var list = ParquetThrift()
        list.add(3, int32: ParquetCode.required)
        list.add(4, name)
        list.add(5, int32: 1)
        list.add(6, int32: ParquetCode.list)
        var repeated = ParquetThrift()
        repeated.add(3, int32: ParquetCode.repeated)
        repeated.add(4, "list")
        repeated.add(5, int32: 1)
        return [list, repeated, leaf]
    }
}

/// Numbers of Parquet's enumerations (parquet.thrift).
enum ParquetCode {
    // Type
    static let int64 = 2
    static let double = 5
    static let byteArray = 6
    // FieldRepetitionType
    static let required = 0
    static let repeated = 2
    // ConvertedType
    static let utf8 = 0
    static let list = 3
    // Encoding
    static let plain = 0
    static let rle = 3
    // PageType, CompressionCodec
    static let dataPage = 0
    static let uncompressed = 0
}

/// One data page (version 1): the values of a column in a row group.
struct ParquetPage {
    /// In PLAIN encoding: the end of the page.
    private(set) var values: [UInt8] = []
    /// Values, and lists that hold none.
    private(set) var places = 0
    /// For each place of a list column: whether it goes on with the list before it, and whether it holds a value.
    private var repetitions = ParquetBits()
    private var definitions = ParquetBits()

    /// - Returns: bytes that the page grew by.
    mutating func append(_ value: JSONNode) -> Int {
        let before = values.count
        switch value {
        case .integer(let number): add(UInt64(bitPattern: Int64(number)))
        case .float(let number): add(number.bitPattern)
        case .integers(let numbers): return append(.list(numbers.map { .integer($0) }))
        case .list(let items):
            for (index, item) in items.enumerated() {
                repetitions.append(index > 0)
                definitions.append(true)
                _ = append(item)
            }
            if items.isEmpty {
                repetitions.append(false)
                definitions.append(false)
                places += 1
            }
        case .text(let text):
            values.append(littleEndian: UInt32(text.utf8.count))
            values += text.utf8
            places += 1
        case .null, .boolean, .object, .members: _ = append(.text(value.line))
        }
        return values.count - before
    }

    private mutating func add(_ number: UInt64) {
        values.append(littleEndian: number)
        places += 1
    }

    /// What stands before the values: the page's header, and the levels of a list.
    var head: [UInt8] {
        let levels = repetitions.bytes + definitions.bytes
        var page = ParquetThrift()
        page.add(1, int32: places)
        page.add(2, int32: ParquetCode.plain)
        page.add(3, int32: ParquetCode.rle)
        page.add(4, int32: ParquetCode.rle)
        var header = ParquetThrift()
        header.add(1, int32: ParquetCode.dataPage)
        header.add(2, int32: levels.count + values.count)
        header.add(3, int32: levels.count + values.count)
        header.add(5, page)
        return header.bytes + levels
    }
}

/// Levels of one bit each: one bit-packed run of Parquet's hybrid encoding behind its length; nothing where none are.
private struct ParquetBits {
    private var packed: [UInt8] = []
    private var count = 0

    mutating func append(_ bit: Bool) {
        if count.isMultiple(of: 8) { packed.append(0) }
        if bit { packed[packed.count - 1] |= 1 << UInt8(count % 8) }
        count += 1
    }

    var bytes: [UInt8] {
        guard count > 0 else { return [] }
        let run = ParquetThrift.varint(packed.count << 1 | 1) + packed
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt32(run.count))
        return bytes + run
    }
}
