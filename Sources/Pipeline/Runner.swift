import Foundation
public import Manifest
import Model
import Synchronization

/// What became of a stage's tasks in one run.
public struct StageSummary: Codable, Hashable, Sendable {
    public var stage: String
    public var done: Int
    public var failed: Int
}

/// Runs stages over a workspace: bounded (as many items in flight as workers), resumable (fingerprints), isolated
/// (worker processes).
public struct Runner: Sendable {
    public enum Isolation: Sendable {
        /// `process` runs in this process, on `workers` threads.
        case inProcess
        /// In worker processes started with this command.
        case processes(command: [String], limits: WorkerLimits)
    }

    public let workspace: Workspace
    public let manifest: Manifest
    public let workers: Int
    /// Threads in each worker; nil shares the cores out among those that have work.
    public let threads: Int?
    public let isolation: Isolation
    public let progress: ProgressDisplay

    /// - Parameter workers: at least 1; results don't depend on it.
    public init(
        workspace: Workspace, manifest: Manifest, workers: Int, threads: Int? = nil, isolation: Isolation,
        progress: ProgressDisplay
    ) {
        self.workspace = workspace
        self.manifest = manifest
        self.workers = max(1, workers)
        self.threads = threads
        self.isolation = isolation
        self.progress = progress
    }

    /// Runs the stages in order. The caller holds the workspace's lock.
    ///
    /// An item's fault is recorded and the run goes on; a fault of the machinery (disk full, manifest not writable)
    /// ends it, and what was in flight stays pending.
    public func run(_ stages: [AnyStage]) throws -> [StageSummary] {
        try workspace.clearStaging()
        return try stages.map { stage in
            switch stage {
            case .wholeSet(let stage): try run(stage)
            case .perItem(let stage): try run(stage)
            }
        }
    }

    private func run(_ stage: any WholeSetStage) throws -> StageSummary {
        guard let task = try stage.pending(in: manifest) else {
            return StageSummary(stage: stage.name, done: 0, failed: 0)
        }
        progress.begin(stage: stage.name, total: 1, unit: "set")
        defer { progress.end() }
        try stage.run(task, in: manifest)
        progress.advance(by: 1, failed: 0)
        return StageSummary(stage: stage.name, done: 1, failed: 0)
    }

    private func run(_ stage: some Stage) throws -> StageSummary {
        let batches = try stage.pending(in: manifest)
        let total = batches.reduce(0) { $0 + $1.tasks.count }
        guard total > 0 else { return StageSummary(stage: stage.name, done: 0, failed: 0) }
        progress.begin(stage: stage.name, total: total, unit: "item")
        defer { progress.end() }
        let crew = min(workers, batches.count)
        let queue = BatchQueue(batches, workers: crew)
        let group = DispatchGroup()
        for number in 0..<crew {
            group.enter()
            let thread = Thread {
                defer { group.leave() }
                work(stage, queue, number: number)
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        group.wait()
        if let error = queue.error { throw error }
        return StageSummary(stage: stage.name, done: total - queue.failed, failed: queue.failed)
    }

    private func work(_ stage: some Stage, _ queue: BatchQueue, number: Int) {
        let process: WorkerProcess? =
            if case .processes(let command, let limits) = isolation {
                WorkerProcess(command: command, environment: ProcessInfo.processInfo.environment, limits: limits)
            } else { nil }
        defer { process?.close() }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        while let (batch, sharers) = queue.next() {
            defer { queue.finished() }
            let scratch = Scratch(
                directory: workspace.path("staging/\(stage.name)-\(number)"),
                threads: threads ?? max(1, cores / sharers))
            do {
                try FileManager.default.createDirectory(atPath: scratch.directory, withIntermediateDirectories: true)
                let failed = try perform(stage, batch, scratch, process)
                queue.count(failed: failed.count)
                progress.advance(by: batch.tasks.count, failed: failed.count)
            } catch let fault as Fault where !fault.endsRun {
                settle(fault, stage, batch, queue)
            } catch {
                queue.stop(error)
            }
            try? FileManager.default.removeItem(atPath: scratch.directory)
        }
    }

    private func perform(
        _ stage: some Stage, _ batch: Batch, _ scratch: Scratch, _ process: WorkerProcess?
    ) throws -> [TaskReference] {
        let item = try stage.itemJSON(for: batch, in: manifest)
        let output: String
        if let process {
            let request = WorkRequest(stage: stage.name, item: item, scratch: scratch)
            output = try process.process(try JSON.line(request), label: batch.label)
        } else {
            output = try stage.process(json: item, in: scratch)
        }
        return try stage.record(json: output, of: batch, in: manifest)
    }

    /// A batch of several tasks whose worker died is tried again task by task; else its tasks are recorded as failed.
    private func settle(_ fault: Fault, _ stage: some Stage, _ batch: Batch, _ queue: BatchQueue) {
        let died: Set<Fault.Reason> = [.crashed, .timedOut, .outOfMemory]
        if batch.tasks.count > 1, died.contains(fault.reason) {
            queue.add(batch.tasks.map { Batch(tasks: [$0], label: batch.label) })
            return
        }
        do {
            try manifest.fail(batch.tasks, stage: stage.name, fault: fault)
            queue.count(failed: batch.tasks.count)
            progress.note("\(stage.name) failed: \(fault)")
            progress.advance(by: batch.tasks.count, failed: batch.tasks.count)
        } catch {
            queue.stop(error)
        }
    }
}

/// Batches in order, handed to several threads.
private final class BatchQueue: Sendable {
    private struct State {
        var batches: [Batch]
        var next = 0
        var inWork = 0
        var failed = 0
        var error: (any Error)?
    }

    private let workers: Int
    private let state: Mutex<State>

    init(_ batches: [Batch], workers: Int) {
        self.workers = workers
        state = Mutex(State(batches: batches))
    }

    var error: (any Error)? { state.withLock { $0.error } }
    var failed: Int { state.withLock { $0.failed } }

    /// The next batch, and how many workers, its own among them, have work now or find some.
    func next() -> (batch: Batch, sharers: Int)? {
        state.withLock { state in
            guard state.error == nil, state.next < state.batches.count else { return nil }
            let batch = state.batches[state.next]
            state.next += 1
            state.inWork += 1
            return (batch, min(workers, state.inWork + state.batches.count - state.next))
        }
    }

    func finished() { state.withLock { $0.inWork -= 1 } }
    func add(_ batches: [Batch]) { state.withLock { $0.batches.append(contentsOf: batches) } }
    func count(failed: Int) { state.withLock { $0.failed += failed } }
    func stop(_ error: any Error) { state.withLock { if $0.error == nil { $0.error = error } } }
}
