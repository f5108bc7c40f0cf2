import Actions
import ArgumentParser
import Foundation
import Manifest
import Model
import Pipeline

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in a dataset of ready clips with its captions.",
        discussion: """
            Example: microcurate -C cells import MicroSim-10K/ --licence CC-BY-4.0

            PATH is a metadata file (.json, .jsonl, .csv of the MicroVerse, LTX, musubi or Hugging Face kind, or a
            release's clips.jsonl), a folder that holds one, or a folder of videos with a .txt beside each. 'run' makes
            one clip of each video, whole. docs/importing.md says more.
            """)

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption
    @OptionGroup var machine: MachineOptions

    @Argument(help: "The dataset's folder or metadata.")
    var path: String

    @Option(help: ArgumentHelp("Licence of clips of which the dataset says none.", valueName: "spdx"))
    var licence: String?

    @Option(help: ArgumentHelp("What the dataset is called; by default its folder's name.", valueName: "dataset"))
    var name: String?

    @Option(help: ArgumentHelp("The folder that the metadata's paths are relative to.", valueName: "dir"))
    var videos: String?

    func validate() throws {
        if name?.allSatisfy(\.isWhitespace) == true { throw ValidationError("--name is empty") }
    }

    func run() throws {
        let (workspace, manifest) = try place.open(.write)
        var options = ImportClips.Options()
        options.licence = licence
        options.dataset = name
        options.videos = videos
        let summary = try ImportClips(runner: try machine.runner(workspace, manifest), options: options).run(path)
        if output.json {
            Terminal.print(try JSON.pretty(summary))
        } else {
            for entry in summary.rejected {
                Terminal.say("\(entry.place): \(entry.reason.rawValue): \(entry.item) \(entry.detail)")
            }
            for entry in summary.failed { Terminal.say("\(entry.place): \(entry.item): \(entry.fault)") }
            for item in summary.withoutCaption { Terminal.say("\(item) has no caption") }
            for notice in summary.notices { Terminal.say(notice) }
            Terminal.print(
                "\(summary.dataset): \(summary.imported) clips imported, \(summary.known) known already, "
                    + "\(summary.rejected.count) rejected, \(summary.failed.count) failed")
        }
        if !summary.rejected.isEmpty || !summary.failed.isEmpty { throw ExitCode(3) }
    }
}
