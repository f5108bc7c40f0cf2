public import Model
internal import Synchronization

/// Carries requests to where they run. Results don't depend on which one it is; one conformance suite holds them all.
public protocol Executor: Sendable {
    /// A place for one request at a time; a run opens as many as it has workers. Nothing starts before it is needed.
    func seat() -> any Seat
    /// Ends what is at work: every `perform` throws soon, those to come at once.
    func cancel()
}

/// One place where a request runs; used from one thread at a time.
public protocol Seat: AnyObject {
    /// Does a request and brings its outputs into its folder on this machine.
    ///
    /// Throws the fault of the work itself; `.crashed`, `.timedOut`, `.outOfMemory` or `.internal` for what became of
    /// its process instead, which costs this request alone; `.busy` where it can't run at all or was cancelled.
    /// - Parameter label: names the work in messages.
    /// - Returns: the output's JSON.
    func perform(_ request: WorkRequest, within limits: WorkerLimits, label: String) throws(Fault) -> String
    func close()
}

/// Does the work in this process, on the caller's thread: what crashes there ends the run, and no limit holds.
public struct InProcess: Executor {
    private let stages: [any Stage.Type]
    private let isCancelled = Cancellation()

    public init(_ stages: [any Stage.Type]) { self.stages = stages }

    public func seat() -> any Seat { InProcessSeat(stages, isCancelled) }
    public func cancel() { isCancelled.set() }
}

private final class InProcessSeat: Seat {
    private let stages: [any Stage.Type]
    private let isCancelled: Cancellation

    init(_ stages: [any Stage.Type], _ isCancelled: Cancellation) {
        self.stages = stages
        self.isCancelled = isCancelled
    }

    func perform(_ request: WorkRequest, within limits: WorkerLimits, label: String) throws(Fault) -> String {
        if isCancelled.isSet { throw WorkerFailure.cancelled.fault(at: label, limits: limits, errors: "") }
        do {
            return try request.answer(stages)
        } catch var fault as Fault {
            if fault.place.isEmpty { fault.place = label }
            throw fault
        } catch {
            throw .unforeseen(error, at: label)
        }
    }

    func close() {}
}

/// Does the work in local worker processes, one a seat: what crashes, hangs or eats memory costs its request.
public struct Workers: Executor {
    private let command: [String]
    private let environment: [String: String]
    private let isCancelled = Cancellation()

    /// - Parameter command: starts a worker that serves requests by `WorkerLoop.run { try WorkRequest.answer... }`.
    public init(command: [String], environment: [String: String]) {
        self.command = command
        self.environment = environment
    }

    public func seat() -> any Seat {
        WorkerSeat(WorkerProcess(command: command, environment: environment, cancellation: isCancelled))
    }

    public func cancel() { isCancelled.set() }
}

private final class WorkerSeat: Seat {
    private let worker: WorkerProcess

    init(_ worker: WorkerProcess) { self.worker = worker }

    func perform(_ request: WorkRequest, within limits: WorkerLimits, label: String) throws(Fault) -> String {
        let line: String
        do { line = try JSON.line(request) } catch { throw .unforeseen(error, at: label) }
        worker.limits = limits
        return try worker.process(line, label: label)
    }

    func close() { worker.close() }
}

/// A flag that is set once.
public final class Cancellation: Sendable {
    private let flag = Mutex(false)

    public init() {}

    public var isSet: Bool { flag.withLock { $0 } }
    public func set() { flag.withLock { $0 = true } }
}

extension Fault {
    static func unforeseen(_ error: any Error, at place: String) -> Fault {
        Fault(
            .internal, String(describing: error), at: place,
            advice: "Report this together with the file that it happened to.")
    }
}
