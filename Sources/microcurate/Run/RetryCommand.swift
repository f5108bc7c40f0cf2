import ArgumentParser
import Manifest

struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Make failed items pending again, or all that was made of some sources or clips.",
        discussion: "Example: microcurate -C cells retry src-0a1b...")
    @OptionGroup var place: WorkspaceOption

    @Argument(help: "Ids of sources or clips whose work is to be done again, whatever came of it; none: what failed.")
    var targets: [String] = []

    func run() throws {
        let (_, manifest) = try place.open(.write)
        Terminal.print("\(try manifest.commit { try $0.tasks.retry(targets) }) items are pending again")
    }
}
