import Actions
import ArgumentParser
import Manifest
import Pipeline
import Stages

struct CaptionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: CaptionStage.head.name, abstract: CaptionStage.head.abstract,
        discussion: """
            Example: microcurate -C cells caption --from captions.jsonl

            Every line of --from is an object with "clip_id" and "text".
            """)
    @OptionGroup var stages: StageRun

    @Option(help: ArgumentHelp("Raw captions, one JSON object a line.", valueName: "file.jsonl"))
    var from: String?

    func run() throws {
        if let from {
            let (_, manifest) = try stages.place.open(.write)
            let count = try CaptionFile(path: from).add(to: manifest)
            Terminal.say("\(count) new captions")
        }
        try stages.run([CaptionStage.self])
    }
}
