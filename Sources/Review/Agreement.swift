/// How far experts agree beyond chance: 1 is perfect, 0 is what chance gives, below 0 is worse than chance.
public enum Agreement {
    /// Cohen's kappa of two raters who rated the same items: `(po - pe) / (1 - pe)`.
    ///
    /// J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960).
    /// - Parameter pairs: one pair of categories an item.
    /// - Returns: at most 1; nil without items, or where both raters used one and the same category throughout.
    public static func cohenKappa(_ pairs: [(String, String)]) -> Double? {
        guard !pairs.isEmpty else { return nil }
        let count = Double(pairs.count)
        let agreed = pairs.count { $0.0 == $0.1 }
        let first = Dictionary(pairs.map { ($0.0, 1) }, uniquingKeysWith: +)
        let second = Dictionary(pairs.map { ($0.1, 1) }, uniquingKeysWith: +)
        let chance = first.reduce(0) { $0 + $1.value * (second[$1.key] ?? 0) }
        let expected = Double(chance) / (count * count)
        guard chance < pairs.count * pairs.count else { return nil }
        return (Double(agreed) / count - expected) / (1 - expected)
    }

    /// Krippendorff's alpha for nominal data, any number of raters, any values missing: `1 - Do / De`.
    ///
    /// K. Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), section D.
    /// - Parameter units: the categories that each item was given, by as many raters as rated it, in any order.
    /// - Returns: at most 1; nil where no item has two ratings, or all rated items have one and the same category.
    public static func krippendorffAlpha(nominal units: [[String]]) -> Double? {
        var totals: [String: Int] = [:]
        // Pairable values that disagree, each unit's weighted by 1 / (its values - 1); in order, so that sums repeat.
        var disagreement = 0.0
        for unit in units where unit.count >= 2 {
            let counts = Dictionary(unit.map { ($0, 1) }, uniquingKeysWith: +)
            let equal = counts.values.reduce(0) { $0 + $1 * $1 }
            disagreement += Double(unit.count * unit.count - equal) / Double(unit.count - 1)
            totals.merge(counts, uniquingKeysWith: +)
        }
        let count = totals.values.reduce(0, +)
        let unequal = count * count - totals.values.reduce(0) { $0 + $1 * $1 }
        guard unequal > 0 else { return nil }
        return 1 - Double(count - 1) * disagreement / Double(unequal)
    }
}
