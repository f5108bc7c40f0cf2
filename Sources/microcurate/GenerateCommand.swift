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

    @Flag(help: "Instead, one tiny recording of each format that can be written, straight into the directory.")
    var formats = false

    func run() throws {
        if formats {
            return Terminal.print("\(directory): \(try FormatFootage.write(to: directory)) formats")
        }
        let files = try SampleFootage.write(to: directory)
        Terminal.print("\(directory): \(files) recordings in media/, described in sources.jsonl")
    }
}
