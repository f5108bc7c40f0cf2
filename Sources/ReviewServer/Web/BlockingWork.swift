import Dispatch

/// Work that waits for the disk or the manifest's lock, off the threads that answer requests.
enum BlockingWork {
    private static let reads = DispatchQueue(label: "review.reads", attributes: .concurrent)
    /// One at a time, as SQLite writes.
    private static let writes = DispatchQueue(label: "review.writes")
    private static let surveys = DispatchQueue(label: "review.figures", qos: .utility)

    static func read<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await run(on: reads, body)
    }

    static func write<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await run(on: writes, body)
    }

    /// A pass over the whole dataset: one at a time and behind everything else.
    static func survey<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await run(on: surveys, body)
    }

    private static func run<T: Sendable>(
        on queue: DispatchQueue, _ body: @escaping @Sendable () throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }
}
