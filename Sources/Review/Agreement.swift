import Model

/// How far experts agree beyond chance: 1 is perfect, 0 is what chance gives, below 0 is worse than chance.
public enum Agreement {
    /// Cohen's kappa of two raters who rated the same items: `(po - pe) / (1 - pe)`.
    ///
    /// J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960).
    /// - Parameter pairs: one pair of categories an item.
    /// - Returns: at most 1; nil without items, or where both raters used one and the same category throughout.
    public static func cohenKappa(_ pairs: [(String, String)]) -> Double? { PairTable(pairs)?.kappa }

    /// The standard error of `cohenKappa` in large samples, from 0; nil where kappa is.
    ///
    /// J. L. Fleiss, J. Cohen and B. S. Everitt, "Large sample standard errors of kappa and weighted kappa",
    /// Psychological Bulletin 72 (1969).
    public static func cohenKappaError(_ pairs: [(String, String)]) -> Double? { PairTable(pairs)?.standardError }

    /// Krippendorff's alpha for nominal data, any number of raters, any values missing: `1 - Do / De`.
    ///
    /// K. Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), section D.
    /// - Parameter units: the categories that each item was given, by as many raters as rated it, in any order.
    /// - Returns: at most 1; nil where no item has two ratings, or all rated items have one and the same category.
    public static func krippendorffAlpha(nominal units: [[String]]) -> Double? { NominalUnits(units).alpha }

    /// A 95 % confidence interval of `krippendorffAlpha`: the bootstrap's percentiles.
    ///
    /// Items with two ratings or more are drawn with replacement, as many as there are of them, each with all its
    /// ratings, and alpha is computed of each such resample. A. Zapf, S. Castell, L. Morawietz and A. Karch, "Measuring
    /// inter-rater reliability for nominal data", BMC Medical Research Methodology 16:93 (2016), found its coverage
    /// close to 95 %, and far below with Krippendorff's own algorithm, which draws pairs of ratings as if they were
    /// independent. Percentiles by B. Efron and R. Tibshirani, "An introduction to the bootstrap" (1993), section 13.3.
    /// Resamples of one category only, where alpha is undefined, are left out. With few items the interval is too
    /// narrow.
    /// - Parameter units: as for `krippendorffAlpha`; their order changes nothing.
    /// - Returns: nil where alpha is nil, and without resamples.
    public static func krippendorffInterval(
        nominal units: [[String]], resamples: Int = 1000, seed: UInt64 = 1
    ) -> Interval? {
        NominalUnits(units).interval(resamples: resamples, seed: seed)
    }

    public struct Interval: Codable, Hashable, Sendable {
        public var lower: Double
        public var upper: Double
    }
}

/// How often two raters gave which categories to one item.
private struct PairTable {
    private let count: Double
    private let cells: [[Int]]
    /// Items by category, of the first and of the second rater.
    private let rows: [Int]
    private let columns: [Int]

    /// nil without items, or where both raters used one and the same category throughout.
    init?(_ pairs: [(String, String)]) {
        let names = Set(pairs.flatMap { [$0.0, $0.1] }).sorted()
        guard names.count > 1 else { return nil }
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        var cells = [[Int]](repeating: [Int](repeating: 0, count: names.count), count: names.count)
        for pair in pairs { cells[places[pair.0] ?? 0][places[pair.1] ?? 0] += 1 }
        count = Double(pairs.count)
        self.cells = cells
        rows = cells.map { $0.reduce(0, +) }
        columns = names.indices.map { column in cells.reduce(0) { $0 + $1[column] } }
    }

    private var agreed: Double { Double(cells.indices.reduce(0) { $0 + cells[$1][$1] }) / count }
    private var expected: Double { Double(zip(rows, columns).reduce(0) { $0 + $1.0 * $1.1 }) / (count * count) }

    var kappa: Double { (agreed - expected) / (1 - expected) }

    var standardError: Double {
        let (agreed, expected) = (agreed, expected)
        var sum = 0.0
        for i in cells.indices {
            for j in cells.indices {
                let margins = Double(columns[i] + rows[j]) / count
                let weight = (i == j ? 1 - expected : 0) - margins * (1 - agreed)
                sum += Double(cells[i][j]) / count * weight * weight
            }
        }
        let mean = agreed * expected - 2 * expected + agreed
        return (max(0, sum - mean * mean) / count).squareRoot() / ((1 - expected) * (1 - expected))
    }
}

/// Items with at least two ratings, those with equal ratings counted together.
struct NominalUnits {
    private struct Pattern {
        /// Ratings by category.
        let counts: [Int]
        let units: Int
        /// Ordered pairs of ratings that differ, by the number of ratings less 1.
        let disagreement: Double

        init(_ counts: [Int], units: Int) {
            self.counts = counts
            self.units = units
            let ratings = counts.reduce(0, +)
            disagreement = Double(ratings * ratings - counts.reduce(0) { $0 + $1 * $1 }) / Double(ratings - 1)
        }
    }

    private let categories: Int
    /// In an order that the units' doesn't change, so that sums and draws repeat.
    private let patterns: [Pattern]

    /// Items with at least two ratings.
    var count: Int { patterns.reduce(0) { $0 + $1.units } }

    init<Category: Hashable & Comparable>(_ units: [[Category]]) {
        let rated = units.filter { $0.count >= 2 }
        let names = Set(rated.joined()).sorted()
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        var patterns: [[Int]: Int] = [:]
        for unit in rated {
            var counts = [Int](repeating: 0, count: names.count)
            for value in unit { counts[places[value] ?? 0] += 1 }
            patterns[counts, default: 0] += 1
        }
        categories = names.count
        self.patterns = patterns.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { Pattern($0.key, units: $0.value) }
    }

    var alpha: Double? { alpha(patterns.map(\.units)) }

    /// Alpha of so many items of each pattern.
    private func alpha(_ units: [Int]) -> Double? {
        var totals = [Int](repeating: 0, count: categories)
        var disagreement = 0.0
        for (pattern, units) in zip(patterns, units) where units > 0 {
            disagreement += Double(units) * pattern.disagreement
            for (category, count) in pattern.counts.enumerated() { totals[category] += units * count }
        }
        let count = totals.reduce(0, +)
        let unequal = count * count - totals.reduce(0) { $0 + $1 * $1 }
        guard unequal > 0 else { return nil }
        return 1 - Double(count - 1) * disagreement / Double(unequal)
    }

    func interval(resamples: Int, seed: UInt64) -> Agreement.Interval? {
        guard alpha != nil else { return nil }
        let pool = patterns.enumerated().flatMap { [Int](repeating: $0, count: $1.units) }
        var random = SplitMix(seed: seed)
        var alphas: [Double] = []
        var units = [Int](repeating: 0, count: patterns.count)
        for _ in 0..<max(0, resamples) {
            for pattern in units.indices { units[pattern] = 0 }
            for _ in pool.indices { units[pool[random.index(pool.count)]] += 1 }
            if let alpha = alpha(units) { alphas.append(alpha) }
        }
        guard !alphas.isEmpty else { return nil }
        alphas.sort()
        let rank = max(1, Int(Double(alphas.count + 1) * 0.025))
        return Agreement.Interval(lower: alphas[rank - 1], upper: alphas[alphas.count - rank])
    }
}
