import ArgumentParser
import Foundation
import Model
import Shots

struct SplitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split", abstract: "Cut a recording into clips, frame-exact, without a workspace.",
        discussion: "Example: microcurate split film.mp4 -o clips --spans 0-48,48-96 --profile wan2.1-t2v-1.3b")

    @OptionGroup var output: JSONOption
    @OptionGroup var recording: LooseOptions

    @Option(
        name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Where the clips go.", valueName: "dir"))
    var directory: String

    @Option(
        help: ArgumentHelp(
            "Half-open spans of decode ordinals, such as 0-48,48-96; by default the detected shots.", valueName: "list")
    )
    var spans: String?

    @Option(help: "A profile: \(Profile.builtIn.map(\.name).joined(separator: ", ")), or one of the recipe's own.")
    var profile = Profile.native.name

    @OptionGroup var recipe: RecipeOption

    @Option(help: "Threads for decoding, and clips encoded at once; their bytes do not depend on it.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    func run() throws {
        let recipe = try RecipeDocument.parse(try recipe.yaml(), file: recipe.name)
        guard let profile = recipe.profile(named: profile) else {
            throw ValidationError(
                "there is no profile '\(self.profile)'; there are "
                    + recipe.allProfiles.map(\.name).joined(separator: ", "))
        }
        let spans = try spans.map(Self.parse)
        let clips = try recording.open().split(
            spans: spans, profile: profile, recipe: recipe, into: directory, threads: threads)
        if output.json { return Terminal.print(try JSON.pretty(clips)) }
        Terminal.print(
            Terminal.table(
                ["file", "frames", "from", "to", "size"],
                clips.map {
                    [$0.file, "\($0.frames)", "\($0.startFrame)", "\($0.endFrame)", "\($0.width)x\($0.height)"]
                }))
    }

    private static func parse(_ text: String) throws -> [FrameSpan] {
        try text.split(separator: ",").map { part in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard ends.count == 2, ends[0] >= 0, ends[0] < ends[1] else {
                throw ValidationError("'\(part)' is no span; write START-END, such as 0-48, the end not included")
            }
            return FrameSpan(start: ends[0], end: ends[1])
        }
    }
}
