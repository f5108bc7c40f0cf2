import ArgumentParser
import Foundation
import Manifest
import Model
import Pipeline
import Shards
import Stages

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Make a release of the accepted clips.",
        discussion: "Example: microcurate -C cells export --format webdataset --format microverse")

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    @Argument(help: "Where it goes, absent or empty; by default exports/NAME in the workspace.")
    var directory: String?

    @Option(
        help: "Layouts, each by its own --format: \(ReleaseFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = [ReleaseFormat.webdataset.rawValue]

    @Option(help: "The release's name; by default the recipe's name and version.")
    var name: String?

    @Flag(help: "Also release clips that no expert has decided on; the card says so.")
    var acceptUnreviewed = false

    @Flag(help: "No progress.")
    var quiet = false

    func run() throws {
        let formats = try format.map { name in
            guard let format = ReleaseFormat(rawValue: name) else {
                throw ValidationError(
                    "there is no format '\(name)'; there are \(ReleaseFormat.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            return format
        }
        let (workspace, manifest) = try place.open()
        let name = self.name ?? "\(workspace.recipe.name)-\(workspace.recipe.version)"
        let target = directory ?? "\(workspace.exports)/\(name)"
        let options = ReleaseExport.Options(
            name: name, version: workspace.recipe.version,
            directory: URL(fileURLWithPath: target).standardizedFileURL.path,
            formats: formats, acceptUnreviewed: acceptUnreviewed)
        let progress = MachineOptions.progress(quiet: quiet)
        let lock = try workspace.lock()
        defer { withExtendedLifetime(lock) {} }
        let summary = try ReleaseExport(workspace: workspace, manifest: manifest, progress: progress).run(options)
        if output.json { return Terminal.print(try JSON.pretty(summary)) }
        let splits = Split.allCases.compactMap { split in
            summary.splits[split.rawValue].map { "\(split.rawValue) \($0)" }
        }
        Terminal.print("\(summary.directory): \(summary.clips) clips (\(splits.joined(separator: ", ")))")
        for (reason, clips) in Dictionary(grouping: summary.withheld, by: \.reason).sorted(by: { $0.key < $1.key }) {
            Terminal.say(
                "\(clips.count) clips withheld: \(reason) (\(clips.prefix(3).map(\.clipId.rawValue).joined(separator: ", "))\(clips.count > 3 ? ", ..." : ""))"
            )
        }
    }
}
