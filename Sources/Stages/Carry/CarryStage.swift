public import Manifest
public import Model
public import Pipeline
import Review

/// Decisions that pass from a decided clip, no longer proposed, to a new proposal whose span differs by no more than
/// the recipe's tolerance. With a tolerance of 0 frames, the default, nothing is carried over.
public struct CarryStage: Stage {
    public static let head = StageHead(
        "carry", version: 2, place: .here, abstract: "Carry decisions over to new spans within the recipe's tolerance.")

    public static func rule(of recipe: Recipe) -> Recipe.Review { recipe.review }
    public let rule: Recipe.Review

    public init(rule: Recipe.Review, in folder: WorkspaceFolder) { self.rule = rule }

    /// Decisions in force on one clip, and the clip that inherits them.
    public struct Inheritance: Codable, Sendable {
        var decisions: [Decision]
        var heir: ClipID
    }

    /// One task while there is something to carry, none else.
    public func tasks(in manifest: Manifest) throws -> [StageTask] {
        let inheritances = try inheritances(in: manifest)
        guard !inheritances.isEmpty else { return [] }
        return [StageTask("all", inputs: [try Digest(ofJSON: inheritances)], label: "decisions")]
    }

    public func item(for tasks: [StageTask], in manifest: Manifest) throws -> Work<[Inheritance]> {
        Work(try inheritances(in: manifest))
    }

    private func inheritances(in manifest: Manifest) throws -> [Inheritance] {
        let tolerance = rule.carryOverFrames
        guard tolerance > 0 else { return [] }
        let heirs = Dictionary(grouping: try manifest.clips.inUse(), by: \.source).sorted { $0.key < $1.key }
            .flatMap { _, clips in
                clips.filter { $0.acceptance != nil && !$0.proposed }.compactMap {
                    old -> (old: ClipID, heir: ClipID)? in
                    let near = clips.first { new in
                        new.proposed && new.acceptance == nil
                            && abs(new.span.frames.start - old.span.frames.start) <= tolerance
                            && abs(new.span.frames.end - old.span.frames.end) <= tolerance
                    }
                    return near.map { (old.id, $0.id) }
                }
            }
        let said = try manifest.decisions.on(heirs.map(\.old))
        return heirs.compactMap { old, heir in
            let inForce = ClipVoices(said[old] ?? []).decisions
            return inForce.isEmpty ? nil : Inheritance(decisions: inForce, heir: heir)
        }
    }

    /// Copies of the decisions, each naming its origin.
    public static func process(_ item: [Inheritance], _ rule: Recipe.Review, at bench: Bench) throws -> [Decision] {
        try item.flatMap { inheritance in try inheritance.decisions.map { try $0.carried(to: inheritance.heir) } }
    }

    public func record(_ output: [Decision], for tasks: [StageTask], in transaction: Transaction) throws -> [TaskEnd] {
        try transaction.decisions.record(output) { OutcomeResolver.recorded($0, recipe: rule) }
        return [.done(try Digest(ofJSON: output))]
    }
}

extension Decision {
    /// This decision on another clip, under an id of its own that naming it again gives again.
    fileprivate func carried(to clip: ClipID) throws -> Decision {
        var copy = self
        copy.clipId = clip
        copy.supersedes = nil
        copy.renditionSha256 = nil
        copy.origin = id
        copy.id = try copy.derivedID()
        return copy
    }
}
