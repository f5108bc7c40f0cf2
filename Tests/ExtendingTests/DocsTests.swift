import Foundation
import Testing

/// `docs/extending.md` shows the toys as they are.
@Suite struct DocsTests {
    private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    /// Lines without their indentation, between line breaks.
    private static func text(_ lines: some Sequence<Substring>) -> String {
        "\n" + lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n") + "\n"
    }

    private static func lines(_ file: URL) throws -> [Substring] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The page's blocks of Swift by the heading that each stands under.
    private func blocks() throws -> [(heading: String, lines: [Substring])] {
        var blocks: [(heading: String, lines: [Substring])] = []
        var heading = ""
        var block: [Substring]?
        for line in try Self.lines(folder.appending(path: "../../docs/extending.md")) {
            if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
            switch line {
            case "```swift": block = []
            case "```":
                if let block { blocks.append((heading, block)) }
                block = nil
            default: block?.append(line)
            }
        }
        return blocks
    }

    @Test(arguments: [
        ("A signal with its filter", "ToySignal"), ("A measurer with its part of the track", "ToyMeasurer"),
        ("A stage", "ToyStage"), ("An executor", "ToyExecutor"), ("A stack format", "ToyFormat"),
        ("A caption origin", "ToyOrigin"), ("A release layout", "ToyLayout"),
    ])
    func eachKindStandsInOneFile(_ heading: String, _ file: String) throws {
        let toy = Self.text(try Self.lines(folder.appending(path: "\(file).swift")))
        let blocks = try blocks().filter { $0.heading == heading }
        #expect(!blocks.isEmpty, "the page has no code under '\(heading)'")
        for block in blocks {
            #expect(toy.contains(Self.text(block.lines)), "\(file).swift does not hold\n\(Self.text(block.lines))")
        }
    }

    @Test func thereIsNoOtherCode() throws {
        #expect(Set(try blocks().map(\.heading)).count == 7)
    }
}
