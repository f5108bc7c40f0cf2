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
        var parts: [TrackPartRecord]
        var timeBase: Rational
        var recipe: Recipe
        /// Spans that experts decided on.
        var frozen: [ClipSpan]
        /// Whether the recording is a ready clip of another dataset.
        var isImport: Bool
        /// Frames of withdrawn clips: no new clip shows them again.
        var withdrawn: [FrameSpan]
    }

    private struct Inputs: Encodable {
        let scan: Digest
        let version: Int
        let rule: Proposal.Rule
        /// true for an import; nil for a recording.
        let isImport: Bool?
    }

    public func pending(in manifest: Manifest) throws -> [Batch] {
        let rule = Proposal.Rule(of: workspace.recipe)
        let imports = try manifest.importedSources()
        let wanted = try manifest.outputs(stage: "scan").sorted { $0.key < $1.key }.map { source, scan in
            let isImport = imports.contains(SourceID(rawValue: source))
            let inputs = Inputs(scan: scan, version: version, rule: rule, isImport: isImport ? true : nil)
            return TaskReference(key: source, fingerprint: try Digest(ofJSON: inputs))
        }
        let names = try manifest.sourceNames()
        let uncaptioned = try manifest.uncaptionedImports()
        return try stale(wanted, in: manifest) { uncaptioned.contains(SourceID(rawValue: $0)) }.map {
            Batch(tasks: [$0], label: names[SourceID(rawValue: $0.key)] ?? $0.key)
        }
    }

    public func item(for batch: Batch, in manifest: Manifest) throws -> Item {
        let id = SourceID(rawValue: batch.tasks[0].key)
        return Item(
            source: id, parts: try manifest.track(of: id),
            timeBase: try manifest.timeBase(of: id, in: workspace.recipe.mainProfile),
            recipe: workspace.recipe, frozen: try manifest.frozenClips(of: id).map(\.span),
            isImport: try manifest.imported(id) != nil, withdrawn: try manifest.withdrawnFrames(of: id))
    }

    public func process(_ item: Item, in scratch: Scratch) throws -> ProposalRecord {
        let track = try TrackFiles.read(item.parts, in: workspace)
        let proposal = Proposal(
            of: track, timeBase: item.timeBase, recipe: item.recipe, isImport: item.isImport, without: item.withdrawn)
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
        try manifest.captionImport(output.source)
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

    /// - Parameters:
    ///   - timeBase: seconds a tick in playback.
    ///   - isImport: the recording is one clip, whole, whatever it shows.
    ///   - withdrawn: frames that no clip may show.
    init(
        of track: FrameTrack, timeBase: Rational, recipe: Recipe, isImport: Bool = false,
        without withdrawn: [FrameSpan] = []
    ) {
        detection = TransitionDetector(recipe.detect).detect(track)
        guard !isImport else {
            let whole = FrameSpan(start: 0, end: track.count)
            shots = [whole]
            spans = withdrawn.isEmpty ? [ClipSpan(ticks: track.timing.ticks(of: whole), frames: whole)] : []
            return
        }
        shots = Shots.between(detection.transitions, frameCount: track.count)
        spans = Proposer.spans(
            shots: shots.flatMap { $0.without(withdrawn) }, timing: track.timing, timeBase: timeBase,
            profile: recipe.mainProfile, propose: recipe.propose)
    }
}

extension FrameSpan {
    /// What remains of it, in order. `others` are ordered by start.
    fileprivate func without(_ others: [FrameSpan]) -> [FrameSpan] {
        var rest: [FrameSpan] = []
        var first = start
        for other in others where other.end > first && other.start < end {
            if other.start > first { rest.append(FrameSpan(start: first, end: other.start)) }
            first = other.end
        }
        if first < end { rest.append(FrameSpan(start: first, end: end)) }
        return rest
    }
}
