import Foundation
import Synchronization

/// Work that goes on beside its caller until the caller waits for it, once.
final class Prefetch<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ work: @escaping @Sendable () throws -> Value) {
        DispatchQueue.global().async { [self] in
            let made = Result { try work() }
            result.withLock { $0 = made }
            done.signal()
        }
    }

    func wait() throws -> Value {
        done.wait()
        return try result.withLock { result in
            guard let made = result else { preconditionFailure("a prefetched value is taken once") }
            result = nil
            return try made.get()
        }
    }
}
