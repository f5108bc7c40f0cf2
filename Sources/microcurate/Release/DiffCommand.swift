import ArgumentParser
import Foundation
import Model
import Releases

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "What came, went and changed between two releases, and why.",
        discussion: "Example: microcurate -C cells diff cells-1 cells-2")

    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    @Argument(help: "The earlier release: its directory, or its name in the workspace's exports/.")
    var from: String

    @Argument(help: "The later release.")
    var to: String

    private static let listed = 20

    func run() throws {
        let difference = try ReleaseDifference(from: directory(from), to: directory(to))
        if output.json { return Terminal.print(try JSON.pretty(difference)) }
        Terminal.print(
            """
            \(name(difference.from)) -> \(name(difference.to))
            \(difference.came.count) came, \(difference.went.count) went, \(difference.changed.count) changed, \
            \(difference.unchanged) as they were
            """)
        list("came", difference.came.map { "\($0.clipId) \($0.split): \($0.why)" })
        list("went", difference.went.map { "\($0.clipId) \($0.split): \($0.why)" })
        list("changed", difference.changed.map { "\($0.clipId) \(text($0.changes))" })
        list("recipe", difference.recipe.map { text([$0]) })
    }

    private func directory(_ given: String) -> String {
        let exported = "\(place.workspace)/exports/\(given)"
        let isName = !given.contains("/") && !FileManager.default.fileExists(atPath: given)
        return isName && FileManager.default.fileExists(atPath: exported) ? exported : given
    }

    private func name(_ release: ReleaseDifference.Release) -> String {
        "\(release.name) \(release.version) (\(release.clips) clips)"
    }

    private func text(_ changes: [ReleaseDifference.Change]) -> String {
        changes.map { "\($0.key): '\(short($0.before))' -> '\(short($0.after))'" }.joined(separator: "; ")
    }

    private func short(_ text: String) -> String { text.count > 60 ? text.prefix(57) + "..." : text }

    private func list(_ title: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        Terminal.print("\n\(title)")
        for line in lines.prefix(Self.listed) { Terminal.print("  \(line)") }
        if lines.count > Self.listed { Terminal.print("  and \(lines.count - Self.listed) more: see --json") }
    }
}
