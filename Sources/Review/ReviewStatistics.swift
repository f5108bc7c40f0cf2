public import Model

/// What `review stats` reports. Unknown is null; lists are in order of names.
///
/// Voices in force count (see `ClipVoices`), unless a key says otherwise: settlements and known answers are none.
public struct ReviewStatistics: Codable, Hashable, Sendable {
    public struct Reviewer: Codable, Hashable, Sendable {
        public var reviewer: String
        /// Accepts, rejects and unsures ever given, those replaced or undone since included.
        public var decisions: Int
        /// Clips with a decision in force; the sum of the next three.
        public var clips: Int
        public var accepts: Int
        public var rejects: Int
        public var unsure: Int
        /// Accepts in accepts and rejects, 0...1; null before the first of them.
        @Nullable public var acceptRate: Double?
        /// Time spent on decisions that state it, of all ever given.
        public var seconds: Double
        /// Decisions that state their time, an hour of that time.
        @Nullable public var clipsPerHour: Double?
        /// The median time of a decision in force that states it.
        @Nullable public var medianSeconds: Double?
        /// Share of the others' decisions on the same clips that say the same, 0...1; null where there is none.
        @Nullable public var agreement: Double?
        public var gold: GoldAccuracy
        /// The same by the days or weeks of `driftBy` in which they decided something, in order of time.
        public var drift: [Period]
    }

    /// What a reviewer did in one day or week.
    public struct Period: Codable, Hashable, Sendable {
        /// The day in UTC, such as `2026-05-04`; of a week, its Monday.
        public var start: String
        public var clips: Int
        @Nullable public var acceptRate: Double?
        @Nullable public var medianSeconds: Double?
        @Nullable public var agreement: Double?
        public var gold: GoldAccuracy
    }

    public enum DriftPeriod: String, Codable, Sendable { case day, week }

    /// Two reviewers, over the clips that both decided on.
    public struct Pair: Codable, Hashable, Sendable {
        public var first: String
        public var second: String
        public var clips: Int
        /// Share of these clips on which they say the same, 0...1.
        public var agreement: Double
        /// Cohen's kappa of accept, reject and unsure, -1...1; null where it is undefined.
        @Nullable public var kappa: Double?
        /// Kappa's standard error.
        @Nullable public var kappaError: Double?
    }

    /// One reason or level, given or not given.
    public struct Value: Codable, Hashable, Sendable {
        public var name: String
        /// Decisions that give it.
        public var times: Int
        /// Clips that two or more could have given it to.
        public var clips: Int
        /// Krippendorff's alpha of given or not; null where it is undefined.
        @Nullable public var alpha: Double?
        @Nullable public var interval: Agreement.Interval?
    }

    /// Clips with a decision in force.
    public var clips: Int
    /// Accepts, rejects and unsures ever given, those replaced or undone since included.
    public var decisions: Int
    public var reviewers: [Reviewer]
    public var pairs: [Pair]
    /// Krippendorff's alpha of accept, reject and unsure over all reviewers; null where it is undefined.
    @Nullable public var alpha: Double?
    /// Its 95 % confidence interval, by `Agreement.krippendorffInterval`, as are those below.
    @Nullable public var alphaInterval: Agreement.Interval?
    /// The same of the levels that accepting reviewers named.
    @Nullable public var levelAlpha: Double?
    @Nullable public var levelAlphaInterval: Agreement.Interval?
    /// Each reason ever given in a reject. A unit is a clip with two voices or more; a voice gives the reason if it
    /// rejects with it.
    public var reasons: [Value]
    /// Each level ever named in an accept. A unit is a clip to which two accepting voices or more name a level.
    public var levels: [Value]
    /// `day` while all decisions in force lie within 28 days, else `week`.
    public var driftBy: DriftPeriod

