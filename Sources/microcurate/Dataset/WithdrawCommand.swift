import Actions
import ArgumentParser
import Manifest
import Model

struct WithdrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Take a source or clip out of all later releases.",
        discussion: """
            Example: microcurate -C cells withdraw src-0a1b... --reason 'licence withdrawn' --purge

            Says which releases hold it: they are immutable, so take them down or put a later one in their place. --purge
            also deletes the workspace's files of it, for good; your own footage stays, and is named.
            """)
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    @Argument(help: "The id of a source or clip.")
    var target: String

    @Option(help: "Why; kept with the record.")
    var reason: String

    @Flag(help: "Delete the workspace's files of it: renditions, frame track, thumbnails.")
    var purge = false

    func validate() throws {
        if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason is empty; say why") }
    }

    func run() throws {
        let (workspace, manifest) = try place.open(.write)
        let summary = try Takedown(workspace: workspace, manifest: manifest)
            .run(target, reason: reason, purging: purge)
        Terminal.print(output.json ? try JSON.pretty(summary) : Self.text(summary))
    }

    private static func text(_ summary: Takedown.Summary) -> String {
        var parts = ["\(summary.target) is withdrawn. Run 'microcurate run' before the next export."]
        func list(_ title: String, _ lines: [String]) {
            if !lines.isEmpty { parts.append(([title] + lines.map { "  \($0)" }).joined(separator: "\n")) }
        }
        list(
            "Releases that hold it. They don't change: take them down, or put a later one in their place.",
            summary.releases.map { "\($0.release)  \($0.directory)  \($0.clips) clips" })
        list("Clips that show the same footage and stay:", summary.sameFootage.map(\.rawValue))
        list("Other views of the same files, which stay:", summary.otherViews.map(\.rawValue))
        if let purge = summary.purge {
            list("Deleted:", purge.deleted)
            list("Kept, as other clips have the same bytes:", purge.shared)
            list("Kept, as they are of the whole source; they show the clip until it is withdrawn:", purge.ofSource)
        }
        list("Your own files, which stay where they are:", summary.footage)
        return parts.joined(separator: "\n")
    }
}
