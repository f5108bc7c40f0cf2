/// A filter's answer about a clip, from signals and recipe.
public struct Verdict: Codable, Hashable, Sendable {
    public enum Answer: String, Codable, Sendable {
        case pass, fail
        /// The signal could not be measured. Never a pass.
        case error
    }

    public var filter: Filter
    public var answer: Answer
    /// The measured value, in the signal's unit; nil when not measured.
    public var value: Double?
    /// The recipe's threshold that it was held against.
    public var threshold: Double

    public init(filter: Filter, answer: Answer, value: Double?, threshold: Double) {
        self.filter = filter
        self.answer = answer
        self.value = value
        self.threshold = threshold
    }
}
