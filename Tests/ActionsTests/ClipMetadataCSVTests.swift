import Model
import Actions
import Testing

struct ClipMetadataCSVTests {
    private func fields(_ text: String) throws -> [[String]] {
        try ClipMetadataCSV.records(Array(text.utf8), file: "a.csv").map(\.fields)
    }

    private static let texts: [(String, [[String]])] = [
        ("", []), ("\n\r\n\n", []), ("a", [["a"]]), ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
        ("a,b\nc,d", [["a", "b"], ["c", "d"]]), ("a,,", [["a", "", ""]]), (",\n", [["", ""]]), ("\"\"", [[""]]),
        ("\"a,b\",c", [["a,b", "c"]]), ("\"say \"\"so\"\"\",x\r\n", [["say \"so\"", "x"]]),
        ("\"two\r\nlines\",x", [["two\r\nlines", "x"]]), ("a \"b\",c", [["a \"b\"", "c"]]), (" a ,b", [[" a ", "b"]]),
        ("\u{E9},\u{1F52C}", [["\u{E9}", "\u{1F52C}"]]),
    ]

    @Test(arguments: texts)
    func fieldsAreTheirText(text: String, expected: [[String]]) throws {
        #expect(try fields(text) == expected)
    }

    @Test func recordsKnowTheirLine() throws {
        let records = try ClipMetadataCSV.records(Array("h\n\"1\n2\"\n\nx\n".utf8), file: "a.csv")
        #expect(records.map(\.line) == [1, 2, 5])
    }

    @Test(arguments: [
        ("a\n\"b", "a.csv:2", "a quote that opens here doesn't end"),
        ("a\n\n\"b\"c", "a.csv:3", "there is text behind a closing quote"),
    ])
    func whatIsNoneIsNamed(text: String, place: String, what: String) throws {
        let fault = #expect(throws: Fault.self) { try fields(text) }
        #expect(fault?.reason == .invalid && fault?.place == place && fault?.what == what)
    }

    @Test func otherBytesThanUTF8AreNamed() throws {
        let fault = #expect(throws: Fault.self) { try ClipMetadataCSV.records([0x61, 0x0A, 0xFF], file: "a.csv") }
        #expect(fault?.place == "a.csv:2" && fault?.what == "it is not UTF-8")
    }

    /// What is written by the rules is read as it was.
    @Test func writtenAndReadIsTheSame() throws {
        var random = SplitMix(seed: 3)
        for _ in 0..<300 {
            let table = (0..<random.whole(in: 1...4)).map { _ in
                (0..<3).map { _ in
                    String((0..<random.index(6)).map { _ in Array("ab ,\"\n\r\u{E9}")[random.index(8)] })
                }
            }
            let quoted = table.map { row in
                row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",")
            }
            #expect(try fields(quoted.joined(separator: "\r\n")) == table)
        }
    }
}
