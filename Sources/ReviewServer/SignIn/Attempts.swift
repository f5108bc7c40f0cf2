import Foundation
import Synchronization

/// Failed sign-ins, counted for each address and in all, so that nobody guesses.
final class Attempts: Sendable {
    static let perAddress = 10, inAll = 100
    static let window: Double = 60

    private struct Count {
        var since: Double
        var failures: Int
    }

    private let counts = Mutex<[String: Count]>([:])

    /// Seconds to wait before an address may try again; nil where it may now.
    func wait(_ address: String, now: Double = Date().timeIntervalSince1970) -> Int? {
        counts.withLock { counts in
            [(address, Self.perAddress), ("", Self.inAll)].compactMap { key, limit -> Int? in
                guard let count = counts[key], now < count.since + Self.window, count.failures >= limit else {
                    return nil
                }
                return max(1, Int((count.since + Self.window - now).rounded(.up)))
            }.max()
        }
    }

    func fail(_ address: String, now: Double = Date().timeIntervalSince1970) {
        counts.withLock { counts in
            counts = counts.filter { now < $0.value.since + Self.window }
            for key in [address, ""] { counts[key, default: Count(since: now, failures: 0)].failures += 1 }
        }
    }
}
