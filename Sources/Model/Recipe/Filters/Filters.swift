/// The filters, and verdicts from signals and recipe.
public enum Filters {
    /// In the order in which their reasons are given: the first one against a clip is why it is rejected.
    public static let all: [Filter] = [.tooShort, .blank, .border, .text, .static, .blurred]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// nil where this version has no such filter.
    public static func named(_ name: String) -> Filter? { byName[name] }

    /// The filter of a recorded verdict.
    ///
    /// - Throws: a `Fault` at the clip where this version has no such filter.
    public static func named(_ name: String, on clip: String) throws -> Filter {
        if let filter = named(name) { return filter }
        throw Fault(.corrupt, "it has a verdict of an unknown filter, '\(name)'", at: clip, advice: otherVersion)
    }

    /// What to do about verdicts that this version doesn't know.
    public static let otherVersion =
        "Use the newer microcurate that wrote it, or run 'microcurate filter' to judge anew."

    /// One verdict a filter, in their order. A missing signal gives `error`, never `pass`. While the filters are off,
    /// all that is known passes, and what is not known has no verdict.
    ///
    /// - Parameters:
    ///   - signals: by name, each in its unit.
    ///   - filters: those that `rule` was made for.
    public static func verdicts(signals: [String: Double], rule: Rule, by filters: [Filter] = all) -> [Verdict] {
        filters.compactMap { $0.verdict(on: signals[$0.signal], at: rule.thresholds?[$0.name]) }
    }

    /// All that the filters read of a recipe: by equal rules the same signals get the same verdicts.
    public struct Rule: Codable, Hashable, Sendable {
        /// Where each filter draws its line, by its name; nil with `filter: none`.
        public let thresholds: [String: Double]?

        public init(of recipe: Recipe, for filters: [Filter] = Filters.all) {
            let lines = filters.map { ($0.name, $0.threshold(in: recipe)) }
            thresholds = recipe.filter == .off ? nil : Dictionary(uniqueKeysWithValues: lines)
        }
    }
}
