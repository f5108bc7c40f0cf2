import Analysis
import ArgumentParser
import Files
import Foundation
import Model
import Pages
import Pipeline
import Shots

struct EvaluateShotsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shots", abstract: "Score shot boundaries against the truth of edited videos.",
        discussion: """
            Example: microcurate evaluate shots edits -o shots.html --with adaptive=scenes/

            Reads every STEM.truth.json and the video of that stem beside it; 'microcurate generate DIR --edits 3' makes
            some. A boundary is right within 2 frames of a cut, or inside a gradual transition widened by 2 frames; each
            transition is matched once. A video without transitions counts for false boundaries alone.
            """)

    @OptionGroup var output: JSONOption

    @Argument(help: "A folder of videos and their truth.")
    var directory: String

    @Option(
        name: [.customShort("o"), .customLong("html")],
        help: ArgumentHelp("A page with the worst misses as pictures.", valueName: "file.html"))
    var page: String?

    @Option(
        name: .customLong("with"), parsing: .singleValue,
        help: ArgumentHelp(
            "Another tool's answers: DIR/STEM.json as 'shots --json' prints it, or a list of frames, or DIR/STEM.csv, a scene list of PySceneDetect.",
            valueName: "name=dir"))
    var tools: [String] = []

    @OptionGroup var recipe: RecipeOption

    @Option(help: "Frames by which a boundary may be off.")
    var slack = 2

    @Option(help: "Rounds of the bootstrap that gives F1 its 95 % interval; 0 for none.")
    var bootstrap = 1000

    @Option(help: "Seed of the bootstrap.")
    var seed: UInt64 = 1

    @Option(help: "Misses that the page shows of each detector.")
    var pictures = 24

    @Option(help: "Threads for decoding; the result doesn't depend on it.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "No progress.")
    var quiet = false

    func validate() throws {
        for (name, value) in [("slack", slack), ("bootstrap", bootstrap), ("pictures", pictures)] where value < 0 {
            throw ValidationError("--\(name) is a number, 0 or more")
        }
        if threads < 1 { throw ValidationError("--threads is a number, 1 or more") }
        let names = try tools.map { try Self.parse(tool: $0).name }
        if Set(names).count < names.count { throw ValidationError("--with: give each tool a name of its own") }
    }

    private static func parse(tool: String) throws -> ShotEvaluationTool {
        let parts = tool.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { throw ValidationError("--with '\(tool)': write NAME=DIR") }
        return ShotEvaluationTool(name: String(parts[0]), directory: String(parts[1]))
    }

    func run() throws {
        let folder = self.recipe.recipe.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path } ?? "."
        let recipe = try RecipeDocument.parse(try recipe.yaml(), file: recipe.name)
        var options = ShotEvaluation.Options(plan: try ScanPlan(for: recipe, from: folder))
        options.slack = slack
        options.bootstrap = bootstrap
        options.seed = seed
        options.threads = threads
        options.detect = recipe.detect
        let progress = MachineOptions.progress(quiet: quiet)
        let evaluation = try ShotEvaluation(
            of: directory, tools: try tools.map(Self.parse), options: options,
            begin: { progress.begin(stage: "evaluate", total: $0, unit: "video") },
            advance: { progress.advance(failed: $0) })
        progress.end()
        if output.json {
            Terminal.print(try JSON.pretty(EvaluationDocument(evaluation, options)))
        } else {
            Terminal.print(EvaluationTable.text(evaluation))
        }
        for fault in evaluation.faults { Terminal.say("\(fault)") }
        if let page {
            let text = try EvaluationPage.render(evaluation, options, misses: pictures)
            try Fault.guarding(page) { try DurableFile.replace(page, with: Array(text.utf8)) }
            Terminal.say("\(page): \(Quantity.size(text.utf8.count))")
        }
        if evaluation.videos.isEmpty { throw ExitCode(1) }
        if !evaluation.faults.isEmpty { throw ExitCode(3) }
    }
}
