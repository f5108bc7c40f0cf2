import Analysis
public import Manifest
import Model
public import Pipeline

/// Transitions, shots, clip spans and their signals, out of the frame track.
public struct ProposeStage: Stage {
    public let name = "propose"
    public let version = 1
    let workspace: Workspace

    public init(workspace: Workspace) { self.workspace = workspace }

    public struct Item: Codable, Sendable {
        var source: SourceID
        var parts: [TrackPart]
        var timeBase: Rational
        var recipe: Recipe
        /// Spans that experts decided on.
        var frozen: [ClipSpan]
    }

    /// What the stage reads of the recipe.
    private struct Inputs: Encodable {
        let scan: Digest
        let version: Int
        let detect: Recipe.Detect
        let propose: Recipe.Propose
        let fullSeconds: Rational?
        let ordinalRate: Rational
    }

    public func pending(in manifest: Manifest) throws -> [Batch] {
        let profile = workspace.recipe.mainProfile
        let wanted = try manifest.outputs(stage: "scan").sorted { $0.key < $1.key }.map { source, scan in
            let inputs = Inputs(
                scan: scan, version: version, detect: workspace.recipe.detect, propose: workspace.recipe.propose,
                fullSeconds: profile.fullSeconds,
                ordinalRate: profile.ordinalRate)
            return TaskReference(key: source, fingerprint: try Digest(ofJSON: inputs))
        }
        let names = try manifest.sourceNames()
        return try stale(wanted, in: manifest).map {
            Batch(tasks: [$0], label: names[SourceID(rawValue: $0.key)] ?? $0.key)
        }
    }

    public func item(for batch: Batch, in manifest: Manifest) throws -> Item {
        let id = SourceID(rawValue: batch.tasks[0].key)
        return Item(
            source: id, parts: try manifest.track(of: id),
            timeBase: try manifest.timeBase(of: id, in: workspace.recipe.mainProfile),
            recipe: workspace.recipe,
            frozen: try manifest.frozenClips(of: id).map(\.span))
    }

    public func process(_ item: Item, in scratch: Scratch) throws -> ProposalRecord {
        let recipe = item.recipe
        let track = try TrackFiles.read(item.parts, in: workspace)
        let transitions = TransitionDetector(recipe.detect).transitions(in: track)
        let shots = Shots.between(transitions, frameCount: track.count)
        let spans = Proposer.spans(
            shots: shots, timing: track.timing, timeBase: item.timeBase, profile: recipe.mainProfile,
            propose: recipe.propose)
        func clip(_ span: ClipSpan) -> ProposalRecord.Clip {
            let signals = ClipSignals.measure(track: track, span: span, timeBase: item.timeBase)
            return .init(
                span: span, signals: Dictionary(uniqueKeysWithValues: signals.map { ($0.key.rawValue, $0.value) }))
        }
        return ProposalRecord(
            source: item.source, transitions: transitions, shots: shots, clips: spans.map(clip),
            frozen: item.frozen.map(clip))
    }

    public func record(_ output: ProposalRecord, of batch: Batch, in manifest: Manifest) throws -> [TaskReference] {
        try manifest.record(output, task: batch.tasks[0], stage: name, output: try Digest(ofJSON: output))
        return []
    }
}
