/// How fast items get done, over a sliding window: the last minute, or the last eight steps where those took longer.
struct ProgressRate {
    private struct Sample {
        var time: Double
        var done: Int
    }

    private static let windowSeconds = 60.0
    private static let fewestSteps = 8
    /// Samples closer than this are one: the window stays small at any speed.
    private static let stepSeconds = 0.5

    /// Oldest first; the first is where the window begins.
    private var samples: [Sample]

    /// `time` in seconds on any clock that only goes forward; nothing is done yet.
    init(start time: Double) { samples = [Sample(time: time, done: 0)] }

    mutating func record(done: Int, at time: Double) {
        if samples.count > 1, time - samples[samples.count - 2].time < Self.stepSeconds {
            samples[samples.count - 1].done = done
        } else {
            samples.append(Sample(time: time, done: done))
        }
        while samples.count > Self.fewestSteps + 1, time - samples[1].time >= Self.windowSeconds {
            samples.removeFirst()
        }
    }

    /// Items per second up to `time`; nil until something got done in some time.
    func perSecond(at time: Double) -> Double? {
        guard let first = samples.first, let last = samples.last, last.done > first.done, time > first.time else {
            return nil
        }
        return Double(last.done - first.done) / (time - first.time)
    }
}
