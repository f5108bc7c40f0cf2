import ExecutorConformance
import Foundation
import Model
import Pipeline
import Testing

/// One request at a time, however many seats there are: for a machine that has memory for one.
final class OneByOne: Executor {
    private let others: any Executor
    private let turn = NSLock()

    init(_ others: any Executor) { self.others = others }

    func seat() -> any Seat { OneByOneSeat(others.seat(), turn) }
    func cancel() { others.cancel() }
}

private final class OneByOneSeat: Seat {
    private let seat: any Seat
    private let turn: NSLock

    init(_ seat: any Seat, _ turn: NSLock) { (self.seat, self.turn) = (seat, turn) }

    func perform(_ request: WorkRequest, within limits: WorkerLimits, label: String) throws(Fault) -> String {
        turn.lock()
        defer { turn.unlock() }
        return try seat.perform(request, within: limits, label: label)
    }

    func close() { seat.close() }
}

@Suite struct ToyExecutorTests {
    @Test func itKeepsTheContract() throws {
        try ExecutorConformance(isolates: false) { OneByOne(InProcess([ToyStage.self])) }.check()
    }
}
