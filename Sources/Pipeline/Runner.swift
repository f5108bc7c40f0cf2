import Foundation
public import Manifest
public import Model
import Synchronization

extension Fault {
    /// A fault of the machine rather than of an item: the run ends, and what was in flight stays pending.
    public var endsRun: Bool { [.diskFull, .readOnly, .busy].contains(reason) }
}

/// What became of a stage's tasks in one run.
public struct StageSummary: Codable, Hashable, Sendable {
    public var stage: String
    public var done: Int
    public var failed: Int
}

/// Runs stages over a workspace: bounded (as many batches in flight as workers), resumable (fingerprints), isolated (by
/// its executor).
public struct Runner: Sendable {
    public let workspace: Workspace
    public let manifest: Manifest
    public let workers: Int
    /// Threads in each worker; nil shares the cores out among those that have work.
    public let threads: Int?
    public let executor: any Executor
    public let limits: LimitOverride
    public let progress: ProgressDisplay
    /// Whether each fault is told at once; else only what asks for them later tells.
    public var notesFaults = true

    /// - Parameter workers: at least 1; results don't depend on it.
    public init(
        workspace: Workspace, manifest: Manifest, workers: Int, threads: Int? = nil, executor: any Executor,
        limits: LimitOverride = .none, progress: ProgressDisplay
    ) {
        self.workspace = workspace
        self.manifest = manifest
        self.workers = max(1, workers)
        self.threads = threads
        self.executor = executor
        self.limits = limits
        self.progress = progress
    }

    /// Runs the stages in order. The caller holds the workspace's lock.
    ///
    /// An item's fault is recorded and the run goes on; a fault of the machinery (disk full, manifest not writable)
    /// ends it, and what was in flight stays pending.
    public func run(_ stages: [any Stage.Type]) throws -> [StageSummary] {
        try workspace.clearStaging()
        return try stages.map { try run($0) }
    }

    private func run<S: Stage>(_ type: S.Type) throws -> StageSummary { try run(try S(of: workspace)) }

    /// Runs one stage, whose rule need not be the recipe's.
    @discardableResult
    public func run<S: Stage>(_ stage: S) throws -> StageSummary {
        let (pending, former) = try stage.sorted(in: manifest)
        try renew(former, of: stage)
        guard !pending.isEmpty else { return StageSummary(stage: S.head.name, done: 0, failed: 0) }
        progress.begin(stage: S.head.name, total: pending.count, unit: "item")
        defer { progress.end() }
        let crew = min(workers, pending.count)
        let queue = BatchQueue(pending, crew: crew)
        let work = try StageWork(stage, runner: self, queue: queue)
        let group = DispatchGroup()
        for number in 0..<crew {
            group.enter()
            let handover = Handover(work)
            let thread = Thread {
                handover.use { $0.serve(number) }
                group.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        group.wait()
        if let error = queue.error { throw error }
        return StageSummary(stage: S.head.name, done: queue.finished - queue.failed, failed: queue.failed)
    }

    /// Gives tasks that were done under a former fingerprint the one of today.
    private func renew<S: Stage>(_ tasks: [StageTask], of stage: S) throws {
        guard !tasks.isEmpty else { return }
        let fingerprints = try Fingerprints<S>(stage.rule)
        for some in tasks.chunks(of: 500) {
            try manifest.commit { transaction in
                for task in some {
                    try transaction.tasks.renew(fingerprints.reference(to: task), stage: S.head.name)
                }
            }
        }
    }
}

/// A value that is used once and let go of then: a thread that has just ended must not be the last to hold the manifest,
/// which would stay open when the program ends.
private final class Handover<Value: Sendable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: Value) { self.value = Mutex(value) }

    func use(_ body: (Value) -> Void) {
        if let value = value.withLock({ value in value.take() }) { body(value) }
    }
}

/// One stage's batches on their way through a crew of threads.
private struct StageWork<S: Stage>: Sendable {
    private let stage: S
    private let rule: String
    private let fingerprints: Fingerprints<S>
    private let runner: Runner
    private let queue: BatchQueue

    init(_ stage: S, runner: Runner, queue: BatchQueue) throws {
        self.stage = stage
        self.runner = runner
        self.queue = queue
        rule = try JSON.line(stage.rule)
        fingerprints = try Fingerprints(stage.rule)
    }

