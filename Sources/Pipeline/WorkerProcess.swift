public import Model

/// A child process that answers requests one at a time, watched while it works: a crash, a hang or a hunger for
/// memory costs the item, not the run.
///
/// The child is started when it is first needed, and again after it went down. It reads one request a line and writes
/// one answer a line (`WorkerLoop` is its side). Use a `WorkerProcess` from one thread at a time. SIGPIPE, open files
/// and process groups need no care from the caller.
public final class WorkerProcess {
    private let command: [String]
    private let environment: [String: String]
    private let cancellation: Cancellation?
    /// What a request may cost; holds for the next one.
    public var limits: WorkerLimits
    private var child: WorkerChild?

    /// `command` is the program (found through PATH) and its arguments, `environment` all that the child sees. Swift's
    /// crash reports are off unless it sets `SWIFT_BACKTRACE`: their pages would push out the line that says why.
    /// - Parameter cancellation: once it is set, requests end with `.busy`, the one at work too.
    public init(
        command: [String], environment: [String: String], limits: WorkerLimits = .ample,
        cancellation: Cancellation? = nil
    ) {
        self.cancellation = cancellation
        self.command = command
        self.environment = environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { given, _ in given }
        self.limits = limits
    }

    deinit { close() }

    /// The running child's process id; nil when there is none.
    public var processID: Int32? { child.flatMap { $0.reap() == nil ? $0.pid : nil } }

    /// Sends one request (JSON without line breaks) and waits for its answer, whose JSON text it returns.
    ///
    /// Throws the fault that the child answers with (its place is `label` where it names none), or
    /// `.timedOut`, `.outOfMemory`, `.crashed` when the child was killed for a limit or went down by itself,
    /// `.internal` when its answer is none (each of these ends the child), and `.busy` when no child can be started.
    /// `label` names the item in messages.
    public func process(_ request: String, label: String) throws(Fault) -> String {
        precondition(!request.utf8.contains(newline), "a request is one line")
        let child = try readyChild()
        let answer: WorkerAnswer
        do throws(WorkerFailure) {
            answer = try exchange(request, with: child)
        } catch {
            self.child = nil
            child.kill()
            child.drain()
            throw error.fault(at: label, limits: limits, errors: child.takeErrors())
        }
        // An item must not be charged for what earlier items left behind.
        if child.residentBytes > limits.residentBytes / 2 { close() }
        switch answer {
        case .ok(let json): return json
        case .fault(var fault):
            if fault.place.isEmpty { fault.place = label }
            throw fault
        }
    }

    /// Ends the child: its input ends, and after two seconds it is killed. A later `process` starts a new one.
    public func close() {
        child?.end(within: 2)
        child = nil
    }

    /// The child, when it is alive and has written nothing that nobody asked for; else a new one.
    private func readyChild() throws(Fault) -> WorkerChild {
        if let child {
            child.drain()
            if child.reap() == nil, !child.outputEnded, child.lines.isEmpty {
                _ = child.takeErrors()
                return child
            }
            self.child = nil
        }
        let fresh = try WorkerChild.spawn(command, environment: environment)
        child = fresh
        return fresh
    }

    private func exchange(_ request: String, with child: WorkerChild) throws(WorkerFailure) -> WorkerAnswer {
        var unsent = (Array(request.utf8) + [newline])[...]
        var watch = Stopwatch()
        var closedSince: Double?
        while true {
            child.pump(&unsent, milliseconds: child.outputEnded ? 5 : 100)
            let status = child.reap()
            if status != nil { child.drain() }
            if let line = child.takeLine() {
                guard unsent.isEmpty, child.lines.isEmpty, let answer = WorkerAnswer(line: line) else {
                    throw .garbled(line)
                }
                return answer
            }
            if let status { throw .exited(status: status) }
            if cancellation?.isSet == true { throw .cancelled }
            let looks = watch.advance()
            if watch.seconds > limits.seconds { throw .timedOut }
            if looks, case let bytes = child.residentBytes, bytes > limits.residentBytes {
                throw .outgrew(bytes: bytes)
            }
            if child.outputEnded {
                let since = closedSince ?? watch.seconds
                if watch.seconds - since > 1 { throw .closedOutput }
                closedSince = since
            }
        }
    }
}

/// Time that an item has had. While the whole program stood still (Ctrl-Z, a sleeping machine), it does not run.
private struct Stopwatch {
    private(set) var seconds = 0.0
    private var last = SuspendingClock.now
    private var looked = 0.0

    /// True about ten times a second: time to look at the memory.
    mutating func advance() -> Bool {
        let now = SuspendingClock.now
        seconds += min((now - last) / .seconds(1), 1)
        last = now
        guard seconds - looked >= 0.09 else { return false }
        looked = seconds
        return true
    }
}
