import Dispatch
import Synchronization

extension Array where Element: Sendable {
    /// `body` of each element, on all cores, in order.
    package func mapOnAllCores<Value: Sendable>(_ body: @Sendable (Element) -> Value) -> [Value] {
        let values = Mutex([Value?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: count) { i in
            let value = body(self[i])
            values.withLock { $0[i] = value }
        }
        return values.withLock { $0.compactMap { $0 } }
    }
}
