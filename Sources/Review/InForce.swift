public import Model

/// The decisions that count.
public enum InForce {
    /// One decision for each clip and reviewer, the latest not replaced; ordered by clip, then time, then id.
    ///
    /// - A decision is replaced when another one by the same reviewer on the same clip names it in `supersedes`,
    ///   whatever their times say. A pointer to itself, to another reviewer's decision, or in a ring counts for
    ///   nothing.
    /// - Of those left, the latest by `decidedAt`, then `id`, is in force.
    /// - Rows with an id that was seen before are the same decision imported twice, and are left out.
    ///
    /// `decidedAt` must be in UTC with a final `Z`, as `DecisionReader` gives it.
    public static func decisions(_ all: [Decision]) -> [Decision] {
        var byID: [String: Decision] = [:]
        for decision in all where byID[decision.id] == nil { byID[decision.id] = decision }
        let replaced = Set(byID.values.compactMap { target(of: $0, among: byID)?.id })
        var latest: [Voice: Decision] = [:]
        for decision in byID.values where !replaced.contains(decision.id) {
            let voice = Voice(clip: decision.clipId, reviewer: decision.reviewer)
            if let other = latest[voice], precedes(decision, other) { continue }
            latest[voice] = decision
        }
        return latest.values.sorted { ($0.clipId, $0.moment, $0.id) < ($1.clipId, $1.moment, $1.id) }
    }

    private struct Voice: Hashable {
        var clip: ClipID
        var reviewer: String
    }

    private static func precedes(_ a: Decision, _ b: Decision) -> Bool { (a.moment, a.id) < (b.moment, b.id) }

    /// The decision that this one validly replaces.
    private static func target(of decision: Decision, among byID: [String: Decision]) -> Decision? {
        func next(_ decision: Decision) -> Decision? {
            guard let id = decision.supersedes, let other = byID[id] else { return nil }
            return other.clipId == decision.clipId && other.reviewer == decision.reviewer ? other : nil
        }
        let target = next(decision)
        var (step, seen) = (target, Set<String>())
        while let here = step, seen.insert(here.id).inserted {
            if here.id == decision.id { return nil }
            step = next(here)
        }
        return target
    }
}

extension Decision {
    /// Orders times in UTC as text: without the `Z`, `12:00:00` stands before `12:00:00.5`.
    var moment: String { decidedAt.hasSuffix("Z") ? String(decidedAt.dropLast()) : decidedAt }
}
