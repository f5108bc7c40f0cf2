/// A struct in Thrift's compact protocol (doc/specs/thrift-compact-protocol.md of apache/thrift), as far as Parquet's
/// headers need it. Fields are given in rising order.
struct ParquetThrift {
    private enum Kind: UInt8 {
        case integer32 = 5
        case integer64 = 6
        case binary = 8
        case list = 9
        case structure = 12
    }

    private var fields: [UInt8] = []
    private var last = 0

    /// The struct's bytes, its end included.
    var bytes: [UInt8] { fields + [0] }

    mutating func add(_ id: Int, int32 value: Int) {
        begin(id, .integer32)
        fields += Self.varint(zigzag: value)
    }

    mutating func add(_ id: Int, int64 value: Int) {
        begin(id, .integer64)
        fields += Self.varint(zigzag: value)
    }

    mutating func add(_ id: Int, _ text: String) {
        begin(id, .binary)
        fields += Self.binary(text)
    }

    mutating func add(_ id: Int, _ value: ParquetThrift) {
        begin(id, .structure)
        fields += value.bytes
    }

    mutating func add(_ id: Int, _ values: [ParquetThrift]) { add(id, values.map(\.bytes), of: .structure) }
    mutating func add(_ id: Int, _ texts: [String]) { add(id, texts.map(Self.binary), of: .binary) }
    mutating func add(_ id: Int, int32s values: [Int]) { add(id, values.map(Self.varint(zigzag:)), of: .integer32) }

    private mutating func add(_ id: Int, _ items: [[UInt8]], of kind: Kind) {
        begin(id, .list)
        if items.count < 15 {
            fields.append(UInt8(items.count) << 4 | kind.rawValue)
        } else {
            fields.append(0xf0 | kind.rawValue)
            fields += Self.varint(items.count)
        }
        for item in items { fields += item }
    }

    /// - Precondition: ids rise by 1 to 15.
    private mutating func begin(_ id: Int, _ kind: Kind) {
        fields.append(UInt8(id - last) << 4 | kind.rawValue)
        last = id
    }

    private static func binary(_ text: String) -> [UInt8] { varint(text.utf8.count) + Array(text.utf8) }

    /// Seven bits a byte, the lowest first; the high bit says that more follow.
    ///
    /// - Precondition: `value` is not negative.
    static func varint(_ value: Int) -> [UInt8] { varint(UInt64(value)) }

    private static func varint(zigzag value: Int) -> [UInt8] {
        varint(UInt64(bitPattern: Int64(value << 1 ^ value >> 63)))
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
