public import Manifest
public import Model

/// A curator's action as it is listed: its parts as one.
public struct ActionRecord: Encodable, Sendable {
    public let action: String
    public let decision: Decision.Choice
    @Nullable public var standing: Decision.Standing?
    @Nullable public var level: String?
    public let clips: Int
    /// One of them.
    public let clipId: ClipID
    public let decidedAt: String
    public let isUndone: Bool
    /// It brought back what had been undone; to undo that, undo the action itself.
    public let isRedo: Bool

    /// A curator's latest, newest first.
    public static func latest(by curator: String, limit: Int, in manifest: Manifest) throws -> [ActionRecord] {
        let rows = try manifest.decisions.by(curator, client: CuratorAction.client, limit: 2000)
        var order: [String] = []
        let groups = Dictionary(grouping: rows) { $0.client ?? "" }
        for row in rows where order.last != row.client { if let client = row.client { order.append(client) } }
        var seen: Set<String> = []
        let actions = order.filter { seen.insert($0).inserted }.prefix(limit).compactMap { groups[$0] }
        let undone = try manifest.decisions.undone(among: actions.joined().map(\.id))
        let redone = try manifest.redone(among: actions.map { $0[0] })
        return actions.map { rows in
            let row = rows[0]
            return ActionRecord(
                action: String((row.client ?? "").dropFirst(CuratorAction.client.count)), decision: row.decision,
                standing: row.standing, level: row.level, clips: rows.count, clipId: row.clipId,
                decidedAt: row.decidedAt, isUndone: rows.allSatisfy { undone.contains($0.id) },
                isRedo: redone.contains(row.id))
        }
    }
}

extension Manifest {
    /// The ids of those among some decisions that took back a taking back.
    func redone(among rows: [Decision]) throws -> Set<String> {
        let undoing = rows.filter { $0.decision == .undo }
        let targets = try decisions.withIDs(undoing.compactMap(\.supersedes))
        return Set(undoing.filter { $0.supersedes.flatMap { targets[$0] }?.decision == .undo }.map(\.id))
    }
}
