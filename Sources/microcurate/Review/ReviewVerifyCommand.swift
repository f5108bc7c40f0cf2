import ArgumentParser
import Manifest

struct ReviewVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Prove that ledger and manifest agree.",
        discussion: "Example: microcurate -C cells review verify")
    @OptionGroup var place: WorkspaceOption

    func run() throws {
        let (_, manifest) = try place.open(.read)
        let count = try manifest.decisions.verifyLedger()
        Terminal.print(
            "\(count) decisions: the hash chain is whole and the manifest agrees (head \(try manifest.decisions.ledgerHead()))"
        )
    }
}
