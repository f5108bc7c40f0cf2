import Model

/// The days or weeks by which a reviewer's drift is told.
struct Drift {
    let period: ReviewStatistics.DriftPeriod

    /// - Parameter voices: all that count.
    init(_ voices: [Decision]) {
        let days = voices.compactMap { Instant.day($0.decidedAt) }
        period = (days.max() ?? 0) - (days.min() ?? 0) < 28 ? .day : .week
    }

    func periods(_ voices: [MeasuredVoice]) -> [ReviewStatistics.Period] {
        let groups = Dictionary(grouping: voices) { measured -> Int? in
            guard let day = Instant.day(measured.voice.decidedAt) else { return nil }
            return period == .day ? day : Instant.monday(day)
        }
        return groups.sorted { ($0.key ?? -1) < ($1.key ?? -1) }.compactMap { day, voices in
            guard let day, let start = Instant.date(day) else { return nil }
            return ReviewStatistics.Period(
                start: start, clips: voices.count, acceptRate: voices.acceptRate, medianSeconds: voices.medianSeconds,
                agreement: voices.agreement, gold: GoldAccuracy(voices))
        }
    }
}
