import ArgumentParser
import TestSupport

struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make synthetic footage with known truth, to try the pipeline without any.",
        discussion:
            "Example: microcurate generate sample && microcurate -C cells ingest sample/media --sources sample/sources.jsonl"
    )

    @Argument(help: "A new directory: media/ and sources.jsonl go into it.")
    var directory: String

    func run() throws {
        let files = try SampleFootage.write(to: directory)
        Terminal.print("\(directory): \(files) recordings in media/, described in sources.jsonl")
    }
}
