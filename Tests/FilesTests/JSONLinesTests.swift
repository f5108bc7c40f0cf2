import Files
import Foundation
import Model
import Testing

struct JSONLinesTests {
    private struct Item: Codable, Equatable { var clipId: String }

    private func lines(_ text: String) -> [JSONLines.Line] { JSONLines(Data(text.utf8), path: "a/b.jsonl").lines }

    @Test func everyLineKnowsItsPlace() throws {
        let found = lines("{\"clip_id\": \"x\"}\n\n \t\r\n{\"clip_id\": \"y\"}\nno\n{\"clip")
        #expect(found.map(\.number) == Array(1...6))
        #expect(found.map(\.isBlank) == [false, true, true, false, false, false])
        #expect(found.map(\.bytes.isEmpty) == [false, true, false, false, false, false])
        #expect(found.map(\.isComplete) == [true, true, true, true, true, false])
        #expect(try found[3].decode(Item.self) == Item(clipId: "y"))
        #expect(throws: (any Error).self) { try found[4].decode(Item.self) }
        #expect(
            found[4].fault("no item", advice: "Write one.")
                == Fault(.invalid, "no item", at: "a/b.jsonl:5", advice: "Write one."))
    }

    @Test(arguments: ["", "\n", "a", "a\n", "\na", "\n\n", "a\nb\n\nc\n"])
    func linesAndBreaksAreTheText(text: String) {
        let whole = lines(text).map { String(decoding: $0.bytes, as: UTF8.self) + ($0.isComplete ? "\n" : "") }
        #expect(whole.joined() == text)
        #expect(lines(text).dropLast().allSatisfy { $0.isComplete })
    }

    /// A slice of data doesn't begin at 0.
    @Test func slicesAreRead() {
        let slice = Data("zz1\n2\n".utf8).dropFirst(2)
        #expect(JSONLines(slice, path: "").lines.map { String(decoding: $0.bytes, as: UTF8.self) } == ["1", "2"])
    }

    @Test func whatIsWrittenIsRead() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.jsonl")
        let items = (0..<5).map { Item(clipId: "clip\n\($0)") }
        let file = try Descriptor(path, .update)
        try file.append(try JSONLines.bytes(of: Array(items[..<3])))
        try file.append(try JSONLines.bytes(of: Array(items[3...])))
        #expect(try JSONLines(path: path).lines.map { try $0.decode(Item.self) } == items)
        let thrown = #expect(throws: Fault.self) { try JSONLines(path: scratch.file("no"), advice: "Look.") }
        #expect(thrown == Fault(.unreadable, "the file can't be read", at: scratch.file("no"), advice: "Look."))
    }
}
