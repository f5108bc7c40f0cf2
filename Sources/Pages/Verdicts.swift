import Analysis
public import Model

extension Filter {
    /// What it refuses, its line with the signal's unit: `More than 12 % of the frames are blank.`
    public func rule(at threshold: Double) -> String { refusal(at: Signals.judged(by: self).unit.limit(threshold)) }
}

/// What a filter found, in words.
extension Verdict {
    /// The value with its unit: `0.04 %`.
    public var amount: String { value.map(Signals.judged(by: filter).amount) ?? Figure.unknown }

    /// On which side of the line a clip passes: `at least 0.2 %`.
    public var limit: String { "\(filter.side.rawValue) \(Signals.judged(by: filter).unit.limit(threshold))" }

    /// `motion 0.04 %, the recipe asks for at least 0.2 %`.
    public var sentence: String {
        value == nil
            ? "\(filter.signal) could not be measured" : "\(filter.signal) \(amount), the recipe asks for \(limit)"
    }
}

/// A signal of a clip, as a line of its card.
public struct Measure {
    public let name: String
    public let amount: String
    /// Whether a filter rejected it.
    public let failed: Bool

    /// The signals in their order; the length stands elsewhere on a card.
    ///
    /// - Parameters:
    ///   - values: by the signals' names; a missing one is unknown.
    ///   - verdicts: those that are no pass.
    public static func all(of values: [String: Double], against verdicts: [Verdict]) -> [Measure] {
        let failing = Set(verdicts.map(\.filter.signal))
        return Signals.all.filter { $0.name != Signal.duration.name }.map { signal in
            Measure(
                name: signal.name, amount: values[signal.name].map(signal.amount) ?? Figure.unknown,
                failed: failing.contains(signal.name))
        }
    }

    /// A value with its signal's unit, and without one where this version has no such signal.
    public static func amount(of name: String, _ value: Double) -> String {
        Signals.named(name)?.amount(value) ?? Figure.short(value)
    }
}
