import ReviewDesk
import Synchronization

/// Failed sign-ins, counted for each address, so that nobody guesses on and on. Nobody is locked out by another's
/// failures: a token has 256 bits, and guessing from many addresses gets nowhere either.
final class Attempts: Sendable {
    static let limit = 10
    static let window: Double = 60
    /// Addresses remembered at most.
    private static let room = 10_000

    private struct Count {
        var since: Double
        var failures: Int
    }

    private let counts = Mutex<[String: Count]>([:])

    /// Seconds to wait before an address may try again; nil where it may now.
    func wait(_ address: String, now: Double = Moment.now()) -> Int? {
        counts.withLock { counts in
            guard let count = counts[address], now < count.since + Self.window, count.failures >= Self.limit else {
                return nil
            }
            return max(1, Int((count.since + Self.window - now).rounded(.up)))
        }
    }

    func fail(_ address: String, now: Double = Moment.now()) {
        counts.withLock { counts in
            counts = counts.filter { now < $0.value.since + Self.window }
            guard counts.count < Self.room || counts[address] != nil else { return }
            counts[address, default: Count(since: now, failures: 0)].failures += 1
        }
    }
}
