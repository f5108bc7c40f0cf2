internal import Foundation
internal import Model

/// One line that a worker writes for one request: `{"ok":<json>}` or `{"fault":{...}}`.
enum WorkerAnswer {
    /// The JSON text of the result, untouched.
    case ok(String)
    case fault(Fault)

    private struct FaultLine: Codable { var fault: Fault }
    private struct Anything: Decodable { init(from decoder: any Decoder) throws {} }
    private static let opening = Array(#"{"ok":"#.utf8)

    /// Nil when the line is no answer.
    init?(line: [UInt8]) {
        guard let text = String(validating: line, as: UTF8.self) else { return nil }
        if line.starts(with: Self.opening), line.last == UInt8(ascii: "}") {
            let json = text.utf8.dropFirst(Self.opening.count).dropLast()
            guard (try? JSON.decode(Anything.self, from: Data(json))) != nil else { return nil }
            self = .ok(String(Substring(json).drop { $0 == " " }))
        } else {
            guard let line = try? JSON.decode(FaultLine.self, from: text) else { return nil }
            self = .fault(line.fault)
        }
    }

    /// The bytes to write, with the line break. Line breaks inside the JSON can only be layout: they become spaces.
    var line: [UInt8] {
        switch self {
        case .ok(let json):
            return Self.opening + json.utf8.map { $0 == newline ? UInt8(ascii: " ") : $0 } + [
                UInt8(ascii: "}"), newline,
            ]
        case .fault(let fault):
            guard let json = try? JSON.canonical(FaultLine(fault: fault)) else {
                preconditionFailure("a fault is strings, which always encode")
            }
            return Array(json) + [newline]
        }
    }
}
