import Actions
import ArgumentParser
import Foundation
import Manifest
import Media
import Model
import Pipeline

struct IngestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest", abstract: "Add footage: files, folders, numbered pictures, stacks.",
        discussion: """
            Example: microcurate -C cells ingest footage/ --licence CC-BY-4.0

            Reads yt-dlp's .info.json and .vtt or .srt beside a file. Every line of --sources is an object with "path"
            (relative to the file) and any of title, description, licence, attribution, url, channel, series, level, axes,
            interval, pixel_size, channels, contrast, gamma, z. What a line says goes before the options.
            """)

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption
    @OptionGroup var machine: MachineOptions

    @Argument(help: "Files and folders; folders with all that is in them.")
    var paths: [String]

    @Option(help: ArgumentHelp("Licence of all this footage, where nothing more exact is known.", valueName: "spdx"))
    var licence: String?

    @Option(help: ArgumentHelp("What is known about each file, one JSON object a line.", valueName: "file.jsonl"))
    var sources: String?

    @OptionGroup var view: ViewOptions

    func run() throws {
        let (workspace, manifest) = try place.open(.write)
        var options = Ingest.Options()
        options.licence = licence
        options.sourcesFile = sources
        options.view = view.text
        let summary = try Ingest(runner: try machine.runner(workspace, manifest), options: options).run(paths)
        if output.json {
            Terminal.print(try JSON.pretty(summary))
        } else {
            for problem in summary.problems { Terminal.say("\(problem)") }
            for notice in summary.notices { Terminal.say(notice) }
            Terminal.print(
                "\(summary.added) sources added, \(summary.known) known already, \(summary.problems.count) problems, "
                    + "\(summary.passedOver.count) other files passed over")
        }
        if !summary.problems.isEmpty { throw ExitCode(3) }
    }
}
