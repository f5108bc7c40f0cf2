import Analysis
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

    /// What a key of the recipe is held against.
    enum Subject: Sendable {
        case signal(key: String, Signal, line: Pair?)
        case scores(key: String, of: String, kinds: [Transition.Kind], line: Pair?)

        struct Pair: Sendable {
            var before: Double
            var after: Double
        }

        /// nil for keys without a number behind them. Throws a `Fault` for a key that tuning can't show.
        init?(key: String, in recipes: RecipePair) throws {
            func line(_ path: KeyPath<Recipe, Double>) -> Pair {
                Pair(before: recipes.before[keyPath: path], after: recipes.after[keyPath: path])
            }
            let gradual: [Transition.Kind] = [.dissolve, .fade, .wipe]
            switch key {
            case "filter.max_border": self = .signal(key: key, .border, line: line(\.filter.maxBorder))
            case "filter.max_blank": self = .signal(key: key, .blank, line: line(\.filter.maxBlank))
            case "filter.max_text": self = .signal(key: key, .text, line: line(\.filter.maxText))
            case "filter.min_motion": self = .signal(key: key, .motion, line: line(\.filter.minMotion))
            case "filter.min_sharpness": self = .signal(key: key, .sharpness, line: line(\.filter.minSharpness))
            case "propose.min_seconds": self = .signal(key: key, .duration, line: line(\.propose.minSeconds))
            case "propose.max_seconds": self = .signal(key: key, .duration, line: line(\.propose.maxSeconds))
            case "detect.cut_threshold":
                self = .scores(key: key, of: "cut score", kinds: [.cut], line: line(\.detect.cutThreshold))
            case "detect.gradual_threshold":
                self = .scores(
                    key: key, of: "score of dissolves, fades and wipes", kinds: gradual,
                    line: line(\.detect.gradualThreshold))
            case _ where key.hasPrefix("detect."):
                self = .scores(key: key, of: "score of transitions", kinds: Transition.Kind.allCases, line: nil)
            case _ where key.hasPrefix("propose.") || key == "profile": self = .signal(key: key, .duration, line: nil)
            case _ where key.hasPrefix("filter."): return nil
            default:
                throw Fault(
                    .unsupported, "'\(key)' can't be tuned: neither detection nor proposals nor filters read it",
                    at: "recipe.yaml", advice: "Tune keys of detect, propose or filter, or 'profile'.")
            }
        }
    }

    init(_ subject: Subject, of sources: [TunedSource], _ recipes: RecipePair) {
        let values: (before: [Double], after: [Double])
        switch subject {
        case .signal(let key, let signal, let line):
            let clips = sources.flatMap(\.clips)
            let all = (clips.filter { $0.before != nil }, clips.filter { $0.after != nil })
            values = (all.0.compactMap { $0.signals[signal] }, all.1.compactMap { $0.signals[signal] })
            (self.key, of, counted, unmeasured) = (key, signal.rawValue, "clips", all.1.count - values.after.count)
            unit = signal == .duration ? "seconds" : signal == .sharpness ? "variance" : "share"
            (before, after) = (line?.before, line?.after)
        case .scores(let key, let name, let kinds, let line):
            func scores(_ transitions: [Transition]) -> [Double] {
                transitions.filter { kinds.contains($0.kind) }.map(\.score)
            }
            values = (
                sources.flatMap { scores($0.candidates.before) }, sources.flatMap { scores($0.candidates.after) }
            )
            (self.key, of, counted, unit, unmeasured) = (key, name, "candidates", "score", 0)
            (before, after) = (line?.before, line?.after)
        }
        let edges = Self.edges(of, unit, longest: (values.before + values.after).max() ?? 0)
        let counts = (Self.counts(values.before, edges), Self.counts(values.after, edges))
        bins = (0..<edges.count - 1).map {
            Bin(from: edges[$0], to: edges[$0 + 1], before: counts.0[$0], after: counts.1[$0])
        }
    }

    /// Twentieths of a share or score; quarters of a decade for motion and sharpness, which are small or spread wide;
    /// round steps of seconds.
    private static func edges(_ name: String, _ unit: String, longest: Double) -> [Double] {
        switch name {
        case Signal.motion.rawValue: [0] + decades(-4..<0) + [1]
        case Signal.sharpness.rawValue: [0] + decades(-1..<4) + [10_000, 1_000_000]
        case Signal.duration.rawValue:
            stride(from: 0, through: max(1, (longest / step(longest)).rounded(.down) + 1), by: 1).map {
                $0 * step(longest)
            }
        default: (0...20).map { Double($0) / 20 }
        }
    }

    /// About a quarter of a decade each, by their nearest decimals.
    private static func decades(_ exponents: Range<Int>) -> [Double] {
        exponents.flatMap { exponent in ["1", "1.8", "3.2", "5.6"].compactMap { Double("\($0)e\(exponent)") } }
    }

    /// Seconds a bin, so that there are at most twenty.
    private static func step(_ longest: Double) -> Double {
        [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600].first { longest / $0 < 20 } ?? max(longest / 19, 1)
    }

    private static func counts(_ values: [Double], _ edges: [Double]) -> [Int] {
        values.reduce(into: [Int](repeating: 0, count: edges.count - 1)) { counts, value in
            let above = edges.firstIndex { value < $0 } ?? edges.count
            counts[min(max(above - 1, 0), counts.count - 1)] += 1
        }
    }
}
