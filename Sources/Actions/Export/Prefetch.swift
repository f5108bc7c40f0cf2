import Foundation
import Synchronization

/// Work that goes on beside its caller until the caller waits for it.
final class Prefetch<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchGroup()

    init(_ work: @escaping @Sendable () throws -> Value) {
        DispatchQueue.global().async(group: done) { [self] in
            let made = Result { try work() }
            result.withLock { $0 = made }
        }
    }

    func wait() throws -> Value {
        done.wait()
        guard let made = result.withLock({ $0 }) else { preconditionFailure("the group is done when its work is") }
        return try made.get()
    }
}
