import Captions
import Foundation
import Manifest
import Model
import Pipeline
import Review
import Stages

/// What a curator does to clips, as their page sends it.
struct CurationRequest: Decodable, Sendable {
    enum Action: String, Decodable, Sendable {
        /// The curator's last word on clips; `decision` says which.
        case settle
        /// All experts are asked anew.
        case reopen
        /// One more expert is to look.
        case sendBack = "send_back"
        /// The known answer, by which reviewers are measured; `decision` says which.
        case gold
        /// Takes back rows of the curator's own: those of `ids`, or all of the action `of`.
        case undo
    }

    var action: Action
    /// A UUID that the page makes: the same action sent again does nothing more, and its parts are undone as one.
    var id: String?
    var clips: [ClipID]?
    var decision: Decision.Choice?
    var level: String?
    var caption: String?
    var reason: String?
    var ids: [String]?
    var of: String?
}

/// What was done.
struct CurationReceipt: Encodable, Sendable {
    /// The action, to undo it as one.
    var action: String
    /// Clips that it was done to.
    var done: Int
    /// The decisions that say so.
    var ids: [String]
}

/// Records what curators do: each clip's part is a decision of its own, durable before it is answered.
struct Curation: Sendable {
    let workspace: Workspace
    let manifest: Manifest

    /// Decisions in one transaction, and clips in one request.
    static let batch = 200, most = 1000
    /// What the rows of an action have as their client, before the action's id.
    static let client = "curator/"
    /// How far back actions are listed and undone, in a curator's decisions.
    static let memory = 20_000

    struct Result: Sendable {
        var receipt: CurationReceipt
        /// What is now said of clips that experts may look at.
        var touched: [(clip: ClipRecord, voices: ClipVoices)]
    }

    /// Throws a `Refusal` in plain words; then nothing was recorded.
    func take(_ request: CurationRequest, by curator: String, now: Double) throws -> Result {
        let action = request.id ?? UUID().uuidString.lowercased()
        guard let action = UUID(uuidString: action)?.uuidString.lowercased() else {
            throw Refusal.invalid("The action's id is no UUID.", "Load the page again.")
        }
        var model = Decision(
            id: "", clipId: ClipID(rawValue: ""), reviewer: curator, decision: .reopen, decidedAt: "",
            client: Self.client + action)
        let targets: [(clip: ClipID, supersedes: String?)]
        if request.action == .undo {
            model.decision = .undo
            targets = try undoing(request, by: curator)
        } else {
            try say(request, &model)
            targets = try clips(of: request).map { ($0, nil) }
        }
        let rows = try targets.map { target in
            var row = model
            (row.clipId, row.supersedes) = (target.clip, target.supersedes)
            row.id = try row.derivedID()
            row.decidedAt = Moment.precise(now)
            return try row.checked(by: workspace.recipe)
        }
        return try record(rows, action)
    }

    private func clips(of request: CurationRequest) throws -> [ClipID] {
        let clips = Array(Set(request.clips ?? [])).sorted()
        guard !clips.isEmpty, clips.count <= Self.most else {
            throw Refusal.invalid(
                clips.isEmpty ? "No clip is named." : "More than \(Self.most) clips are named.",
                "Select 1 to \(Self.most) clips.")
        }
        let known = try manifest.clips.among(clips)
        for clip in clips where known[clip] == nil { throw Refusal.notFound("The clip \(clip)") }
        return clips
    }

    /// What the curator says of each clip.
    private func say(_ request: CurationRequest, _ model: inout Decision) throws {
        switch request.action {
        case .reopen: model.decision = .reopen
        case .sendBack: model.decision = .sendBack
        case .settle, .gold, .undo:
            guard let decision = request.decision, decision == .accept || decision == .reject else {
                throw Refusal.invalid("Neither accept nor reject is chosen.", "Choose one.")
            }
            model.decision = decision
            model.standing = request.action == .gold ? .gold : .settle
            if decision == .reject { model.reasons = [request.reason].compactMap { $0?.isEmpty == true ? nil : $0 } }
            if decision == .accept {
                model.level = request.level?.isEmpty == true ? nil : request.level
                let caption = request.caption.map { Normalizer.normalize($0).text }
                model.caption = caption?.isEmpty == true ? nil : caption
            }
        }
    }

