public import Model

/// Verdicts from signals and recipe.
public enum Filters {
    /// One verdict a filter, in the order of `Verdict.Filter`. A missing signal gives `error`, never `pass`.
    public static func verdicts(signals: [Signal: Double], recipe: Recipe) -> [Verdict] {
        Verdict.Filter.allCases.map { filter in
            let rule = rule(filter, recipe)
            guard let value = signals[rule.signal], value.isFinite else {
                return Verdict(filter: filter, answer: .error, value: nil, threshold: rule.threshold)
            }
            let passes = rule.isMinimum ? value >= rule.threshold : value <= rule.threshold
            return Verdict(filter: filter, answer: passes ? .pass : .fail, value: value, threshold: rule.threshold)
        }
    }

    private struct Rule {
        var signal: Signal
        var threshold: Double
        var isMinimum: Bool
    }

    private static func rule(_ filter: Verdict.Filter, _ recipe: Recipe) -> Rule {
        let limits = recipe.filter
        return switch filter {
        case .tooShort: Rule(signal: .duration, threshold: shortest(recipe), isMinimum: true)
        case .blank: Rule(signal: .blank, threshold: limits.maxBlank, isMinimum: false)
        case .border: Rule(signal: .border, threshold: limits.maxBorder, isMinimum: false)
        case .text: Rule(signal: .text, threshold: limits.maxText, isMinimum: false)
        case .static: Rule(signal: .motion, threshold: limits.minMotion, isMinimum: true)
        case .blurred: Rule(signal: .sharpness, threshold: limits.minSharpness, isMinimum: true)
        }
    }

    /// Seconds that a clip must last: with a profile of fixed length and `Rest.drop` all of it, else `minSeconds`
    /// (never more than a full clip has).
    private static func shortest(_ recipe: Recipe) -> Double {
        guard let full = recipe.mainProfile.fullSeconds?.double else { return recipe.propose.minSeconds }
        return recipe.propose.rest == .drop ? full : min(full, recipe.propose.minSeconds)
    }
}