    /// Works until there is nothing left and nobody works who may leave something.
    func serve(_ number: Int) {
        let seat: (any Seat)? = if case .worker = S.head.place { runner.executor.seat() } else { nil }
        defer { seat?.close() }
        let folder = runner.workspace.path("staging/\(S.head.name)-\(getpid())-\(number)")
        let cores = ProcessInfo.processInfo.activeProcessorCount
        while let (batch, sharers) = queue.next() {
            do {
                let threads = runner.threads ?? max(1, cores / sharers)
                try commit(try output(of: batch, seat, folder: folder, threads: threads), of: batch)
            } catch {
                settle(error, batch)
            }
            queue.leave()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func output(of batch: Batch, _ seat: (any Seat)?, folder: String, threads: Int) throws -> S.Output {
        let work = try stage.item(for: batch.tasks, in: runner.manifest)
        guard let seat, case .worker(let limits) = S.head.place else {
            return try S.process(
                work.item, stage.rule, at: Bench(inputs: work.inputs, folder: folder, threads: threads))
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let request = WorkRequest(
            stage: S.head.name, rule: rule, item: try JSON.line(work.item), inputs: work.inputs, folder: folder,
            threads: threads)
        let answer = try seat.perform(request, within: runner.limits.applied(to: limits), label: batch.label)
        let output = try JSON.decode(S.Output.self, from: answer)
        for artifact in S.artifacts(of: output) { try runner.workspace.take(artifact, from: folder) }
        return output
    }

    private func commit(_ output: S.Output, of batch: Batch) throws {
        let ends = try runner.manifest.commit { transaction -> [TaskEnd] in
            guard try batch.tasks.allSatisfy({ try stage.stands($0, in: transaction) }) else { return [] }
            let ends = try stage.record(output, for: batch.tasks, in: transaction)
            precondition(ends.count == batch.tasks.count, "\(S.head.name) records one end a task")
            for (task, end) in zip(batch.tasks, ends) { try write(end, of: task, in: transaction) }
            return ends
        }
        var failed = 0
        for (task, end) in zip(batch.tasks, ends) {
            switch end {
            case .done: break
            case .failed(let fault):
                failed += 1
                stage.failed(task, fault)
            case .replaced(let tasks):
                queue.add(tasks.map { [$0] })
                runner.progress.expect(tasks.count)
            }
        }
        count(batch, failed: failed)
    }

    private func write(_ end: TaskEnd, of task: StageTask, in transaction: Transaction) throws {
        let name = S.head.name
        switch end {
        case .done(let output, let inputs):
            try transaction.tasks.finish(fingerprints.reference(to: task, inputs: inputs), stage: name, output: output)
        case .failed(let fault):
            try transaction.tasks.fail(fingerprints.reference(to: task), stage: name, fault: fault)
        case .replaced: try transaction.tasks.forget(task: task.key, stage: name)
        }
    }

    /// What an error makes of a batch: a fault that ends the run stops the queue, a worker that died has its tasks tried
    /// one by one, any other fault is recorded.
    private func settle(_ error: any Error, _ batch: Batch) {
        guard let fault = error as? Fault, !fault.endsRun else { return stop(error) }
        let died: Set<Fault.Reason> = [.crashed, .timedOut, .outOfMemory]
        if batch.tasks.count > 1, died.contains(fault.reason) { return queue.add(batch.tasks.map { [$0] }) }
        do {
            try fail(batch, fault)
        } catch {
            stop(error)
        }
    }

    private func fail(_ batch: Batch, _ fault: Fault) throws {
        let failed = try runner.manifest.commit { transaction in
            let standing = try batch.tasks.filter { try stage.stands($0, in: transaction) }
            for task in standing {
                try transaction.tasks.fail(fingerprints.reference(to: task), stage: S.head.name, fault: fault)
            }
            return standing
        }
        for task in failed { stage.failed(task, fault) }
        if runner.notesFaults, !failed.isEmpty { runner.progress.note("\(S.head.name) failed: \(fault)") }
        count(batch, failed: failed.count)
    }

    private func count(_ batch: Batch, failed: Int) {
        queue.count(batch.tasks.count, failed: failed)
        runner.progress.advance(by: batch.tasks.count, failed: failed)
    }

    private func stop(_ error: any Error) {
        queue.stop(error)
        runner.executor.cancel()
    }
}
