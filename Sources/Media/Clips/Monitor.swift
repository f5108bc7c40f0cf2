internal import Foundation

/// State that threads share: one at a time sees or changes it, and may wait for what another will do to it.
final class Monitor<State: Sendable>: @unchecked Sendable {
    // The lock of `condition` guards `state`: that is what makes the class Sendable.
    private let condition = NSCondition()
    private var state: State

    init(_ state: State) { self.state = state }

    /// Sees or changes the state, then lets those who wait look again.
    func change<Outcome>(_ body: (inout State) -> Outcome) -> Outcome {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return body(&state)
    }

    /// Blocks until `body` has something to return; it runs again after each change.
    func wait<Outcome>(_ body: (inout State) -> Outcome?) -> Outcome {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let outcome = body(&state) {
                condition.broadcast()
                return outcome
            }
            condition.wait()
        }
    }
}
