import Analysis
public import Manifest
import Model
public import Pipeline

/// Verdicts on a source's clips, from their signals and the recipe.
public struct FilterStage: Stage {
    public let name = "filter"
    public let version = 1
    let workspace: Workspace

    public init(workspace: Workspace) { self.workspace = workspace }

    public struct Item: Codable, Sendable {
        struct Clip: Codable, Sendable {
            var id: ClipID
            var signals: [String: Double]
        }
        var clips: [Clip]
        var recipe: Recipe
    }

    public struct Output: Codable, Sendable {
        struct Clip: Codable, Sendable {
            var id: ClipID
            var verdicts: [Verdict]
        }
        var clips: [Clip]
    }

    private struct Inputs: Encodable {
        let proposal: Digest
        let version: Int
        let filter: Recipe.Filter
        let minSeconds: Double
        let rest: Recipe.Propose.Rest
        let fullSeconds: Rational?
    }

    public func pending(in manifest: Manifest) throws -> [Batch] {
        let recipe = workspace.recipe
        let wanted = try manifest.outputs(stage: "propose").sorted { $0.key < $1.key }.map { source, proposal in
            let inputs = Inputs(
                proposal: proposal, version: version, filter: recipe.filter, minSeconds: recipe.propose.minSeconds,
                rest: recipe.propose.rest, fullSeconds: recipe.mainProfile.fullSeconds)
            return TaskReference(key: source, fingerprint: try Digest(ofJSON: inputs))
        }
        let names = try manifest.sourceNames()
        return try stale(wanted, in: manifest).map {
            Batch(tasks: [$0], label: names[SourceID(rawValue: $0.key)] ?? $0.key)
        }
    }

    public func item(for batch: Batch, in manifest: Manifest) throws -> Item {
        Item(
            clips: try manifest.clips(of: SourceID(rawValue: batch.tasks[0].key)).map {
                .init(id: $0.id, signals: try manifest.signals(of: $0.id))
            }, recipe: workspace.recipe)
    }

    public func process(_ item: Item, in scratch: Scratch) throws -> Output {
        Output(
            clips: item.clips.map { clip in
                let signals = clip.signals.reduce(into: [Signal: Double]()) { known, signal in
                    if let name = Signal(rawValue: signal.key) { known[name] = signal.value }
                }
                return .init(id: clip.id, verdicts: Filters.verdicts(signals: signals, recipe: item.recipe))
            })
    }

    public func record(_ output: Output, of batch: Batch, in manifest: Manifest) throws -> [TaskReference] {
        try manifest.record(
            verdicts: output.clips.map { ($0.id, $0.verdicts) }, task: batch.tasks[0], stage: name,
            output: try Digest(ofJSON: output))
        return []
    }
}
