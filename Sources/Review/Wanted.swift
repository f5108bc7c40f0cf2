public import Model

/// Whose voice a clip still wants. With quorum `q`, the first row that fits holds:
///
/// | wanted | when |
/// |---|---|
/// | one more | sent back |
/// | none | settled, declined, or accepted with no facet disputed |
/// | none, the curator settles | 2q experts have spoken, or more |
/// | one more | accepted with level or caption disputed, and at most q accept |
/// | none, the curator settles | accepted with level or caption disputed, and more than q accept |
/// | one more | disputed |
/// | q less those who spoke, but at least one | open |
///
/// Of 2q - 1 experts who take a side, one side has `q` and outnumbers the other, so 2q leaves room for one who is
/// unsure. With the default quorum of 2 that is a third expert on a tie, a fourth where the tie stands, then the
/// curator.
public struct Wanted: Hashable, Sendable {
    public enum Cause: String, Codable, Sendable, CaseIterable {
        /// Fewer than the quorum have spoken, or those who have leave it open.
        case quorum
        /// As many accepts as rejects.
        case tie
        /// Accepted, but level or caption is disputed.
        case facet
        /// A curator asked for one more.
        case sentBack = "sent_back"
    }

    /// Why somebody is wanted, an expert or, where `voices` is 0, the curator; nil where the outcome is whole.
    public let cause: Cause?
    /// How many more experts are asked.
    public let voices: Int
    /// Who has spoken and is not asked again.
    public let spoken: Set<String>

    /// The experts can't bring it to an end: the curator settles, sends back or reopens.
    public var needsCurator: Bool { cause != nil && voices == 0 }

    public init(_ clip: ClipVoices, recipe: Recipe.Review) {
        let quorum = max(1, recipe.quorum)
        let outcome = OutcomeResolver.resolve(clip, recipe: recipe)
        let accepts = clip.voices.count { $0.decision == .accept }
        let exhausted = clip.voices.count >= 2 * quorum
        spoken = Set(clip.voices.map(\.reviewer))
        (cause, voices) =
            switch outcome.acceptance {
            case _ where clip.sentBack != nil: (.sentBack, 1)
            case _ where clip.settlement != nil: (nil, 0)
            case .declined: (nil, 0)
            case .accepted where outcome.levelState != .disputed && outcome.captionState != .disputed: (nil, 0)
            case .accepted: (.facet, exhausted || accepts > quorum ? 0 : 1)
            case .disputed: (.tie, exhausted ? 0 : 1)
            case .open: (.quorum, exhausted ? 0 : max(1, quorum - clip.voices.count))
            }
    }

    /// Whether this reviewer is among those who may be asked.
    public func wants(_ reviewer: String) -> Bool { voices > 0 && !spoken.contains(reviewer) }
}
