public import Analysis
public import Manifest
public import Model
public import Pipeline

/// Transitions, shots, clip spans and their signals, out of the frame track.
public struct ProposeStage: Stage {
    public static let head = StageHead(
        "propose", version: 3, place: .here, abstract: "Find transitions and propose clips, from the frame tracks.")

    public typealias Rule = ProposalRule
    public static func rule(of recipe: Recipe) -> ProposalRule { ProposalRule(of: recipe) }
    public let rule: ProposalRule
    private let folder: WorkspaceFolder

    public init(rule: ProposalRule, in folder: WorkspaceFolder) {
        self.rule = rule
        self.folder = folder
    }

    /// What a proposal depends on beside the frame track and the rule.
    struct Facts: Codable, Sendable {
        /// Whether the recording is a ready clip of another dataset.
        var isImport: Bool
        /// Frames of withdrawn clips: no new clip shows them again.
        var withdrawn: [FrameSpan]
        /// Spans that experts decided on and that the newest proposal doesn't hold, measured beside it.
        var frozen: [ClipSpan]
    }

    public struct Item: Codable, Sendable {
        var source: SourceID
        var parts: [TrackPartRecord]
        var timeBase: Rational
        /// `frozen`: all spans that experts decided on, whatever the proposal will hold.
        var facts: Facts
    }

    public struct Output: Codable, Sendable {
        var proposal: ProposalRecord
        var digest: Digest
        var facts: Digest
    }

    public func tasks(in manifest: Manifest) throws -> [StageTask] {
        let imports = try manifest.imports.sources()
        let withdrawn = try manifest.withdrawals.frames()
        let frozen = try manifest.clips.frozenSpans()
        let names = try manifest.sources.names()
        return try manifest.tasks.outputs(stage: ScanStage.head.name).sorted { $0.key < $1.key }.map { key, scan in
            let source = SourceID(rawValue: key)
            let facts = Facts(
                isImport: imports.contains(source), withdrawn: withdrawn[source] ?? [], frozen: frozen[source] ?? [])
            return StageTask(key, inputs: [scan, try Digest(ofJSON: facts)], label: names[source] ?? key)
        }
    }

    public func item(for tasks: [StageTask], in manifest: Manifest) throws -> Work<Item> {
        let source = SourceID(rawValue: tasks[0].key)
        let parts = try manifest.tracks.parts(of: source)
        let facts = Facts(
            isImport: try manifest.imports.clip(source) != nil,
            withdrawn: try manifest.withdrawals.frames(of: source)[source] ?? [],
            frozen: try manifest.clips.frozen(of: source).map(\.span))
        return Work(
            Item(
                source: source, parts: parts,
                timeBase: try manifest.sources.timeBase(of: source, ordinalRate: rule.ordinalRate),
                facts: facts), inputs: folder.inputs(parts))
    }

    public static func process(_ item: Item, _ rule: ProposalRule, at bench: Bench) throws -> Output {
        let track = try FrameTrack(item.parts, at: bench)
        var facts = item.facts
        let proposal = Proposal(
            of: track, timeBase: item.timeBase, rule: rule, isImport: facts.isImport, without: facts.withdrawn)
        let proposed = Set(proposal.spans)
        facts.frozen.removeAll(where: proposed.contains)
        func clip(_ span: ClipSpan) -> ProposalRecord.Clip {
            .init(span: span, signals: Signals.measure(track: track, span: span, timeBase: item.timeBase))
        }
        let record = ProposalRecord(
            source: item.source, transitions: proposal.detection.transitions, shots: proposal.shots,
            clips: proposal.spans.map(clip), frozen: facts.frozen.map(clip))
        return Output(proposal: record, digest: try Digest(ofJSON: record), facts: try Digest(ofJSON: facts))
    }

    /// A new proposal changes which decided spans are frozen: the task is done for those that are then.
    public func record(_ output: Output, for tasks: [StageTask], in transaction: Transaction) throws -> [TaskEnd] {
        let source = output.proposal.source
        if try transaction.tasks.output(of: source.rawValue, stage: Self.head.name) != output.digest {
            try transaction.clips.record(output.proposal)
        }
        return [.done(output.digest, inputs: [tasks[0].inputs[0], output.facts])]
    }
}
