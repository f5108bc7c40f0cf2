import ByHand
import Manifest
import Model
import Pipeline
import Synchronization
import Testing

/// What a run does with tasks: none is lost, doubled or done again without need.
@Suite struct RunnerTests {
    /// Does to each task what its key says.
    private struct Played: Stage {
        static let head = StageHead("played", version: 2, place: .here, abstract: "Play.")

        struct Rule: Codable, Hashable, Sendable { var number = 1 }

        static func rule(of recipe: Recipe) -> Rule { Rule() }
        var rule = Rule()
        var keys: [String] = []
        let told = Told()

        final class Told: Sendable {
            let seen = Mutex<(worked: [String], failed: [String])>(([], []))
            var worked: [String] { seen.withLock { $0.worked.sorted() } }
            var failed: [String] { seen.withLock { $0.failed.sorted() } }
        }

        init(rule: Rule, in folder: WorkspaceFolder) { self.rule = rule }
        init(_ keys: [String], number: Int = 1) { (self.keys, rule.number) = (keys, number) }

        func tasks(in manifest: Manifest) -> [StageTask] { keys.map { StageTask($0, inputs: [], label: $0) } }

        func item(for tasks: [StageTask], in manifest: Manifest) -> Work<String> {
            told.seen.withLock { $0.worked.append(tasks[0].key) }
            return Work(tasks[0].key)
        }

        static func process(_ item: String, _ rule: Rule, at bench: Bench) throws -> String {
            switch item {
            case "bad": throw Fault(.corrupt, "it is bad", at: item, advice: "Mend it.")
            case "full": throw Fault(.diskFull, "the disk is full", at: item, advice: "Make room.")
            default: return item
            }
        }

        func stands(_ task: StageTask, in transaction: Transaction) -> Bool { !task.key.hasPrefix("lost") }
        func failed(_ task: StageTask, _ fault: Fault) { told.seen.withLock { $0.failed.append(task.key) } }

        func record(_ output: String, for tasks: [StageTask], in transaction: Transaction) -> [TaskEnd] {
            switch output {
            case "old": [.replaced(by: ["new-1", "new-2"].map { StageTask($0, inputs: [], label: $0) })]
            case "refused": [.failed(Fault(.invalid, "it is refused", at: output, advice: "Mend it."))]
            default: [.done(Digest(of: output))]
            }
        }

        static func formerFingerprint(of task: StageTask, _ rule: Rule) -> Digest? { Digest(of: "former \(task.key)") }
    }

    private final class Fixture {
        private let scratch: ScratchWorkspace
        var manifest: Manifest { scratch.manifest }

        init() throws { scratch = try ScratchWorkspace("name: played\n") }

        func run(_ stage: Played, workers: Int = 2) throws -> StageSummary {
            var runner = Runner(
                workspace: scratch.workspace, manifest: manifest, workers: workers, executor: InProcess([]),
                progress: ProgressDisplay(style: .quiet, width: { 80 }, now: { 0 }, write: { _ in }))
            runner.notesFaults = false
            return try runner.run(stage)
        }

        func done() throws -> [String] { try manifest.tasks.outputs(stage: "played").keys.sorted() }
        func failures() throws -> [String] { try manifest.tasks.failures().map(\.key) }
    }

    @Test(arguments: [1, 3]) func whatIsDoneIsNotDoneAgain(workers: Int) throws {
        let fixture = try Fixture()
        let keys = (0..<20).map { "task-\($0)" }
        let summary = try fixture.run(Played(keys), workers: workers)
        #expect(summary.stage == "played" && summary.done == 20 && summary.failed == 0)
        #expect(try fixture.done() == keys.sorted())
        let again = Played(keys + ["one more"])
        #expect(try fixture.run(again, workers: workers).done == 1)
        #expect(again.told.worked == ["one more"])
        let other = Played(keys, number: 2)
        #expect(try fixture.run(other, workers: workers).done == 20 && other.told.worked == keys.sorted())
    }

    @Test func aFaultCostsItsTaskAlone() throws {
        let fixture = try Fixture()
        let stage = Played(["a", "bad", "b", "refused", "c"])
        let summary = try fixture.run(stage)
        #expect(summary.done == 3 && summary.failed == 2)
        #expect(try fixture.done() == ["a", "b", "c"])
        #expect(try Set(fixture.failures()) == ["bad", "refused"] && stage.told.failed == ["bad", "refused"])
        let again = Played(["a", "bad", "b", "refused", "c"])
        #expect(try fixture.run(again).done == 0 && again.told.worked == [], "a failure is an end too")
    }

    @Test func aFullDiskEndsTheRunAndFailsNothing() throws {
        let fixture = try Fixture()
        let fault = #expect(throws: Fault.self) { try fixture.run(Played(["a", "full", "b"]), workers: 1) }
        #expect(fault?.reason == .diskFull)
        #expect(try fixture.failures() == [] && fixture.done() == ["a"])
        let pending = try Played(["a", "full", "b"]).pending(in: fixture.manifest)
        #expect(pending.map(\.key) == ["full", "b"])
    }

    @Test func othersTakeATasksPlaceInTheSameRun() throws {
        let fixture = try Fixture()
        let stage = Played(["old", "a"])
        _ = try fixture.run(stage)
        #expect(try fixture.done() == ["a", "new-1", "new-2"])
        #expect(stage.told.worked == ["a", "new-1", "new-2", "old"])
    }

    @Test func nothingIsRecordedOfWhatAnotherOwnsNow() throws {
        let fixture = try Fixture()
        let stage = Played(["lost", "a"])
        _ = try fixture.run(stage)
        #expect(try fixture.done() == ["a"] && fixture.failures() == [] && stage.told.failed == [])
        #expect(try stage.pending(in: fixture.manifest).map(\.key) == ["lost"])
    }

    @Test func theFormerFingerprintCounts() throws {
        let fixture = try Fixture()
        try fixture.manifest.commit { transaction in
            for (key, form) in [("a", "former a"), ("b", "another")] {
                try transaction.tasks.finish(
                    TaskReference(key: key, fingerprint: Digest(of: form)), stage: "played", output: Digest(of: key))
            }
        }
        let stage = Played(["a", "b"])
        #expect(try fixture.run(stage).done == 1 && stage.told.worked == ["b"])
        #expect(try stage.isRecorded(stage.tasks(in: fixture.manifest)[0], in: fixture.manifest))
        let fingerprints = try fixture.manifest.tasks.fingerprints(stage: "played")
        #expect(fingerprints["a"] != Digest(of: "former a").hex, "and is today's from then on")
    }
}