    /// The rows to take back, newest first; those taken back already are passed over.
    private func undoing(_ request: CurationRequest, by curator: String) throws -> [(clip: ClipID, supersedes: String?)]
    {
        let rows: [Decision]
        if let action = request.of {
            rows = try manifest.decisions.by(curator, client: Self.client + action.lowercased(), limit: Self.memory)
        } else {
            let ids = Array((request.ids ?? []).prefix(Self.most))
            let known = try manifest.decisions.withIDs(ids)
            rows = ids.compactMap { known[$0] }
        }
        guard !rows.isEmpty, rows.allSatisfy({ $0.reviewer == curator }) else {
            throw Refusal.notFound("An action of yours with this id")
        }
        guard try manifest.redone(among: rows).isEmpty else {
            throw Refusal.invalid("This brought back an action that had been undone.", "Undo that action itself.")
        }
        let gone = try manifest.decisions.undone(among: rows.map(\.id))
        return rows.filter { !gone.contains($0.id) }.map { ($0.clipId, $0.id) }
    }

    private func record(_ rows: [Decision], _ action: String) throws -> Result {
        let known = try manifest.decisions.withIDs(rows.map(\.id))
        let new = rows.filter { known[$0.id] == nil }
        for some in new.chunks(of: Self.batch) {
            try Decisions.record(Array(some), recipe: workspace.recipe.review, in: manifest)
        }
        let clips = Array(Set(rows.map(\.clipId))).sorted()
        let touched = try manifest.clipsWithVoices(manifest.queue.clips(among: clips).map(\.id))
        return Result(
            receipt: CurationReceipt(action: action, done: clips.count, ids: rows.map(\.id)), touched: touched)
    }
}

/// A curator's action as it is listed: its parts as one.
struct CurationRecord: Encodable, Sendable {
    let action: String
    let decision: Decision.Choice
    @Nullable var standing: Decision.Standing?
    @Nullable var level: String?
    let clips: Int
    /// One of them.
    let clipId: ClipID
    let decidedAt: String
    let isUndone: Bool
    /// It brought back what had been undone; to undo that, undo the action itself.
    let isRedo: Bool

    /// A curator's latest, newest first.
    static func latest(by curator: String, limit: Int, in manifest: Manifest) throws -> [CurationRecord] {
        let rows = try manifest.decisions.by(curator, client: Curation.client, limit: 2000)
        var order: [String] = []
        let groups = Dictionary(grouping: rows) { $0.client ?? "" }
        for row in rows where order.last != row.client { if let client = row.client { order.append(client) } }
        var seen: Set<String> = []
        let actions = order.filter { seen.insert($0).inserted }.prefix(limit).compactMap { groups[$0] }
        let undone = try manifest.decisions.undone(among: actions.joined().map(\.id))
        let redone = try manifest.redone(among: actions.map { $0[0] })
        return actions.map { rows in
            let row = rows[0]
            return CurationRecord(
                action: String((row.client ?? "").dropFirst(Curation.client.count)), decision: row.decision,
                standing: row.standing, level: row.level, clips: rows.count, clipId: row.clipId,
                decidedAt: row.decidedAt, isUndone: rows.allSatisfy { undone.contains($0.id) },
                isRedo: redone.contains(row.id))
        }
    }
}

extension Manifest {
    /// The ids of those among some decisions that took back a taking back.
    fileprivate func redone(among rows: [Decision]) throws -> Set<String> {
        let undoing = rows.filter { $0.decision == .undo }
        let targets = try decisions.withIDs(undoing.compactMap(\.supersedes))
        return Set(undoing.filter { $0.supersedes.flatMap { targets[$0] }?.decision == .undo }.map(\.id))
    }
}
