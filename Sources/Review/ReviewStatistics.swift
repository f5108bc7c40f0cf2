public import Model

/// What `review stats` reports. Unknown is null; lists are in order of names.
public struct ReviewStatistics: Codable, Hashable, Sendable {
    public struct Reviewer: Codable, Hashable, Sendable {
        public var reviewer: String
        /// Decisions ever made, those replaced since included.
        public var decisions: Int
        /// Clips with a decision in force; the sum of the next three.
        public var clips: Int
        public var accepts: Int
        public var rejects: Int
        public var unsure: Int
        /// Accepts in accepts and rejects, 0...1; null before the first of them.
        @Nullable public var acceptRate: Double?
        /// Time spent on decisions that state it.
        public var seconds: Double
        /// Decisions that state their time, an hour of that time.
        @Nullable public var clipsPerHour: Double?
    }

    /// Two reviewers, over the clips that both decided on.
    public struct Pair: Codable, Hashable, Sendable {
        public var first: String
        public var second: String
        public var clips: Int
        /// Cohen's kappa of accept, reject and unsure, -1...1; null where it is undefined.
        @Nullable public var kappa: Double?
    }

    /// Clips with a decision in force.
    public var clips: Int
    public var decisions: Int
    public var reviewers: [Reviewer]
    public var pairs: [Pair]
    /// Krippendorff's alpha of accept, reject and unsure over all reviewers; null where it is undefined.
    @Nullable public var alpha: Double?
    /// The same of the levels that accepting reviewers named.
    @Nullable public var levelAlpha: Double?

    /// - Parameter all: every decision of the dataset, in any order, in force or not.
    public init(of all: [Decision]) {
        let inForce = InForce.decisions(all)
        let byReviewer = Dictionary(grouping: inForce, by: \.reviewer)
        let byClip = Dictionary(grouping: inForce, by: \.clipId).sorted { $0.key < $1.key }.map(\.value)
        let unique = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }
        let ever = Dictionary(grouping: unique.values.sorted { $0.id < $1.id }, by: \.reviewer)
        clips = byClip.count
        decisions = unique.count
        reviewers = ever.keys.sorted().map { name in
            Self.reviewer(name, ever: ever[name] ?? [], inForce: byReviewer[name] ?? [])
        }
        pairs = Self.pairs(byReviewer)
        alpha = Agreement.krippendorffAlpha(nominal: byClip.map { $0.map(\.decision.rawValue) })
        levelAlpha = Agreement.krippendorffAlpha(
            nominal: byClip.map { $0.filter { $0.decision == .accept }.compactMap(\.level) })
    }

    private static func reviewer(_ name: String, ever: [Decision], inForce: [Decision]) -> Reviewer {
        func count(_ choice: Decision.Choice) -> Int { inForce.count { $0.decision == choice } }
        let (accepts, rejects) = (count(.accept), count(.reject))
        let times = ever.compactMap(\.seconds)
        let seconds = times.reduce(0, +)
        return Reviewer(
            reviewer: name, decisions: ever.count, clips: inForce.count, accepts: accepts, rejects: rejects,
            unsure: count(.unsure),
            acceptRate: accepts + rejects > 0 ? Double(accepts) / Double(accepts + rejects) : nil, seconds: seconds,
            clipsPerHour: seconds > 0 ? Double(times.count) * 3600 / seconds : nil)
    }

    private static func pairs(_ byReviewer: [String: [Decision]]) -> [Pair] {
        let names = byReviewer.keys.sorted()
        let choices = byReviewer.mapValues { decisions in
            Dictionary(uniqueKeysWithValues: decisions.map { ($0.clipId, $0.decision.rawValue) })
        }
        var pairs: [Pair] = []
        for (index, first) in names.enumerated() {
            for second in names[(index + 1)...] {
                let common = (choices[first] ?? [:]).compactMap { clip, choice in
                    choices[second]?[clip].map { (choice, $0) }
                }
                guard !common.isEmpty else { continue }
                pairs.append(
                    Pair(first: first, second: second, clips: common.count, kappa: Agreement.cohenKappa(common)))
            }
        }
        return pairs
    }
}
