import Foundation
import Model
public import Pipeline
import Manifest
import Synchronization
import Testing

/// What every executor must do, proved with a stage that misbehaves on demand. A test of an executor calls `check`.
public struct ExecutorConformance: Sendable {
    private let make: @Sendable () -> any Executor
    private let isolates: Bool
    private static let roomy = WorkerLimits(seconds: 30, residentBytes: 2 << 30)

    /// - Parameters:
    ///   - isolates: whether what crashes, hangs or eats memory costs the request alone.
    ///   - make: a fresh executor that knows `ToyStage`.
    public init(isolates: Bool, _ make: @escaping @Sendable () -> any Executor) {
        self.isolates = isolates
        self.make = make
    }

    public func check() throws {
        try answersBelongToTheirRequests()
        try faultsComeBackAsTheyAre()
        try bytesAreTheSame()
        try outputsStayAtTheBench()
        try cancellationRefusesWhatComes()
        guard isolates else { return }
        try deathsCostTheirRequestAlone()
        try cancellationEndsWhatIsAtWork()
        try nothingOutlivesItsSeat()
        try aBatchThatDiesIsTriedOneByOne()
    }

    // MARK: - Requests

    private func request(_ order: ToyStage.Order, _ number: Int = 0, in folder: Folder) throws -> WorkRequest {
        let bench = folder.path("bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: bench, withIntermediateDirectories: true)
        return WorkRequest(
            stage: ToyStage.head.name, rule: try JSON.line(ToyStage.Rule()),
            item: try JSON.line([ToyStage.Toy(order, number: number)]), inputs: [], folder: bench, threads: 1)
    }

    private func fault(
        _ seat: any Seat, _ request: WorkRequest, within limits: WorkerLimits = roomy
    ) -> Fault? {
        do throws(Fault) {
            let answer = try seat.perform(request, within: limits, label: "the label")
            Issue.record("no fault but \(answer)")
            return nil
        } catch { return error }
    }

    private func number(_ seat: any Seat, _ request: WorkRequest) throws -> Int? {
        try JSON.decode(
            ToyStage.Output.self, from: try seat.perform(request, within: Self.roomy, label: "the label")
        ).numbers.first
    }

    /// Many seats at once, each with many requests.
    private func answersBelongToTheirRequests() throws {
        let folder = try Folder()
        let executor = make()
        let wrong = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 3) { lane in
            let seat = executor.seat()
            defer { seat.close() }
            for i in 0..<12 {
                let wanted = 100 * lane + i
                let got = Result { try number(seat, try request(.echo, wanted, in: folder)) }
                if (try? got.get()) != wanted { wrong.withLock { $0.append("\(wanted): \(got)") } }
            }
        }
        #expect(wrong.withLock { $0 } == [])
    }

    private func faultsComeBackAsTheyAre() throws {
        let folder = try Folder()
        let seat = make().seat()
        defer { seat.close() }
        let refused = fault(seat, try request(.refuse, in: folder))
        #expect(refused == Fault(.corrupt, "it was told to refuse", at: "the label", advice: "Tell it otherwise."))
        #expect(fault(seat, try request(.steal, in: folder))?.what == "an input was not declared")
        var unknown = try request(.echo, in: folder)
        unknown.stage = "nobody"
        #expect(fault(seat, unknown)?.what == "there is no stage 'nobody'")
        #expect(try number(seat, try request(.echo, 5, in: folder)) == 5, "a fault costs nobody else anything")
    }

    // MARK: - Runs

    /// A workspace with some files, and what a run of the toy stage leaves in it.
    private func run(
        _ items: [String: [ToyStage.Toy]], in folder: Folder, workers: Int, inputs: [BenchInput] = []
    ) throws -> (summary: StageSummary, workspace: Workspace, manifest: Manifest, processes: Set<Int32>) {
        let workspace = try Workspace.create(
            at: folder.path("workspace-\(UUID().uuidString)"), recipe: "name: toys\n", recipeName: "toys")
        let manifest = try workspace.manifest()
        var runner = Runner(
            workspace: workspace, manifest: manifest, workers: workers, executor: make(),
            progress: ProgressDisplay(style: .quiet, width: { 80 }, now: { 0 }, write: { _ in }))
        runner.notesFaults = false
        let stage = ToyStage(items, inputs: inputs)
        return (try runner.run(stage), workspace, manifest, stage.processes.all)
    }

