import Model

/// A measured fact about a clip.
///
/// A signal is a value in a file of its own and a line in `Signals.all`; nothing else knows one by name.
public struct Signal: Sendable {
    /// As SQL, JSON and the filters have it.
    public let name: String
    public let unit: Unit
    /// The clip's value in the signal's unit; nil where the clip's part of the track holds nothing to measure it by.
    public let measure: @Sendable (ClipMeasures) -> Double?
    /// A value with its unit, for people.
    public let amount: @Sendable (Double) -> String
    /// The edges between the bins of a histogram, in order, of values from 0 up to the one given.
    public let edges: @Sendable (_ most: Double) -> [Double]
    /// Whether the last bin stands for all that is more.
    public let isOpen: Bool

    /// - Parameters:
    ///   - amount: nil is the unit's.
    ///   - edges: without them those of a share.
    public init(
        _ name: String, in unit: Unit, amount: (@Sendable (Double) -> String)? = nil,
        edges: @escaping @Sendable (_ most: Double) -> [Double] = { _ in HistogramEdges.twentieths },
        isOpen: Bool = false, measure: @escaping @Sendable (ClipMeasures) -> Double?
    ) {
        (self.name, self.unit, self.measure, self.edges, self.isOpen) = (name, unit, measure, edges, isOpen)
        self.amount = amount ?? unit.amount
    }

    /// What a signal counts in.
    public struct Unit: Sendable {
        public let name: String
        /// What stands at an axis, for people.
        public let axis: String
        /// A limit with its unit, for people: `12 %`, to four significant digits.
        public let limit: @Sendable (Double) -> String
        /// A value with its unit, for people, with fixed decimals.
        public let amount: @Sendable (Double) -> String

        /// - Parameter amount: nil is as limits are written.
        public init(
            _ name: String, axis: String? = nil, amount: (@Sendable (Double) -> String)? = nil,
            limit: @escaping @Sendable (Double) -> String
        ) {
            (self.name, self.axis, self.limit, self.amount) = (name, axis ?? name, limit, amount ?? limit)
        }

        public static let seconds = Unit("seconds", amount: Figure.seconds) { Figure.short($0) + "\u{A0}s" }
        /// 0...1.
        public static let share = Unit("share", axis: "share, 0 to 1", amount: { Figure.percent($0, places: 0) }) {
            Figure.short(100 * $0) + "\u{A0}%"
        }
        /// 8-bit units squared.
        public static let variance = Unit(
            "variance", amount: { Figure.decimal($0, $0 < 10 ? 2 : $0 < 100 ? 1 : 0) }, limit: Figure.short)
    }
}

/// Edges between the bins of histograms.
public enum HistogramEdges {
    /// Of shares and scores, 0...1.
    public static let twentieths = (0...20).map { Double($0) / 20 }

    /// About a quarter of a decade each, by their nearest decimals: for values that are small or spread wide.
    public static func quarterDecades(_ exponents: Range<Int>) -> [Double] {
        exponents.flatMap { exponent in ["1", "1.8", "3.2", "5.6"].compactMap { Double("\($0)e\(exponent)") } }
    }
}