    /// - Parameters:
    ///   - all: every decision of the dataset, in any order, in force or not.
    ///   - resamples: of each confidence interval; 0 gives none. Time grows with it.
    public init(of all: [Decision], resamples: Int = 1000, seed: UInt64 = 1) {
        let inForce = InForce.clips(all).map(\.voices).filter { !$0.voices.isEmpty }
        let unique = Dictionary(all.lazy.filter(\.isVoice).map { ($0.id, $0) }) { first, _ in first }
        let ever = Dictionary(grouping: unique.values.sorted { $0.id < $1.id }, by: \.reviewer)
        let measured = Dictionary(grouping: inForce.flatMap(MeasuredVoice.all), by: \.voice.reviewer)
        let drift = Drift(inForce.flatMap(\.voices))
        clips = inForce.count
        decisions = unique.count
        reviewers = ever.keys.sorted().map { name in
            Reviewer(name, ever: ever[name] ?? [], inForce: measured[name] ?? [], drift: drift)
        }
        pairs = Self.pairs(inForce)
        driftBy = drift.period
        let choices = NominalUnits(inForce.map { $0.voices.map(\.decision.rawValue) })
        alpha = choices.alpha
        alphaInterval = choices.interval(resamples: resamples, seed: seed)
        let accepting = inForce.map { $0.voices.filter { $0.decision == .accept && $0.level != nil } }
        let named = NominalUnits(accepting.map { $0.compactMap(\.level) })
        levelAlpha = named.alpha
        levelAlphaInterval = named.interval(resamples: resamples, seed: seed)
        func values(_ voices: [[Decision]], _ given: (Decision) -> [String]) -> [Value] {
            Set(voices.joined().flatMap(given)).sorted().map { name in
                let units = NominalUnits(voices.map { $0.map { given($0).contains(name) ? 1 : 0 } })
                return Value(
                    name: name, times: voices.joined().count { given($0).contains(name) }, clips: units.count,
                    alpha: units.alpha, interval: units.interval(resamples: resamples, seed: seed))
            }
        }
        reasons = values(inForce.map(\.voices)) { $0.decision == .reject ? $0.reasons : [] }
        levels = values(accepting) { [$0.level].compactMap(\.self) }
    }

    private static func pairs(_ clips: [ClipVoices]) -> [Pair] {
        struct Names: Hashable { var first, second: String }
        var choices: [Names: [(String, String)]] = [:]
        for clip in clips {
            let voices = clip.voices.sorted { $0.reviewer < $1.reviewer }
            for (index, first) in voices.enumerated() {
                for second in voices[(index + 1)...] {
                    choices[Names(first: first.reviewer, second: second.reviewer), default: []]
                        .append((first.decision.rawValue, second.decision.rawValue))
                }
            }
        }
        return choices.sorted { ($0.key.first, $0.key.second) < ($1.key.first, $1.key.second) }.map { names, common in
            Pair(
                first: names.first, second: names.second, clips: common.count,
                agreement: Double(common.count { $0.0 == $0.1 }) / Double(common.count),
                kappa: Agreement.cohenKappa(common), kappaError: Agreement.cohenKappaError(common))
        }
    }
}

extension ReviewStatistics.Reviewer {
    fileprivate init(_ name: String, ever: [Decision], inForce: [MeasuredVoice], drift: Drift) {
        func count(_ choice: Decision.Choice) -> Int { inForce.count { $0.voice.decision == choice } }
        let times = ever.compactMap(\.seconds)
        let seconds = times.reduce(0, +)
        self.init(
            reviewer: name, decisions: ever.count, clips: inForce.count, accepts: count(.accept),
            rejects: count(.reject), unsure: count(.unsure), acceptRate: inForce.acceptRate, seconds: seconds,
            clipsPerHour: seconds >= 0.001 ? Double(times.count) * 3600 / seconds : nil,
            medianSeconds: inForce.medianSeconds, agreement: inForce.agreement, gold: GoldAccuracy(inForce),
            drift: drift.periods(inForce))
    }
}
