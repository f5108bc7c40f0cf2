import Analysis
public import Manifest
import Model
public import Pipeline

/// Verdicts on a source's clips, from their signals and the recipe.
public struct FilterStage: Stage {
    public let name = "filter"
    public let version = 2
    let workspace: Workspace

    public init(workspace: Workspace) { self.workspace = workspace }

    /// A row a clip: a year of footage has millions of signals, and each key of JSON costs.
    public struct Item: Codable, Sendable {
        var clips: [ClipID]
        /// In the order of `Signals.all`.
        var signals: [[Double?]]
        var rule: Filters.Rule
    }

    public struct Output: Codable, Sendable {
        var clips: [ClipID]
        /// A row a clip.
        var verdicts: [[Verdict]]
    }

    private struct Inputs: Encodable {
        let proposal: Digest
        let version: Int
        let rule: Filters.Rule
    }

    public func pending(in manifest: Manifest) throws -> [Batch] {
        let rule = Filters.Rule(of: workspace.recipe)
        let wanted = try manifest.outputs(stage: "propose").sorted { $0.key < $1.key }.map { source, proposal in
            TaskReference(
                key: source, fingerprint: try Digest(ofJSON: Inputs(proposal: proposal, version: version, rule: rule)))
        }
        let names = try manifest.sourceNames()
        return try stale(wanted, in: manifest).map {
            Batch(tasks: [$0], label: names[SourceID(rawValue: $0.key)] ?? $0.key)
        }
    }

    public func item(for batch: Batch, in manifest: Manifest) throws -> Item {
        let source = SourceID(rawValue: batch.tasks[0].key)
        let clips = try manifest.clips(of: source).map(\.id)
        let signals = try manifest.signals(of: source)
        return Item(
            clips: clips,
            signals: clips.map { clip in Signals.all.map { signals[clip]?[$0.name] } },
            rule: Filters.Rule(of: workspace.recipe))
    }

    public func process(_ item: Item, in scratch: Scratch) throws -> Output {
        let verdicts = item.signals.map { row in
            let known = zip(Signals.all, row).reduce(into: [String: Double]()) { $0[$1.0.name] = $1.1 }
            return Filters.verdicts(signals: known, rule: item.rule)
        }
        return Output(clips: item.clips, verdicts: verdicts)
    }

    public func record(_ output: Output, of batch: Batch, in manifest: Manifest) throws -> [TaskReference] {
        let verdicts = zip(output.clips, output.verdicts).map { (clip: $0, verdicts: $1) }
        try manifest.record(
            verdicts: verdicts, task: batch.tasks[0], stage: name, output: try Digest(ofJSON: output))
        return []
    }
}
