package import Analysis
public import Model

/// How often a measured number occurs under two recipes.
public struct TuningHistogram: Codable, Hashable, Sendable {
    public struct Bin: Codable, Hashable, Sendable {
        /// `from` belongs to the bin, `to` to the next one; the last bin holds both.
        public let from: Double
        public let to: Double
        public let before: Int
        public let after: Int
    }

    public let key: String
    /// A signal's name, `cut score` or `score of dissolves, fades and wipes` or `score of transitions`.
    public let of: String
    /// What is counted.
    public let counted: String
    /// `seconds`, `share` (0...1), `score` (0...1) or `variance`.
    public let unit: String
    public let bins: [Bin]
    /// Clips without a value.
    public let unmeasured: Int
    /// Where `key` draws its line; nil where it is no line on this axis.
    @Nullable public var before: Double?
    @Nullable public var after: Double?

    /// What is measured and counted.
    package enum Axis: Sendable {
        /// A signal of the clips.
        case signal(Signal)
        /// The scores of candidates for transitions of some kinds.
        case scores(of: String, kinds: [Transition.Kind])
    }

    /// What a key of the recipe is held against.
    package struct Subject: Sendable {
        package let key: String
        package let axis: Axis
        /// Where the key draws its line; nil where it is no line on this axis.
        package let before: Double?
        package let after: Double?

        /// A key that is a line on an axis: where in a recipe.
        private struct Line: Sendable {
            let axis: Axis
            let place: @Sendable (Recipe) -> Double?
        }

        private static let lines: [String: Line] = {
            var lines = [
                "propose.min_seconds": Line(axis: .signal(.duration)) { $0.propose.minSeconds },
                "propose.max_seconds": Line(axis: .signal(.duration)) { $0.propose.maxSeconds },
                "detect.cut_threshold": Line(axis: .scores(of: "cut score", kinds: [.cut])) { $0.detect.cutThreshold },
                "detect.gradual_threshold": Line(
                    axis: .scores(of: "score of dissolves, fades and wipes", kinds: [.dissolve, .fade, .wipe])
                ) { $0.detect.gradualThreshold },
            ]
            for filter in Filters.all {
                guard let limit = filter.limit else { continue }
                lines["filter.\(limit.key)"] = Line(axis: .signal(Signals.judged(by: filter))) { $0.filter[limit.key] }
            }
            return lines
        }()

        /// What the other keys of the sections that can be tuned change; nil is no number.
        private static let sections: [String: Axis?] = [
            "detect": .scores(of: "score of transitions", kinds: Transition.Kind.allCases),
            "propose": .signal(.duration), "profile": .signal(.duration), "filter": nil,
        ]

        /// nil for keys without a number behind them. Throws a `Fault` for a key that tuning can't show.
        package init?(key: String, in recipes: RecipePair) throws {
            self.key = key
            if let line = Self.lines[key] {
                (axis, before, after) = (line.axis, line.place(recipes.before), line.place(recipes.after))
                return
            }
            guard let axis = Self.sections[String(key.prefix { $0 != "." })] else {
                throw Fault(
                    .unsupported, "'\(key)' can't be tuned: neither detection nor proposals nor filters read it",
                    at: "recipe.yaml", advice: "Tune keys of detect, propose or filter, or 'profile'.")
            }
            guard let axis else { return nil }
            (self.axis, before, after) = (axis, nil, nil)
        }
    }

    init(_ subject: Subject, of sources: [TunedSource]) {
        (key, before, after) = (subject.key, subject.before, subject.after)
        let values: (before: [Double], after: [Double])
        let edges: (Double) -> [Double]
        switch subject.axis {
        case .signal(let signal):
            let clips = sources.flatMap(\.clips)
            let all = (clips.filter { $0.before != nil }, clips.filter { $0.after != nil })
            values = (all.0.compactMap { $0.signals[signal.name] }, all.1.compactMap { $0.signals[signal.name] })
            (of, counted, unit) = (signal.name, "clips", signal.unit.name)
            unmeasured = all.1.count - values.after.count
            edges = signal.edges
        case .scores(let name, let kinds):
            func scores(_ transitions: [Transition]) -> [Double] {
                transitions.filter { kinds.contains($0.kind) }.map(\.score)
            }
            values = (
                sources.flatMap { scores($0.candidates.before) }, sources.flatMap { scores($0.candidates.after) }
            )
            (of, counted, unit, unmeasured) = (name, "candidates", "score", 0)
            edges = { _ in HistogramEdges.twentieths }
        }
        bins = Self.bins(values.before, values.after, edges((values.before + values.after).max() ?? 0))
    }

    /// - Parameter edges: at least two, in order. What lies outside of them counts at the next one.
    package static func bins(_ before: [Double], _ after: [Double], _ edges: [Double]) -> [Bin] {
        let counts = (before: counts(before, edges), after: counts(after, edges))
        return (0..<edges.count - 1).map {
            Bin(from: edges[$0], to: edges[$0 + 1], before: counts.before[$0], after: counts.after[$0])
        }
    }

    private static func counts(_ values: [Double], _ edges: [Double]) -> [Int] {
        values.reduce(into: [Int](repeating: 0, count: edges.count - 1)) { counts, value in
            let above = edges.firstIndex { value < $0 } ?? edges.count
            counts[min(max(above - 1, 0), counts.count - 1)] += 1
        }
    }
}
