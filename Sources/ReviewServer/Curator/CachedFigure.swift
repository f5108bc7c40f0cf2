import ReviewDesk

/// A figure over the whole dataset, made once and kept for a while, so that a page costs no pass over all clips.
///
/// What is cheap to make is made anew whenever something was decided since. What is dear is served as it was, and made
/// anew behind, at most once in `seconds` and in twenty times what making it took.
actor CachedFigure<Value: Sendable> {
    struct Snapshot: Sendable {
        var value: Value
        /// The newest decision that it knows.
        var version: Int
        /// Seconds since 1970.
        var madeAt: Double
        var cost: Double
    }

    private let seconds: Double
    private let cheap: Double
    private let version: @Sendable () throws -> Int
    private let make: @Sendable () throws -> Value
    private var snapshot: Snapshot?
    private var making: Task<Snapshot, any Error>?

    /// - Parameters:
    ///   - cheap: seconds up to which making is cheap.
    ///   - version: the number of the newest decision.
    init(
        seconds: Double = 30, cheap: Double = 0.25, version: @escaping @Sendable () throws -> Int,
        make: @escaping @Sendable () throws -> Value
    ) {
        (self.seconds, self.cheap, self.version, self.make) = (seconds, cheap, version, make)
    }

    func current() async throws -> Snapshot {
        guard let snapshot else { return try await remake() }
        let age = Moment.now() - snapshot.madeAt
        if snapshot.cost <= cheap {
            let newest = try await BlockingWork.read(version)
            return age < 2 && newest == snapshot.version ? snapshot : try await remake()
        }
        if age > max(seconds, 20 * snapshot.cost), making == nil { _ = begin() }
        return snapshot
    }

    private func remake() async throws -> Snapshot { try await (making ?? begin()).value }

    private func begin() -> Task<Snapshot, any Error> {
        let (version, make) = (version, make)
        let task = Task(priority: .utility) {
            defer { making = nil }
            let made = try await BlockingWork.survey { () throws -> Snapshot in
                let begin = Moment.now()
                let number = try version()
                let value = try make()
                return Snapshot(value: value, version: number, madeAt: begin, cost: Moment.now() - begin)
            }
            snapshot = made
            return made
        }
        making = task
        return task
    }
}
