import ArgumentParser
import Captions
import Foundation
import Model

struct NormalizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "normalize", abstract: "Bring captions into normal form, each edit explained.",
        discussion: """
            Example: microcurate normalize < captions.jsonl

            Reads {"id", "text"} a line and writes {"id", "text", "edits": [{"rule", "before", "after"}], "flags"}.
            """)

    private struct Input: Decodable {
        var id: String
        var text: String
    }

    private struct Output: Encodable {
        var id: String
        var text: String
        var edits: [NormalizedCaption.Edit]
        var flags: [String]
    }

    func run() throws {
        var number = 0
        while let line = readLine() {
            number += 1
            if line.allSatisfy(\.isWhitespace) { continue }
            guard let input = try? JSON.decode(Input.self, from: line) else {
                throw Fault(
                    .invalid, "not a JSON object with a text 'id' and 'text'", at: "standard input:\(number)",
                    advice: "Write one object a line, such as {\"id\": \"a\", \"text\": \"...\"}.")
            }
            let normal = Normalizer.normalize(input.text)
            Terminal.print(
                try JSON.line(Output(id: input.id, text: normal.text, edits: normal.edits, flags: normal.flags)))
        }
    }
}
