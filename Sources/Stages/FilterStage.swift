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

    /// Columns, a row a clip: a year of footage has millions of signals, and each key of JSON costs.
    public struct Item: Codable, Sendable {
        var clips: [ClipID]
        /// In the order of `Signal.allCases`.
        var signals: [[Double?]]
        var recipe: Recipe
    }

    public struct Output: Codable, Sendable {
        var clips: [ClipID]
        /// Those of the recipe, in the order of `Verdict.Filter.allCases`, as in each clip's columns.
        var thresholds: [Double]
        var answers: [[Verdict.Answer]]
        var values: [[Double?]]
    }

    /// All that the filters read of a recipe: by equal rules the same signals get the same verdicts.
    struct Rule: Encodable, Hashable, Sendable {
        let filter: Recipe.Filter
        let minSeconds: Double
        let rest: Recipe.Propose.Rest
        let fullSeconds: Rational?

        init(of recipe: Recipe) {
            filter = recipe.filter
            minSeconds = recipe.propose.minSeconds
            rest = recipe.propose.rest
            fullSeconds = recipe.mainProfile.fullSeconds
        }
    }

    private struct Inputs: Encodable {
        let proposal: Digest
        let version: Int
        let rule: Rule
    }

    public func pending(in manifest: Manifest) throws -> [Batch] {
        let rule = Rule(of: workspace.recipe)
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
            signals: clips.map { clip in Signal.allCases.map { signals[clip]?[$0.rawValue] } },
            recipe: workspace.recipe)
    }

    public func process(_ item: Item, in scratch: Scratch) throws -> Output {
        let verdicts = item.signals.map { row in
            let known = zip(Signal.allCases, row).reduce(into: [Signal: Double]()) { $0[$1.0] = $1.1 }
            return Filters.verdicts(signals: known, recipe: item.recipe)
        }
        return Output(
            clips: item.clips,
            thresholds: Filters.verdicts(signals: [:], recipe: item.recipe).map(\.threshold),
            answers: verdicts.map { $0.map(\.answer) }, values: verdicts.map { $0.map(\.value) })
    }

    public func record(_ output: Output, of batch: Batch, in manifest: Manifest) throws -> [TaskReference] {
        let verdicts = output.clips.indices.map { row in
            let columns = Verdict.Filter.allCases.enumerated().map { column, filter in
                Verdict(
                    filter: filter, answer: output.answers[row][column], value: output.values[row][column],
                    threshold: output.thresholds[column])
            }
            return (clip: output.clips[row], verdicts: columns)
        }
        try manifest.record(
            verdicts: verdicts, task: batch.tasks[0], stage: name, output: try Digest(ofJSON: output))
        return []
    }
}
