import ArgumentParser
import Manifest
import Model
import Pipeline
import ReviewDesk

/// Clips, and who says something of them as a curator.
struct CuratorOptions: ParsableArguments {
    @OptionGroup var place: WorkspaceOption
    @OptionGroup var output: JSONOption

    @Argument(help: "The ids of the clips.")
    var clips: [String]

    @Option(name: .customLong("as"), help: ArgumentHelp("Your name, as it stands in decisions.", valueName: "name"))
    var name: String

    /// Has an action recorded, beside a server at work, and tells what was done.
    ///
    /// - Parameter told: what became of the clips, for people.
    func record(
        _ told: String, _ body: (ActionIntake, _ clips: [ClipID], _ curator: String) throws -> ActionIntake.Result
    ) throws {
        let (workspace, manifest) = try place.open(.write)
        let curator = try PersonName.curator(name, at: "--as", in: manifest)
        let intake = ActionIntake(workspace.recipe, manifest)
        let receipt = try body(intake, clips.map { ClipID(rawValue: $0) }, curator).receipt
        if output.json { return Terminal.print(try JSON.pretty(receipt)) }
        Terminal.print("\(receipt.done) \(receipt.done == 1 ? "clip" : "clips") \(told) (action \(receipt.action))")
    }
}

/// What a settlement or a known answer says.
struct VerdictOptions: ParsableArguments {
    enum Verdict: String, ExpressibleByArgument, CaseIterable {
        case accept, reject
    }

    @Option(help: "What is said of the clips.")
    var decision: Verdict?

    @Option(help: "Why they are rejected: one of the recipe's review.reasons.")
    var reason: String?

    @Option(help: "The level of clips that are accepted: one of the recipe's labels.level.")
    var level: String?

    @Option(help: ArgumentHelp("The caption of clips that are accepted.", valueName: "text"))
    var caption: String?

    func validate() throws {
        if decision != .reject, reason != nil { throw ValidationError("--reason goes with --decision reject") }
        if decision != .accept, level != nil || caption != nil {
            throw ValidationError("--level and --caption go with --decision accept")
        }
    }

    /// - Parameter kind: a settlement or a known answer.
    func action(_ kind: CuratorAction.Kind, on clips: [ClipID]) -> CuratorAction {
        CuratorAction(
            kind, clips: clips, decision: decision.map { $0 == .accept ? .accept : .reject }, level: level,
            caption: caption, reason: reason)
    }
}
