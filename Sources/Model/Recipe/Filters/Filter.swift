/// One question to a clip: whether a signal of it lies on the right side of a line that the recipe draws.
///
/// A filter is a value in a file of its own and a line in `Filters.all`; nothing else knows one by name. Equal names
/// are equal filters, and in SQL and JSON a filter is its name.
public struct Filter: Sendable {
    /// The side of the line on which a clip passes. What lies on the line passes.
    public enum Side: String, Sendable {
        case atLeast = "at least"
        case atMost = "at most"
    }

    /// As SQL, JSON and the funnel have it.
    public let name: String
    /// The name of the signal that it judges, one of `Analysis.Signals`.
    public let signal: String
    public let side: Side
    /// Where its line may lie, in the signal's unit. At the end that refuses least, which is finite, it lies while the
    /// filter is off.
    public let range: ClosedRange<Double>
    /// Its key in the recipe's section `filter`; nil where its line follows from other keys.
    public let limit: Limit?
    /// All keys of the recipe that its line follows from.
    public let keys: [String]
    /// Whether the signal is known exactly, so that a clip near the line is no doubtful one.
    public let isExact: Bool

    private let line: @Sendable (Recipe) -> Double
    private let refused: @Sendable (String) -> String

    public struct Limit: Sendable {
        public let key: String
        /// What holds where a recipe is silent, in the signal's unit.
        public let standard: Double
    }

    /// A filter with a key of its own in the recipe's section `filter`.
    ///
    /// - Parameter refused: what it refuses, as a sentence around the line as text with its unit.
    public init(
        _ name: String, judges signal: String, _ side: Side, key: String, standard: Double,
        in range: ClosedRange<Double> = 0...1, refuses refused: @escaping @Sendable (String) -> String
    ) {
        (self.name, self.signal, self.side, self.range, self.refused) = (name, signal, side, range, refused)
        limit = Limit(key: key, standard: standard)
        keys = ["filter.\(key)"]
        isExact = false
        line = { $0.filter[key] ?? standard }
    }

    /// A filter whose line follows from keys that the recipe has anyway.
    public init(
        _ name: String, judges signal: String, _ side: Side, in range: ClosedRange<Double>, exactly isExact: Bool,
        from keys: [String], line: @escaping @Sendable (Recipe) -> Double,
        refuses refused: @escaping @Sendable (String) -> String
    ) {
        (self.name, self.signal, self.side, self.range, self.refused) = (name, signal, side, range, refused)
        limit = nil
        (self.keys, self.isExact, self.line) = (keys, isExact, line)
    }

    /// Where a recipe draws the line, in the signal's unit, whether or not the filter is off.
    public func threshold(in recipe: Recipe) -> Double { line(recipe) }

    /// What it refuses, for people: `More than 12 % of the frames are blank.`
    ///
    /// - Parameter limit: the line with its unit.
    public func refusal(at limit: String) -> String { refused(limit) }

    /// The verdict on a value that may be unknown; a value that is no number is unknown.
    ///
    /// - Parameter threshold: nil while the filter is off: a known value passes then, and of an unknown one there is
    ///   nothing to say.
    func verdict(on value: Double?, at threshold: Double?) -> Verdict? {
        let value = value.flatMap { $0.isFinite ? $0 : nil }
        guard let threshold else {
            let loosest = side == .atLeast ? range.lowerBound : range.upperBound
            return value.map { Verdict(filter: self, answer: .pass, value: $0, threshold: loosest) }
        }
        guard let value else { return Verdict(filter: self, answer: .error, value: nil, threshold: threshold) }
        let passes = side == .atLeast ? value >= threshold : value <= threshold
        return Verdict(filter: self, answer: passes ? .pass : .fail, value: value, threshold: threshold)
    }
}

extension Filter: Hashable {
    public static func == (a: Filter, b: Filter) -> Bool { a.name == b.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Filter: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let known = Filters.named(name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "there is no filter '\(name)'")
        }
        self = known
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