    private func bytesAreTheSame() throws {
        let folder = try Folder()
        let files = try ["first", "second"].map { name in
            let bytes = Array("\(name) input".utf8)
            try Data(bytes).write(to: URL(fileURLWithPath: folder.path(name)))
            return BenchInput(sha256: Digest(of: bytes), path: folder.path(name), bytes: bytes.count)
        }
        let digests = files.compactMap(\.sha256)
        let items = (0..<6).map { ToyStage.Toy(.turn, number: $0, digests: $0 % 2 == 0 ? digests : digests.reversed()) }
        for workers in [1, 3] {
            let groups = Dictionary(grouping: items) { "group \($0.number / 2)" }
            let (summary, workspace, manifest, _) = try run(groups, in: folder, workers: workers, inputs: files)
            #expect(summary.done == 6 && summary.failed == 0)
            #expect(try manifest.tasks.outputs(stage: "toy").count == 6)
            for text in ["first inputsecond input", "second inputfirst input"] {
                let digest = Digest(of: String(text.reversed()))
                let path = workspace.path("tracks/\(digest.hex.prefix(2))/\(digest)")
                #expect(FileManager.default.contents(atPath: path) == Data(text.utf8.reversed()))
            }
            for number in 0..<6 {
                let digest = Digest(of: "\(number)")
                #expect(workspace.holds("thumbnails/\(digest.hex.prefix(2))/\(digest)"))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path("staging")) == [])
        }
    }

    private func outputsStayAtTheBench() throws {
        let folder = try Folder()
        let items = ["a": [ToyStage.Toy(.escape, number: 1)], "b": [ToyStage.Toy(.echo, number: 2)]]
        let (summary, workspace, manifest, _) = try run(items, in: folder, workers: 1)
        #expect(summary.done == 1 && summary.failed == 1)
        let fault = try #require(try manifest.tasks.failures().first?.fault)
        #expect(fault.reason == .invalid && fault.what.contains("outside of its bench"), "\(fault)")
        #expect(!workspace.holds("staging/escaped") && !workspace.holds("escaped"))
    }

    private func aBatchThatDiesIsTriedOneByOne() throws {
        let folder = try Folder()
        let items = [
            "batch": [
                ToyStage.Toy(.nap, number: 1), ToyStage.Toy(.crash, number: 2), ToyStage.Toy(.nap, number: 3),
                ToyStage.Toy(.nap, number: 4), ToyStage.Toy(.nap, number: 5),
            ]
        ]
        let (summary, _, manifest, processes) = try run(items, in: folder, workers: 2)
        #expect(summary.done == 4 && summary.failed == 1)
        #expect(processes.count > 1, "a crew that is idle for a moment stays")
        #expect(try manifest.tasks.failures().map(\.key) == ["batch-2"])
        #expect(try manifest.tasks.failures().map(\.fault.reason) == [.crashed])
    }

    // MARK: - Deaths

    private func deathsCostTheirRequestAlone() throws {
        let folder = try Folder()
        let seat = make().seat()
        defer { seat.close() }
        let short = WorkerLimits(seconds: 1, residentBytes: 2 << 30)
        let small = WorkerLimits(seconds: 30, residentBytes: 160 << 20)
        let deaths: [(ToyStage.Order, WorkerLimits, Fault.Reason)] = [
            (.crash, Self.roomy, .crashed), (.hang, short, .timedOut), (.eat, small, .outOfMemory),
            (.garble, Self.roomy, .internal),
        ]
        for (order, limits, reason) in deaths {
            let fault = fault(seat, try request(order, in: folder), within: limits)
            #expect(fault?.reason == reason, "\(order): \(fault.map { "\($0)" } ?? "")")
            #expect(fault?.place == "the label", "\(order)")
            #expect(try number(seat, try request(.echo, 7, in: folder)) == 7, "after \(order)")
        }
    }

    private func cancellationRefusesWhatComes() throws {
        let folder = try Folder()
        let executor = make()
        let seat = executor.seat()
        defer { seat.close() }
        #expect(try number(seat, try request(.echo, 1, in: folder)) == 1)
        executor.cancel()
        #expect(fault(seat, try request(.echo, 2, in: folder))?.reason == .busy)
    }

    private func cancellationEndsWhatIsAtWork() throws {
        let folder = try Folder()
        let executor = make()
        let hanging = try request(.hang, in: folder)
        let ended = DispatchSemaphore(value: 0)
        let reason = Mutex<Fault.Reason?>(nil)
        Thread.detachNewThread {
            let seat = executor.seat()
            let fault = fault(seat, hanging)
            reason.withLock { $0 = fault?.reason }
            seat.close()
            ended.signal()
        }
        usleep(300_000)
        executor.cancel()
        #expect(ended.wait(timeout: .now() + 20) == .success)
        #expect(reason.withLock { $0 } == .busy)
    }

    private func nothingOutlivesItsSeat() throws {
        let folder = try Folder()
        let seat = make().seat()
        let asked = try request(.echo, in: folder)
        _ = try number(seat, asked)
        let pid = Int32(try String(contentsOfFile: asked.folder + "/pid", encoding: .utf8)) ?? 0
        #expect(pid > 0 && pid != getpid())
        seat.close()
        for _ in 0..<5000 where kill(pid, 0) == 0 { usleep(1000) }
        #expect(kill(pid, 0) != 0, "worker \(pid) outlives its seat")
    }
}

/// A folder that goes with its owner.
private final class Folder: Sendable {
    let root: String

    init() throws {
        root = NSTemporaryDirectory() + "executor-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { "\(root)/\(name)" }
}
