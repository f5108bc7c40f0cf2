public import Model

/// What counts of all that was ever said of one clip. Outcomes, the queue and the statistics rest on it.
///
/// "Before" and "latest" go by `decidedAt`, then `id`; the order in which rows arrive changes nothing. Rows of one id
/// are one decision, imported twice.
///
/// 1. **undo** takes back the row that its `supersedes` names, as if it had never been said: what that row had
///    replaced, undone or ended counts again. An undo can itself be undone.
/// 2. Any other row **replaces** the row that its `supersedes` names, whatever their times say. The replaced row counts
///    for nothing, but what it had replaced stays replaced.
/// 3. `supersedes` speaks only of rows by the same reviewer on the same clip. A pointer to itself, to anything else or
///    in a ring counts for nothing.
/// 4. **reopen** ends every voice, settlement and send_back before it. The known answer stays.
/// 5. **send_back** ends the settlement before it, and waits for one voice after it; a later settlement ends it.
/// 6. Of what is left, a reviewer's latest voice, the latest settlement and the latest known answer count.
public struct ClipVoices: Hashable, Sendable {
    /// One accept, reject or unsure a reviewer, in order of time, then id.
    public let voices: [Decision]
    /// A curator's last word, an accept or a reject.
    public let settlement: Decision?
    /// The known answer, an accept or a reject.
    public let gold: Decision?
    /// The send_back that still waits for one more voice.
    public let sentBack: Decision?

    /// All of these, in order of time, then id. Alone they say what all the decisions together say.
    public var decisions: [Decision] {
        Self.inOrder(voices + [settlement, gold, sentBack].compactMap(\.self))
    }

    /// Nothing counts that an outcome could follow from; a known answer is no such thing.
    public var isSilent: Bool { voices.isEmpty && settlement == nil && sentBack == nil }

    /// - Parameter decisions: every decision on one clip, in any order.
    public init(_ decisions: [Decision]) {
        let rows = Self.inOrder(Self.standing(decisions))
        gold = rows.last { $0.isAnswer(.gold) }
        let sinceReopened = rows[((rows.lastIndex { $0.decision == .reopen } ?? -1) + 1)...]
        let settled = sinceReopened.lastIndex { $0.isAnswer(.settle) } ?? -1
        let sentBack = sinceReopened.lastIndex { $0.decision == .sendBack } ?? -1
        var latest: [String: Int] = [:]
        for (index, row) in zip(sinceReopened.indices, sinceReopened) where row.isVoice { latest[row.reviewer] = index }
        let spoken = latest.values.sorted()
        voices = spoken.map { rows[$0] }
        settlement = settled > sentBack ? rows[settled] : nil
        self.sentBack = sentBack > max(settled, spoken.last ?? -1) ? rows[sentBack] : nil
    }

    /// The rows but the undos, less those taken back or replaced.
    private static func standing(_ decisions: [Decision]) -> [Decision] {
        var places: [String: Int] = [:]
        var rows: [Decision] = []
        for row in decisions where places[row.id] == nil {
            places[row.id] = rows.count
            rows.append(row)
        }
        let targets = rows.map { row in
            row.supersedes.flatMap { places[$0] }.flatMap { rows[$0].reviewer == row.reviewer ? $0 : nil }
        }
        var unread = [Int](repeating: 0, count: rows.count)
        for case let target? in targets { unread[target] += 1 }
        // From those that nobody names towards those they name; rows in a ring never have their turn.
        var next = rows.indices.filter { unread[$0] == 0 }
        var (undone, replaced) = (Set<Int>(), Set<Int>())
        while let index = next.popLast() {
            guard let target = targets[index] else { continue }
            if !undone.contains(index) {
                if rows[index].decision == .undo { undone.insert(target) } else { replaced.insert(target) }
            }
            unread[target] -= 1
            if unread[target] == 0 { next.append(target) }
        }
        return rows.indices.filter { !undone.contains($0) && !replaced.contains($0) && rows[$0].decision != .undo }
            .map { rows[$0] }
    }

    private static func inOrder(_ rows: [Decision]) -> [Decision] {
        rows.map { (moment: $0.moment, row: $0) }
            .sorted { ($0.moment, $0.row.id) < ($1.moment, $1.row.id) }.map(\.row)
    }
}
