public import Manifest
import Model
public import Pipeline
import Review

/// Decisions that pass from a decided clip, no longer proposed, to a new proposal whose span differs by no more than
/// the recipe's tolerance. With a tolerance of 0 frames, the default, nothing is carried over.
public struct CarryStage: WholeSetStage {
    public let name = "carry"
    public let version = 1
    let workspace: Workspace

    public init(workspace: Workspace) { self.workspace = workspace }

    public func pending(in manifest: Manifest) throws -> TaskReference? {
        let carried = try carried(in: manifest)
        return carried.isEmpty ? nil : TaskReference(key: "all", fingerprint: try Digest(ofJSON: carried))
    }

    public func run(_ task: TaskReference, in manifest: Manifest) throws {
        try Decisions.record(try carried(in: manifest), recipe: workspace.recipe.review, in: manifest)
    }

    /// Copies of the decisions in force, each naming its origin, for new clips that nobody has decided on.
    private func carried(in manifest: Manifest) throws -> [Decision] {
        let tolerance = workspace.recipe.review.carryOverFrames
        guard tolerance > 0 else { return [] }
        return try Dictionary(grouping: try manifest.clips(), by: \.source).sorted { $0.key < $1.key }
            .flatMap { _, clips in
                try clips.filter { $0.acceptance != nil && !$0.proposed }.flatMap { old -> [Decision] in
                    let near = clips.first { new in
                        new.proposed && new.acceptance == nil
                            && abs(new.span.frames.start - old.span.frames.start) <= tolerance
                            && abs(new.span.frames.end - old.span.frames.end) <= tolerance
                    }
                    guard let near else { return [] }
                    return try ClipVoices(try manifest.decisions(on: old.id)).decisions.map {
                        try $0.carried(to: near.id)
                    }
                }
            }
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
