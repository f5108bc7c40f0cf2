import Analysis
public import Manifest
import Model
public import Pipeline

/// Transitions, shots, clip spans and their signals, out of the frame track.
public struct ProposeStage: Stage {
    public let name = "propose"
    public let version = 2
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

    private struct Inputs: Encodable {
        let scan: Digest
        let version: Int
        let rule: Proposal.Rule
    }

    public func pending(in manifest: Manifest) throws -> [Batch] {
        let rule = Proposal.Rule(of: workspace.recipe)
        let wanted = try manifest.outputs(stage: "scan").sorted { $0.key < $1.key }.map { source, scan in
            TaskReference(
                key: source, fingerprint: try Digest(ofJSON: Inputs(scan: scan, version: version, rule: rule)))
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
            recipe: workspace.recipe, frozen: try manifest.frozenClips(of: id).map(\.span))
    }

    public func process(_ item: Item, in scratch: Scratch) throws -> ProposalRecord {
        let track = try TrackFiles.read(item.parts, in: workspace)
        let proposal = Proposal(of: track, timeBase: item.timeBase, recipe: item.recipe)
        func clip(_ span: ClipSpan) -> ProposalRecord.Clip {
            let signals = ClipSignals.measure(track: track, span: span, timeBase: item.timeBase)
            return .init(
                span: span, signals: Dictionary(uniqueKeysWithValues: signals.map { ($0.key.rawValue, $0.value) }))
        }
        return ProposalRecord(
            source: item.source, transitions: proposal.detection.transitions, shots: proposal.shots,
            clips: proposal.spans.map(clip), frozen: item.frozen.map(clip))
    }

    public func record(_ output: ProposalRecord, of batch: Batch, in manifest: Manifest) throws -> [TaskReference] {
        try manifest.record(output, task: batch.tasks[0], stage: name, output: try Digest(ofJSON: output))
        return []
    }
}

/// What a recipe makes of one frame track.
struct Proposal: Sendable {
    /// All that it reads of the recipe: recipes of equal rules propose the same.
    struct Rule: Encodable, Hashable, Sendable {
        let detect: Recipe.Detect
        let maxSeconds: Double
        let rest: Recipe.Propose.Rest
        let fullSeconds: Rational?
        /// The rate of sources without timestamps.
        let ordinalRate: Rational

        init(of recipe: Recipe) {
            detect = recipe.detect
            maxSeconds = recipe.propose.maxSeconds
            rest = recipe.propose.rest
            fullSeconds = recipe.mainProfile.fullSeconds
            ordinalRate = recipe.mainProfile.ordinalRate
        }
    }

    let detection: Detection
    let shots: [FrameSpan]
    let spans: [ClipSpan]

    /// - Parameter timeBase: seconds a tick in playback.
    init(of track: FrameTrack, timeBase: Rational, recipe: Recipe) {
        detection = TransitionDetector(recipe.detect).detect(track)
        shots = Shots.between(detection.transitions, frameCount: track.count)
        spans = Proposer.spans(
            shots: shots, timing: track.timing, timeBase: timeBase, profile: recipe.mainProfile,
            propose: recipe.propose)
    }
}
