import Captions
import Foundation
public import Manifest
public import Model
import Review

/// Records what curators do: each clip's part is a decision of its own, durable before it is answered.
public struct ActionIntake: Sendable {
    private let recipe: Recipe
    let manifest: Manifest

    public init(_ recipe: Recipe, _ manifest: Manifest) {
        self.recipe = recipe
        self.manifest = manifest
    }

    /// Decisions in one transaction, and clips in one action.
    static let batch = 200, most = 1000
    /// How far back actions are undone, in a curator's decisions.
    static let memory = 20_000

    public struct Result: Sendable {
        public var receipt: ActionReceipt
        /// What is now said of clips that experts may look at.
        public var touched: [SaidClip]
    }

    /// Sending the same action again, with its id, is safe.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Throws: a `Fault`, and nothing was recorded: `notFound` for an unknown clip and for an action that is not the
    ///   curator's own, `invalid` for what the action or the recipe doesn't allow.
    public func take(_ action: CuratorAction, by curator: String, now: Double) throws -> Result {
        guard let id = UUID(uuidString: action.id ?? UUID().uuidString)?.uuidString.lowercased() else {
            throw Fault(
                .invalid, "the action's id is no UUID", at: action.id ?? "", advice: "Load the page again.")
        }
        var model = Decision(
            id: "", clipId: ClipID(rawValue: ""), reviewer: curator, decision: .reopen, decidedAt: "",
            client: CuratorAction.client + id)
        let targets: [(clip: ClipID, supersedes: String?)]
        if action.kind == .undo {
            model.decision = .undo
            targets = try undoing(action, by: curator)
        } else {
            try say(action, &model)
            targets = try clips(action.clips ?? []).map { ($0, nil) }
        }
        let rows = try targets.map { target in
            var row = model
            (row.clipId, row.supersedes) = (target.clip, target.supersedes)
            row.id = try row.derivedID()
            row.decidedAt = Moment.precise(now)
            return try row.checked(by: recipe)
        }
        return try record(rows, id)
    }

    /// A rule for one who reopens clips by name; a selection of many may hold some that are open.
    ///
    /// - Throws: `Fault(.conflict)` for a clip of which nothing is said that reopening it would end, `Fault(.notFound)`
    ///   for an unknown one.
    public func requireDecided(_ named: [ClipID]) throws {
        let clips = try clips(named)
        let said = try manifest.decisions.on(clips)
        for clip in clips {
            guard !ClipVoices(said[clip] ?? []).isSilent else {
                throw Fault(
                    .conflict, "nothing is said of it that could be ended", at: clip.rawValue,
                    advice: "Leave it out: experts are asked about it anyway.")
            }
        }
    }

    /// These clips, each once and in order, when the manifest holds them all.
    func clips(_ named: [ClipID]) throws -> [ClipID] {
        let clips = Array(Set(named)).sorted()
        guard !clips.isEmpty else {
            throw Fault(.invalid, "no clip is named", at: "clips", advice: "Select 1 to \(Self.most) clips.")
        }
        guard clips.count <= Self.most else {
            throw Fault(
                .invalid, "more than \(Self.most) clips are named", at: "clips",
                advice: "Select 1 to \(Self.most) clips.")
        }
        let known = try manifest.clips.among(clips)
        for clip in clips where known[clip] == nil { throw Fault.notHere("the clip", at: clip.rawValue) }
        return clips
    }

    /// What the curator says of each clip.
    private func say(_ action: CuratorAction, _ model: inout Decision) throws {
        switch action.kind {
        case .reopen: model.decision = .reopen
        case .sendBack: model.decision = .sendBack
        case .settle, .gold, .undo:
            guard let decision = action.decision, decision == .accept || decision == .reject else {
                throw Fault(
                    .invalid, "neither accept nor reject is chosen", at: action.kind.rawValue, advice: "Choose one.")
            }
            model.decision = decision
            model.standing = action.kind == .gold ? .gold : .settle
            if decision == .reject { model.reasons = [action.reason].compactMap { $0?.isEmpty == true ? nil : $0 } }
            if decision == .accept {
                model.level = action.level?.isEmpty == true ? nil : action.level
                let caption = action.caption.map { Normalizer.normalize($0).text }
                model.caption = caption?.isEmpty == true ? nil : caption
            }
        }
    }

    /// The rows to take back, newest first; those taken back already are passed over.
    private func undoing(_ undo: CuratorAction, by curator: String) throws -> [(clip: ClipID, supersedes: String?)] {
        let rows: [Decision]
        if let action = undo.of {
            rows = try manifest.decisions.by(
                curator, client: CuratorAction.client + action.lowercased(), limit: Self.memory)
        } else {
            let ids = undo.ids ?? []
            guard ids.count <= Self.memory else {
                throw Fault(
                    .invalid, "more than \(Self.memory) rows are named", at: "ids", advice: "Take back fewer at a time."
                )
            }
            let known = try manifest.decisions.withIDs(ids)
            rows = ids.compactMap { known[$0] }
        }
        guard !rows.isEmpty, rows.allSatisfy({ $0.reviewer == curator }) else {
            throw Fault.notHere("an action of yours with this id", at: undo.of ?? undo.ids?.first ?? "undo")
        }
        guard try manifest.redone(among: rows).isEmpty else {
            throw Fault(
                .invalid, "this brought back an action that had been undone", at: undo.of ?? rows[0].id,
                advice: "Undo that action itself.")
        }
        let gone = try manifest.decisions.undone(among: rows.map(\.id))
        return rows.filter { !gone.contains($0.id) }.map { ($0.clipId, $0.id) }
    }

    private func record(_ rows: [Decision], _ action: String) throws -> Result {
        let known = try manifest.decisions.withIDs(rows.map(\.id))
        let new = rows.filter { known[$0.id] == nil }
        for some in new.chunks(of: Self.batch) {
            try Decisions.record(Array(some), recipe: recipe.review, in: manifest)
        }
        let clips = Array(Set(rows.map(\.clipId))).sorted()
        let touched = try manifest.clipsWithVoices(manifest.queue.clips(among: clips).map(\.id))
        return Result(
            receipt: ActionReceipt(action: action, done: clips.count, ids: rows.map(\.id)), touched: touched)
    }
}
