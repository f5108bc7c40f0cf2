import ArgumentParser
import Foundation
import Manifest
import Model
import Pipeline
import Review
import Stages

struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Experts' decisions: ask for them, take in, give out, sum up, verify.",
        discussion: "Example: microcurate -C cells review serve",
        subcommands: [
            ServeReview.self, InviteReviewer.self, ImportDecisions.self, ExportDecisions.self, StatsCommand.self,
            VerifyLedger.self, RebuildDecisions.self,
        ])
}

extension ReviewCommand {
    struct ImportDecisions: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Record decisions; repeating an import changes nothing.",
            discussion: """
                Example: microcurate -C cells review import decisions.jsonl

                A line: {"clip_id": "clip-...", "reviewer": "ada", "decision": "accept", "decided_at": "2026-05-04T12:00:00Z"}
                """)
        @OptionGroup var place: WorkspaceOption
        @OptionGroup var output: JSONOption

        @Argument(help: "Decision lines, one JSON object a line; - for standard input.")
        var file: String

        func run() throws {
            let (workspace, manifest) = try place.open(.write)
            let data =
                file == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: file)
            guard let data else {
                throw Fault(.unreadable, "the file can't be read", at: file, advice: "Check the path.")
            }
            let decisions = try DecisionReader(file: file, recipe: workspace.recipe).decisions(
                in: String(decoding: data, as: UTF8.self))
            let new = try Decisions.record(decisions, recipe: workspace.recipe.review, in: manifest)
            if output.json {
                Terminal.print(try JSON.pretty(["new": new, "known": decisions.count - new]))
            } else {
                Terminal.print("\(new) new decisions, \(decisions.count - new) known already")
            }
        }
    }

    struct ExportDecisions: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Print the decisions in force, one JSON object a line.",
            discussion: "Example: microcurate -C cells review export --all > decisions.jsonl")
        @OptionGroup var place: WorkspaceOption

        @Flag(help: "Also those undone or superseded.")
        var all = false

        func run() throws {
            let (_, manifest) = try place.open(.read)
            let decisions = try manifest.decisions.all()
            let given = all ? decisions : InForce.clips(decisions).flatMap(\.voices.decisions)
            for decision in given { Terminal.print(try JSON.line(decision)) }
        }
    }

    struct VerifyLedger: ParsableCommand {
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

    struct RebuildDecisions: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rebuild", abstract: "Restore the manifest's decisions from the ledger.",
            discussion: """
                Example: microcurate -C cells review rebuild

                The ledger is the truth. What the manifest holds otherwise is replaced; decisions on sources that are
                not ingested wait for them.
                """)
        @OptionGroup var place: WorkspaceOption
        @OptionGroup var output: JSONOption

        func run() throws {
            let workspace = try Workspace.open(place.workspace)
            let manifest = try workspace.manifest(recovers: false)
            let (restored, waiting) = try manifest.commit { try $0.decisions.rebuild() }
            try Decisions.refresh(recipe: workspace.recipe.review, in: manifest)
            if output.json { return Terminal.print(try JSON.pretty(["restored": restored, "waiting": waiting])) }
            Terminal.print(
                "\(restored) decisions restored from the ledger"
                    + (waiting > 0 ? ", \(waiting) wait for their sources to be ingested" : ""))
        }
    }
}
