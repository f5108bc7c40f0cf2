import Foundation
public import Model

/// What the decisions on one clip add up to.
///
/// Only decisions in force count (see `ClipVoices`), so every expert has one voice. With `a` accepts, `r` rejects, `n`
/// voices in all (an `unsure` has spoken, for neither side) and quorum `q`, the first row that fits holds:
///
/// | acceptance | when |
/// |---|---|
/// | open | sent back: one more expert is to speak first |
/// | accepted, declined | settled: as the settlement says |
/// | accepted | a >= q and a > r |
/// | declined | r >= q and r > a |
/// | disputed | n >= q and a == r: one more expert breaks the tie |
/// | open | otherwise: more experts are wanted |
///
/// **Level and caption** are resolved apart from acceptance and from each other. What a settlement that accepts names
/// is agreed. Else the accepting experts say; a reject or an unsure says nothing about them. A facet is
/// - open while fewer than `q` experts accept, or none of them names a value;
/// - agreed when those who name a value all name the same one (an expert who accepts in silence lets it stand), or when
///   one value is named by at least `q` of them and by more than any other value;
/// - disputed otherwise.
///
/// Captions are compared in Unicode NFC without white space at the ends; an empty one is none. Of equal ones the newest
/// is given. A disputed caption gives none, so that the normalized one serves.
public enum OutcomeResolver {
    /// - Parameter decisions: decisions on one clip, in any order, in force or not.
    public static func resolve(decisions: [Decision], recipe: Recipe.Review) -> Outcome {
        resolve(ClipVoices(decisions), recipe: recipe)
    }

    public static func resolve(_ clip: ClipVoices, recipe: Recipe.Review) -> Outcome {
        let quorum = max(1, recipe.quorum)
        let (levelState, level) = facet(clip, quorum: quorum) { $0.level }
        let (captionState, caption) = facet(clip, quorum: quorum) { $0.caption }
        return Outcome(
            acceptance: acceptance(clip, quorum: quorum),
            levelState: levelState, level: level, captionState: captionState, caption: caption)
    }

    /// The outcome to record of all decisions on a clip; nil where all that was said was taken back, or is a known answer
    /// alone: then nobody has decided. A clip that was reopened is open, and stays in use.
    public static func recorded(_ decisions: [Decision], recipe: Recipe.Review) -> Outcome? {
        let clip = ClipVoices(decisions)
        if clip.isSilent, !decisions.contains(where: { $0.decision == .reopen }) { return nil }
        return resolve(clip, recipe: recipe)
    }

    private static func acceptance(_ clip: ClipVoices, quorum: Int) -> Outcome.Acceptance {
        if clip.sentBack != nil { return .open }
        if let settlement = clip.settlement { return settlement.decision == .accept ? .accepted : .declined }
        let accepts = clip.voices.count { $0.decision == .accept }
        let rejects = clip.voices.count { $0.decision == .reject }
        if accepts >= quorum, accepts > rejects { return .accepted }
        if rejects >= quorum, rejects > accepts { return .declined }
        return clip.voices.count >= quorum && accepts == rejects ? .disputed : .open
    }

    private static func facet(
        _ clip: ClipVoices, quorum: Int, value: (Decision) -> String?
    ) -> (Outcome.Facet, String?) {
        if let settlement = clip.settlement, settlement.decision == .accept, let settled = text(value(settlement)) {
            return (.agreed, settled)
        }
        let accepting = clip.voices.filter { $0.decision == .accept }
        let named = accepting.compactMap { text(value($0)) }
        guard accepting.count >= quorum, !named.isEmpty else { return (.open, nil) }
        let counts = Dictionary(named.map { ($0, 1) }, uniquingKeysWith: +)
        let most = counts.values.max() ?? 0
        let leaders = counts.filter { $0.value == most }
        guard leaders.count == 1, let leader = leaders.first?.key, counts.count == 1 || most >= quorum else {
            return (.disputed, nil)
        }
        return (.agreed, leader)
    }

    /// A facet's value as it is compared.
    static func text(_ value: String?) -> String? {
        let text = value?.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCanonicalMapping
        return text?.isEmpty == true ? nil : text
    }
}
