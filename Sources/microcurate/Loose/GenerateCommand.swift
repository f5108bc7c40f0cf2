import ArgumentParser
import Footage

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

    @Option(
        help: ArgumentHelp(
            "Instead, so many edited videos with the truth of their shots, and half as many of one shot, for 'evaluate shots'.",
            valueName: "n"))
    var edits: Int?

    @Option(
        help: ArgumentHelp(
            "Instead, so many tiny clips and their metadata, for 'import': each shows the number that its caption names.",
            valueName: "n"))
    var marked: Int?

    @Option(help: "Seed of the first edited video; the others count on.")
    var seed: UInt64 = 1

    func validate() throws {
        if let edits, edits < 1 { throw ValidationError("--edits is a number of videos, 1 or more") }
        if let marked, !(1...MarkedFootage.most).contains(marked) {
            throw ValidationError("--marked is a number of clips, 1 to \(MarkedFootage.most)")
        }
    }

    func run() throws {
        if let edits {
            let videos = try EditFootage.write(edits: edits, seed: seed, to: directory)
            return Terminal.print("\(directory): \(videos) videos, each with its truth.json")
        }
        if let marked {
            try MarkedFootage.write(clips: marked, to: directory)
            return Terminal.print("\(directory): \(marked) clips, described in metadata.json")
        }
        if formats {
            return Terminal.print("\(directory): \(try FormatFootage.write(to: directory)) formats")
        }
        let files = try SampleFootage.write(to: directory)
        Terminal.print("\(directory): \(files) recordings in media/, described in sources.jsonl")
    }
}
