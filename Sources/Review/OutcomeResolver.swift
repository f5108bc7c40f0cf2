import Foundation
public import Model

/// What the decisions on one clip add up to.
///
/// Only decisions in force count (see `InForce`), so every expert has one voice. With `a` accepts, `r` rejects, `n`
/// voices in all (an `unsure` has spoken, for neither side) and quorum `q`:
///
/// | acceptance | when |
/// |---|---|
/// | accepted | a >= q and a > r |
/// | declined | r >= q and r > a |
/// | disputed | n >= q and a == r: one more expert breaks the tie |
/// | open | otherwise: more experts are wanted |
///
/// **Level and caption** are resolved apart from acceptance and from each other, among the accepting experts; a reject
/// or an unsure says nothing about them. A facet is
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
        let voices = InForce.decisions(decisions)
        let accepting = voices.filter { $0.decision == .accept }
        let rejects = voices.count { $0.decision == .reject }
        let quorum = max(1, recipe.quorum)
        let (levelState, level) = facet(accepting, quorum: quorum) { $0.level }
        let (captionState, caption) = facet(accepting, quorum: quorum) { $0.caption }
        return Outcome(
            acceptance: acceptance(
                accepts: accepting.count, rejects: rejects, voices: voices.count, quorum: quorum),
            levelState: levelState, level: level, captionState: captionState, caption: caption)
    }

    private static func acceptance(accepts: Int, rejects: Int, voices: Int, quorum: Int) -> Outcome.Acceptance {
        if accepts >= quorum, accepts > rejects { return .accepted }
        if rejects >= quorum, rejects > accepts { return .declined }
        return voices >= quorum && accepts == rejects ? .disputed : .open
    }

    /// - Parameter accepting: in order of time.
    private static func facet(
        _ accepting: [Decision], quorum: Int, value: (Decision) -> String?
    ) -> (Outcome.Facet, String?) {
        let named = accepting.compactMap(value).map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCanonicalMapping
        }.filter { !$0.isEmpty }
        guard accepting.count >= quorum, !named.isEmpty else { return (.open, nil) }
        let counts = Dictionary(named.map { ($0, 1) }, uniquingKeysWith: +)
        let most = counts.values.max() ?? 0
        let leaders = counts.filter { $0.value == most }
        guard leaders.count == 1, let leader = leaders.first?.key, counts.count == 1 || most >= quorum else {
            return (.disputed, nil)
        }
        return (.agreed, leader)
    }
}
