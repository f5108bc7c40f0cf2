import ArgumentParser
import Foundation
import Media
import Model
import Pipeline
import Stages

struct IngestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest", abstract: "Add footage: files, folders, numbered pictures, stacks.",
        discussion: """
            Example: microcurate -C cells ingest footage/ --licence CC-BY-4.0

            Reads yt-dlp's .info.json and .vtt or .srt beside a file. Every line of --sources is an object with "path"
            (relative to the file) and any of title, description, licence, attribution, url, channel, series, level, axes.
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

    @Option(help: ArgumentHelp("The axes of a stack's pages, slowest first.", valueName: "TZ"))
    var axes: String?

    @Option(help: ArgumentHelp("Real time between time points, such as 10s, 500ms or 2min.", valueName: "time"))
    var interval: String?

    @Option(help: ArgumentHelp("Size of a pixel, such as 0.065um.", valueName: "length"))
    var pixelSize: String?

    func validate() throws {
        do { if let axes { try StackProbe.check(axes: axes) } } catch { throw ValidationError("\(error)") }
    }

    func run() throws {
        let (workspace, manifest) = try place.open()
        var options = Ingest.Options()
        options.licence = licence
        options.sourcesFile = sources
        options.view.axes = axes
        options.view.intervalSeconds = try interval.map {
            try Quantities.parse(
                $0, units: ["s": Rational(1), "ms": Rational(1, 1000), "min": Rational(60), "h": Rational(3600)],
                example: "10s")
        }
        options.view.pixelSizeUm = try pixelSize.map {
            try Quantities.parse(
                $0, units: ["um": Rational(1), "µm": Rational(1), "nm": Rational(1, 1000), "mm": Rational(1000)],
                example: "0.065um")
        }
        let worker = WorkerProcess(
            command: machine.workerCommand(workspace), environment: ProcessInfo.processInfo.environment,
            limits: try machine.limits())
        defer { worker.close() }
        let ingest = Ingest(manifest: manifest, options: options, progress: machine.progress) { item, path in
            if machine.workers == 0 { return try IngestProbe.process(json: item) }
            let request = WorkRequest(stage: IngestProbe.name, item: item, scratch: Scratch(directory: "", threads: 1))
            return try worker.process(try JSON.line(request), label: path)
        }
        let summary = try ingest.run(paths)
        if output.json {
            Terminal.print(try JSON.pretty(summary))
        } else {
            for problem in summary.problems { Terminal.say("\(problem)") }
            Terminal.print(
                "\(summary.added) sources added, \(summary.known) known already, \(summary.problems.count) problems, "
                    + "\(summary.passedOver.count) other files passed over")
        }
        if !summary.problems.isEmpty { throw ExitCode(3) }
    }
}

/// Numbers with a unit on the command line.
enum Quantities {
    static func parse(_ text: String, units: [String: Rational], example: String) throws -> Rational {
        for (unit, factor) in units.sorted(by: { ($0.key.count, $0.key) > ($1.key.count, $1.key) })
        where text.hasSuffix(unit) {
            let number = text.dropLast(unit.count)
            if let value = Rational(number), value > Rational(0) { return value * factor }
        }
        throw ValidationError("'\(text)' is not a number above 0 with a unit, such as \(example)")
    }
}
