import Files
import Foundation
import Model

/// The rows of a metadata file, texts by key: a JSON array of objects, one object a line, or CSV under a header.
/// Numbers stand as their text; null, lists and objects are left out.
struct ClipMetadataRows {
    struct Row: Hashable, Sendable {
        /// The file with the row's line, or its number in an array.
        var place: String
        var values: [String: String] = [:]
        /// Why it can't be read, where it can't.
        var problem: String?
    }

    private(set) var rows: [Row] = []

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// - Throws: `Fault` for a file that can't be read or that is none of these.
    init(file: String) throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Fault(.unreadable, "the file can't be read", at: file, advice: "Check the path and its permissions.")
        }
        let bytes = Self.withoutByteOrderMark(data)
        if file.lowercased().hasSuffix(".csv") {
            try readCSV(Array(bytes), file)
        } else if bytes.first(where: { !Self.isBlank($0) }) == UInt8(ascii: "[") {
            try readArray(Data(bytes), file)
        } else {
            readLines(Data(bytes), file)
        }
    }

    static func withoutByteOrderMark(_ data: Data) -> Data {
        data.starts(with: byteOrderMark) ? data.dropFirst(3) : data
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

    private mutating func readArray(_ data: Data, _ file: String) throws {
        guard let elements = try? JSONSerialization.jsonObject(with: data) as? [Any] else {
            throw Fault(
                .invalid, "it is no JSON", at: file, advice: "Correct it; 'python3 -m json.tool' names the place.")
        }
        for (index, element) in elements.enumerated() { add(element, "\(file), entry \(index + 1)") }
    }

    private mutating func readLines(_ data: Data, _ file: String) {
        for line in JSONLines(data, path: file).lines where !line.isBlank {
            add(try? JSONSerialization.jsonObject(with: Data(line.bytes)), line.place)
        }
    }

    private mutating func add(_ element: Any?, _ place: String) {
        guard let object = element as? [String: Any] else {
            rows.append(Row(place: place, problem: "it is no JSON object"))
            return
        }
        rows.append(
            Row(
                place: place,
                values: object.compactMapValues { ($0 as? String) ?? ($0 as? NSNumber)?.stringValue }))
    }

    private mutating func readCSV(_ bytes: [UInt8], _ file: String) throws {
        let records = try ClipMetadataCSV.records(bytes, file: file)
        guard let header = records.first?.fields, Set(header).count == header.count else {
            throw Fault(
                .invalid, "it has no header, or one that names a column twice", at: file,
                advice: "The first line names the columns, such as video,prompt.")
        }
        for record in records.dropFirst() {
            let place = "\(file):\(record.line)"
            guard record.fields.count == header.count else {
                let what = "it has \(record.fields.count) fields, the header \(header.count)"
                rows.append(Row(place: place, problem: "\(what); put one that holds commas into quotes"))
                continue
            }
            let filled = zip(header, record.fields).filter { !$0.1.isEmpty }
            rows.append(Row(place: place, values: Dictionary(uniqueKeysWithValues: filled)))
        }
    }
}

/// CSV by RFC 4180, also with bare line feeds. Records know their line, so that a bad one can be named.
package enum ClipMetadataCSV {
    package struct Record: Hashable {
        package var line: Int
        package var fields: [String]
    }

    private static let comma = UInt8(ascii: ","), quote = UInt8(ascii: "\""), feed = UInt8(ascii: "\n")
    private static let carriage = UInt8(ascii: "\r")

    /// Every record; empty lines are none.
    /// - Throws: `Fault` for a quote that doesn't end, text behind a closing quote, and what is not UTF-8.
    package static func records(_ bytes: [UInt8], file: String) throws -> [Record] {
        var records: [Record] = []
        var record = Record(line: 1, fields: [])
        var (at, line) = (0, 1)
        func fault(_ what: String, _ line: Int) -> Fault {
            Fault(.invalid, what, at: "\(file):\(line)", advice: "Quotes inside a quoted field are doubled.")
        }
        while at < bytes.count {
            var field: [UInt8] = []
            let opened = bytes[at] == quote ? line : nil
            if let opened {
                at += 1
                while at < bytes.count, bytes[at] != quote || at + 1 < bytes.count && bytes[at + 1] == quote {
                    if bytes[at] == quote { at += 1 }
                    if bytes[at] == feed { line += 1 }
                    field.append(bytes[at])
                    at += 1
                }
                guard at < bytes.count else { throw fault("a quote that opens here doesn't end", opened) }
                at += 1
            } else {
                while at < bytes.count, bytes[at] != comma, bytes[at] != feed {
                    field.append(bytes[at])
                    at += 1
                }
                if field.last == carriage { field.removeLast() }
            }
            if at + 1 < bytes.count, bytes[at] == carriage, bytes[at + 1] == feed { at += 1 }
            guard at >= bytes.count || bytes[at] == comma || bytes[at] == feed else {
                throw fault("there is text behind a closing quote", line)
            }
            guard let text = String(validating: field, as: UTF8.self) else { throw fault("it is not UTF-8", line) }
            record.fields.append(text)
            let isEmptyLine = record.fields == [""] && opened == nil
            if at >= bytes.count || bytes[at] == feed {
                if !isEmptyLine { records.append(record) }
                line += 1
                record = Record(line: line, fields: [])
            } else if at + 1 == bytes.count {
                // A comma ends the file: one more, empty field.
                records.append(Record(line: record.line, fields: record.fields + [""]))
            }
            at += 1
        }
        return records
    }
}
