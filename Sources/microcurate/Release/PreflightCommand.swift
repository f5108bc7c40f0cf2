import Actions
import ArgumentParser
import Manifest
import Model
import Pipeline
import Releases

struct PreflightCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preflight", abstract: "What each trainer would do with the clips: take, shorten or drop.",
        discussion: """
            Example: microcurate preflight exports/microsim-10k-1 --trainer microverse --trainer ltx

            With a release, its clips; without one, those that 'export' would release from the workspace. The model's
            frames, rate and size are the profile's, unless given. docs/trainers.md tells each trainer's rule.
            """)

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    @Argument(help: "A release's directory.")
    var release: String?

    @Option(
        name: .customLong("trainer"),
        help: "Trainers, each by its own --trainer; by default all: \(Self.names).")
    var names = Layouts.trainers.map(\.name)

    @Option(help: "Frames of a full clip for the model.")
    var frames: Int?

    @Option(help: "Frames a second that the model is made for, such as 16 or 30000/1001.")
    var fps: String?

    @Option(help: ArgumentHelp("Size that the model is trained at.", valueName: "832x480"))
    var size: String?

    @Option(
        name: .customLong("bucket"),
        help: ArgumentHelp(
            "A length that musubi ('head'), diffusion-pipe and ltx sort clips into, each by its own --bucket; by default every one that they can take.",
            valueName: "frames"))
    var buckets: [Int] = []

    @OptionGroup var choice: ReleaseChoice

    @Flag(help: "Exit with 1 if a trainer would drop a clip.")
    var strict = false

    private static let names = Layouts.trainers.map(\.name).joined(separator: ", ")

    func run() throws {
        let trainers = Layouts.trainers.filter { names.contains($0.name) }
        if let name = names.first(where: { name in !trainers.contains { $0.name == name } }) {
            throw ValidationError("there is no trainer '\(name)'; there are \(Self.names)")
        }
        let (input, forEach) = try clips()
        var preflight = Preflight(trainers: trainers, input: try changed(input, for: trainers))
        var list: any PreflightList = output.json ? PreflightDocument() : PreflightPage()
        try forEach { record in
            for (trainer, fate) in preflight.add(record) { try list.add(record, trainer, fate) }
        }
        let summary = preflight.summary
        try list.finish(summary)
        if strict, summary.dropped > 0 { throw ExitCode(1) }
    }

    /// What the clips were made for, and how to go through them.
    private func clips() throws -> (ModelInput, ((SampleRecord) throws -> Void) throws -> Void) {
        if let release {
            let input = try ModelInput(release: release)
            return (input, { body in try SampleRecord.forEach(inRelease: release) { record, _ in try body(record) } })
        }
        let (workspace, manifest) = try place.open(.read)
        let licences = try choice.licences
        let export = ReleaseExport(
            workspace: workspace, manifest: manifest, progress: MachineOptions.progress(quiet: true))
        return (
            ModelInput(profile: workspace.recipe.mainProfile),
            { body in
                try export.forEachRecord(acceptUnreviewed: choice.acceptUnreviewed, licences: licences, body)
            }
        )
    }

    private func changed(_ input: ModelInput, for trainers: [Trainer]) throws -> ModelInput {
        var input = input
        if let frames {
            guard ModelInput.lengths.contains(frames) else {
                throw ValidationError("--frames is a number from 1 to 100,000, not \(frames)")
            }
            input.frames = frames
        }
        if let fps {
            guard let rate = Rational(fps), rate.numerator > 0 else {
                throw ValidationError("--fps is a number above 0, such as 16 or 30000/1001, not '\(fps)'")
            }
            input.rate = rate
        }
        if let size {
            let sides = size.split(separator: "x", omittingEmptySubsequences: false).compactMap { Int($0) }
            guard sides.count == 2, sides.allSatisfy(ModelInput.sides.contains) else {
                throw ValidationError("--size is width and height, such as 832x480, not '\(size)'")
            }
            (input.width, input.height) = (sides[0], sides[1])
        }
        if !buckets.isEmpty {
            guard buckets.allSatisfy(ModelInput.lengths.contains) else {
                throw ValidationError("--bucket is a number of frames from 1 to 100,000")
            }
            for trainer in trainers {
                if let refusal = buckets.lazy.compactMap(trainer.refusal).first { throw ValidationError(refusal) }
            }
            input.buckets = buckets
        }
        return input
    }
}

/// What is shown of each clip as it goes by.
private protocol PreflightList {
    mutating func add(_ record: SampleRecord, _ trainer: Trainer, _ fate: Preflight.Fate) throws
    mutating func finish(_ summary: PreflightSummary) throws
}

/// One JSON document, a line for each clip and trainer: `schemas/preflight.schema.json`.
private struct PreflightDocument: PreflightList {
    private struct Entry: Encodable {
        let clipId: ClipID
        let trainer: String
        let fate: Preflight.Fate

        private enum CodingKeys: String, CodingKey { case clipId, trainer }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(clipId, forKey: .clipId)
            try container.encode(trainer, forKey: .trainer)
            try fate.encode(to: encoder)
        }
    }

    private var lines = ["{\"clips\":["]
    private var isFirst = true

    mutating func add(_ record: SampleRecord, _ trainer: Trainer, _ fate: Preflight.Fate) throws {
        lines.append(
            (isFirst ? " " : ",") + (try JSON.line(Entry(clipId: record.clipId, trainer: trainer.name, fate: fate))))
        isFirst = false
        guard lines.count > 500 else { return }
        Terminal.print(lines.joined(separator: "\n"))
        lines = []
    }

    mutating func finish(_ summary: PreflightSummary) throws {
        lines.append("],\"summary\":" + (try JSON.line(summary)) + "}")
        Terminal.print(lines.joined(separator: "\n"))
    }
}

/// Counts, then the first clips that are not taken whole.
private struct PreflightPage: PreflightList {
    private struct Heading: Hashable {
        let trainer: String
        let outcome: String
    }

    private static let shown = 20
    private var lines: [Heading: [String]] = [:]
    private var counts: [Heading: Int] = [:]

    mutating func add(_ record: SampleRecord, _ trainer: Trainer, _ fate: Preflight.Fate) {
        guard fate.outcome != .whole else { return }
        let reason = fate.reason.map { " (\($0.rawValue))" } ?? ""
        let heading = Heading(trainer: trainer.name, outcome: fate.outcome.rawValue + reason)
        counts[heading, default: 0] += 1
        guard counts[heading, default: 0] <= Self.shown else { return }
        let frames = fate.outcome == .dropped ? "\(fate.from) frames" : "\(fate.from) -> \(fate.to) frames"
        lines[heading, default: []].append("    \(record.clipId): \(frames)")
    }

    func finish(_ summary: PreflightSummary) {
        let model = summary.model
        let size = if let width = model.width, let height = model.height { ", \(width)x\(height)" } else { "" }
        let rate = model.rate.denominator == 1 ? "\(model.rate.numerator)" : "\(model.rate)"
        Terminal.print("for a model of \(model.frames) frames at \(rate) a second\(size)")
        for trainer in summary.trainers {
            Terminal.print(trainer.text)
            for heading in lines.keys.filter({ $0.trainer == trainer.trainer }).sorted(by: { $0.outcome < $1.outcome })
            {
                Terminal.print("  \(heading.outcome):\n" + lines[heading, default: []].joined(separator: "\n"))
                let more = counts[heading, default: 0] - Self.shown
                if more > 0 { Terminal.print("    and \(more) more; --json lists all") }
            }
        }
    }
}
