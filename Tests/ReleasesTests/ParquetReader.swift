import Foundation
import Testing

/// Reads what this suite needs of Parquet: PLAIN pages of texts, INT64, DOUBLE and lists of INT64, nothing null.
struct ParquetReader {
    /// A value of Thrift's compact protocol.
    indirect enum Node {
        case number(Int)
        case bytes([UInt8])
        case list([Node])
        case fields([Int: Node])

        subscript(_ id: Int) -> Node? {
            if case .fields(let fields) = self { fields[id] } else { nil }
        }
        var number: Int? { if case .number(let number) = self { number } else { nil } }
        var text: String? { if case .bytes(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil } }
        var list: [Node] { if case .list(let list) = self { list } else { [] } }
    }

    enum Cell: Equatable { case text(String), integer(Int), float(Double), integers([Int]) }

    let data: [UInt8]
    let footer: Node

    init(_ data: Data) throws {
        self.data = Array(data)
        let magic = Array("PAR1".utf8)
        try #require(data.count > 12 && data.starts(with: magic) && data.suffix(4).elementsEqual(magic))
        let size = Self.number(self.data, at: data.count - 8, bytes: 4)
        var cursor = data.count - 8 - size
        footer = try Self.fields(self.data, &cursor)
        #expect(cursor == data.count - 8)
    }

    var rows: Int { footer[3]?.number ?? 0 }
    var groupRows: [Int] { footer[4]?.list.map { $0[3]?.number ?? 0 } ?? [] }
    /// Names of the schema's nodes, depth first.
    var schema: [String] { footer[2]?.list.compactMap { $0[4]?.text } ?? [] }

    /// A column's cells, of all row groups.
    func column(_ name: String) throws -> [Cell] {
        try (footer[4]?.list ?? []).flatMap { group in
            let chunk = try #require(group[1]?.list.compactMap { $0[3] }.first { $0[3]?.list.first?.text == name })
            var cursor = try #require(chunk[9]?.number)
            let start = cursor
            let header = try Self.fields(data, &cursor)
            let size = try #require(header[2]?.number)
            #expect(chunk[7]?.number == cursor - start + size && header[3]?.number == size)
            let count = try #require(header[5]?[1]?.number)
            #expect(chunk[5]?.number == count)
            return try cells(
                type: chunk[1]?.number ?? 0, isList: chunk[3]?.list.count == 3, count, cursor..<cursor + size)
        }
    }

    private func cells(type: Int, isList: Bool, _ count: Int, _ page: Range<Int>) throws -> [Cell] {
        var cursor = page.lowerBound
        let repetitions = isList ? bits(count, &cursor) : []
        let definitions = isList ? bits(count, &cursor) : []
        var cells: [Cell] = []
        for place in 0..<count {
            if isList {
                if !repetitions[place] { cells.append(.integers([])) }
                guard definitions[place], case .integers(let numbers) = cells.removeLast() else { continue }
                cells.append(.integers(numbers + [Self.number(data, at: cursor, bytes: 8)]))
                cursor += 8
            } else if type == 6 {
                let size = Self.number(data, at: cursor, bytes: 4)
                cells.append(.text(String(decoding: data[cursor + 4..<cursor + 4 + size], as: UTF8.self)))
                cursor += 4 + size
            } else {
                let number = Self.number(data, at: cursor, bytes: 8)
                cells.append(
                    type == 5 ? .float(Double(bitPattern: UInt64(bitPattern: Int64(number)))) : .integer(number))
                cursor += 8
            }
        }
        #expect(cursor == page.upperBound)
        return cells
    }

    /// Levels of one bit: one bit-packed run behind its length.
    private func bits(_ count: Int, _ cursor: inout Int) -> [Bool] {
        let end = cursor + 4 + Self.number(data, at: cursor, bytes: 4)
        cursor += 4
        let head = Self.varint(data, &cursor)
        #expect(head & 1 == 1 && end - cursor == head >> 1 && end - cursor == (count + 7) / 8)
        defer { cursor = end }
        return (0..<count).map { data[cursor + $0 / 8] >> UInt8($0 % 8) & 1 == 1 }
    }

    private static func number(_ data: [UInt8], at offset: Int, bytes: Int) -> Int {
        Int(truncatingIfNeeded: data[offset..<offset + bytes].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    private static func varint(_ data: [UInt8], _ cursor: inout Int) -> Int {
        var value = 0
        var shift = 0
        while true {
            let byte = data[cursor]
            cursor += 1
            value |= Int(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    private static func fields(_ data: [UInt8], _ cursor: inout Int) throws -> Node {
        var fields: [Int: Node] = [:]
        var id = 0
        while data[cursor] != 0 {
            id += Int(data[cursor] >> 4)
            let kind = data[cursor] & 15
            cursor += 1
            fields[id] = try value(kind, data, &cursor)
        }
        cursor += 1
        return .fields(fields)
    }

    private static func value(_ kind: UInt8, _ data: [UInt8], _ cursor: inout Int) throws -> Node {
        switch kind {
        case 5, 6:
            let zigzag = varint(data, &cursor)
            return .number(zigzag >> 1 ^ -(zigzag & 1))
        case 8:
            let size = varint(data, &cursor)
            cursor += size
            return .bytes(Array(data[cursor - size..<cursor]))
        case 9:
            let head = data[cursor]
            cursor += 1
            let count = head >> 4 == 15 ? varint(data, &cursor) : Int(head >> 4)
            return .list(try (0..<count).map { _ in try value(head & 15, data, &cursor) })
        case 12: return try fields(data, &cursor)
        default: throw Unreadable(kind: kind)
        }
    }

    struct Unreadable: Error { let kind: UInt8 }
}
