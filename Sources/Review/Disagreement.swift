public import Model

/// A clip on which experts differ: what a curator compares.
public struct Disagreement: Codable, Hashable, Sendable {
    public enum Facet: String, Codable, Sendable, CaseIterable { case acceptance, level, caption }

    public var clipId: ClipID
    /// In what they differ: in accept, reject or unsure; those who accept, in the level or caption that they name.
    public var facets: [Facet]
    /// Every voice in force, in order of time.
    public var voices: [Decision]
    /// The curator's last word, where there is one.
    @Nullable public var settlement: Decision?
    public var outcome: Outcome
    /// Who is to speak next: how many more experts, or the curator.
    public var wanted: Int
    public var needsCurator: Bool

    /// nil where all say the same, or fewer than two have spoken.
    public init?(clip: ClipID, _ voices: ClipVoices, recipe: Recipe.Review) {
        let accepting = voices.voices.filter { $0.decision == .accept }
        func differ(_ values: [String?]) -> Bool { Set(values.compactMap { OutcomeResolver.text($0) }).count > 1 }
        let differing = [
            Facet.acceptance: differ(voices.voices.map(\.decision.rawValue)), .level: differ(accepting.map(\.level)),
            .caption: differ(accepting.map(\.caption)),
        ]
        facets = Facet.allCases.filter { differing[$0] == true }
        guard !facets.isEmpty else { return nil }
        let wanted = Wanted(voices, recipe: recipe)
        clipId = clip
        self.voices = voices.voices
        settlement = voices.settlement
        outcome = OutcomeResolver.resolve(voices, recipe: recipe)
        self.wanted = wanted.voices
        needsCurator = wanted.needsCurator
    }

    /// All of a dataset: those for the curator first, then those that want experts, then the others; each with the one
    /// last spoken on first.
    /// - Parameter decisions: every decision of the dataset, in any order.
    public static func all(in decisions: [Decision], recipe: Recipe.Review) -> [Disagreement] {
        InForce.clips(decisions).compactMap { Disagreement(clip: $0.clip, $0.voices, recipe: recipe) }
            .map { (item: $0, rank: $0.needsCurator ? 0 : $0.wanted > 0 ? 1 : 2, last: $0.voices.last?.moment ?? "") }
            .sorted { ($0.rank, $1.last, $0.item.clipId) < ($1.rank, $0.last, $1.item.clipId) }.map(\.item)
    }
}
