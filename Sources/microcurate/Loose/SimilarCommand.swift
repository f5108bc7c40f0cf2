import Analysis
import ArgumentParser
import Model
import Shots

struct SimilarCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "similar", abstract: "Whether two recordings show the same footage.",
        discussion: "Example: microcurate similar a.mp4 b.webm")

    @OptionGroup var output: JSONOption
    @Argument(help: "A video or stack.") var first: String
    @Argument(help: "Another one.") var second: String

    func run() throws {
        let answer = try LooseFootage.compare(first, second)
        if output.json { return Terminal.print(try JSON.pretty(answer)) }
        let offset = answer.offsetSeconds.map { ", offset \($0) s, overlap \(answer.overlapSeconds) s" } ?? ""
        Terminal.print(
            "\(answer.match ? "match" : "no match"), score \((answer.score * 1000).rounded() / 1000)\(offset)")
    }
}
