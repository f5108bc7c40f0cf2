import Actions
import ArgumentParser
import Files
import Foundation
import Manifest
import Model
import Pipeline
import Releases

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Make a release of the accepted clips.",
        discussion: "Example: microcurate -C cells export --format webdataset --format microverse --strict")

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    @Argument(help: "Where it goes, absent or empty; by default exports/NAME in the workspace.")
    var directory: String?

    @Option(help: "Layouts, each by its own --format: \(Self.formats).")
    var format = [Layout.webdataset.name]

    @Option(help: "The release's name; by default the recipe's name and the version.")
    var name: String?

    @Option(help: "The release's version; by default the recipe's.")
    var releaseVersion: String?

    @Option(help: "The day it is published, as 2026-05-04; by default that of the newest decision.")
    var date: String?

    @OptionGroup var choice: ReleaseChoice

    @Flag(help: "Release nothing where a trainer would drop a clip.")
    var strict = false

    @Flag(help: "Go on from what a stopped export of this release completed.")
    var resume = false

    @Option(help: "Shards written at a time; by default one for each core.")
    var workers: Int?

    @Flag(help: "No progress.")
    var quiet = false

    private static let formats = Layouts.all.map(\.name).joined(separator: ", ")

    func validate() throws {
        if let workers, workers < 1 { throw ValidationError("--workers is a number, 1 or more") }
        let day = Date.ISO8601FormatStyle().year().month().day()
        if let date, (try? day.parse(date).formatted(day)) != date {
            throw ValidationError("--date is a day such as 2026-05-04, not '\(date)'")
        }
        if let name, name.isEmpty || name.hasPrefix(".") || name.contains("/") {
            throw ValidationError("--name is the name of a folder, without '/' and not hidden")
        }
    }

    func run() throws {
        let layouts = try format.map { name in
            guard let layout = Layouts.all.first(where: { $0.name == name }) else {
                throw ValidationError("there is no format '\(name)'; there are \(Self.formats)")
            }
            return layout
        }
        let (workspace, manifest) = try place.open(.write)
        let version = releaseVersion ?? workspace.recipe.version
        let name = self.name ?? "\(workspace.recipe.name)-\(version)"
        guard !name.hasPrefix("."), !name.contains("/") else {
            throw ValidationError("'\(name)' can't be a folder's name: give --name")
        }
        let target = directory ?? "\(workspace.exports)/\(name)"
        var options = ReleaseExport.Options(
            name: name, version: version, directory: URL(fileURLWithPath: target).standardizedFileURL.path,
            layouts: layouts, licences: try choice.licences)
        options.acceptUnreviewed = choice.acceptUnreviewed
        options.datePublished = date
        options.strict = strict
        options.resume = resume
        if let workers { options.workers = workers }
        let progress = MachineOptions.progress(quiet: quiet)
        let lock = try workspace.lock()
        defer { withExtendedLifetime(lock) {} }
        let summary = try ReleaseExport(workspace: workspace, manifest: manifest, progress: progress).run(options)
        if output.json { return Terminal.print(try JSON.pretty(summary)) }
        show(summary)
    }

    private func show(_ summary: ReleaseExport.Summary) {
        let splits = Split.allCases.compactMap { split in
            summary.splits[split.rawValue].map { "\(split.rawValue) \($0)" }
        }
        Terminal.print("\(summary.directory): \(summary.clips) clips (\(splits.joined(separator: ", ")))")
        if !summary.preflight.trainers.isEmpty { Terminal.print(summary.preflight.text) }
        let reasons = Dictionary(grouping: summary.withheld, by: \.reason.rawValue).sorted { $0.key < $1.key }
        for (reason, clips) in reasons {
            let named = clips.prefix(3).map(\.clipId.rawValue).joined(separator: ", ")
            Terminal.say("\(clips.count) clips withheld: \(reason) (\(named)\(clips.count > 3 ? ", ..." : ""))")
        }
        if !summary.withheld.isEmpty { Terminal.say("withheld.jsonl lists them all, with details") }
    }
}

/// Which clips go into a release: options that `export` and `preflight` share.
struct ReleaseChoice: ParsableArguments {
    @Flag(help: "Also release clips that no expert has decided on; the card says so.")
    var acceptUnreviewed = false

    @Option(
        help: ArgumentHelp(
            "Release only clips under this licence, each by its own option: an SPDX id, 'CC-BY*', or 'redistributable'.",
            valueName: "licence"))
    var licenceAllow: [String] = []

    var licences: LicenceFilter {
        get throws { try LicenceFilter(licenceAllow) }
    }
}
