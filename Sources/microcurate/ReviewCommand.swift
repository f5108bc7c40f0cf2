import ArgumentParser
import Foundation
import Manifest
import Model
import Pipeline
import Review
import Stages

struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Experts' decisions: take in, give out, sum up, verify.",
        discussion: "Example: microcurate -C cells review import decisions.jsonl",
        subcommands: [ImportDecisions.self, ExportDecisions.self, StatsCommand.self, VerifyLedger.self])
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
            let (workspace, manifest) = try place.open()
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
            let (_, manifest) = try place.open()
            let decisions = try manifest.decisions()
            for decision in all ? decisions : InForce.decisions(decisions) { Terminal.print(try JSON.line(decision)) }
        }
    }

    struct StatsCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stats", abstract: "Reviewers, their pace and their agreement.",
            discussion: "Example: microcurate -C cells review stats")
        @OptionGroup var place: WorkspaceOption
        @OptionGroup var output: JSONOption

        func run() throws {
            let (_, manifest) = try place.open()
            let stats = ReviewStatistics(of: try manifest.decisions())
            if output.json { return Terminal.print(try JSON.pretty(stats)) }
            func number(_ value: Double?) -> String { value.map { "\(($0 * 1000).rounded() / 1000)" } ?? "-" }
            Terminal.print(
                "\(stats.clips) clips, \(stats.decisions) decisions in force, alpha \(number(stats.alpha)), level alpha \(number(stats.levelAlpha))\n"
            )
            Terminal.print(
                Terminal.table(
                    ["reviewer", "clips", "accept", "reject", "unsure", "clips/hour"],
                    stats.reviewers.map {
                        [
                            $0.reviewer, "\($0.clips)", "\($0.accepts)", "\($0.rejects)", "\($0.unsure)",
                            number($0.clipsPerHour),
                        ]
                    }))
            guard !stats.pairs.isEmpty else { return }
            Terminal.print(
                "\n"
                    + Terminal.table(
                        ["pair", "clips", "kappa"],
                        stats.pairs.map { ["\($0.first), \($0.second)", "\($0.clips)", number($0.kappa)] }))
        }
    }

    struct VerifyLedger: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Prove that ledger and manifest agree.",
            discussion: "Example: microcurate -C cells review verify")
        @OptionGroup var place: WorkspaceOption

        func run() throws {
            let (_, manifest) = try place.open()
            let count = try manifest.verifyLedger()
            Terminal.print(
                "\(count) decisions: the hash chain is whole and the manifest agrees (head \(try manifest.ledgerHead()))"
            )
        }
    }
}
