public import Manifest
public import Model
public import Pipeline

/// Verdicts on a source's clips, from their signals and the recipe.
public struct FilterStage: Stage {
    public static let head = StageHead(
        "filter", version: 3, place: .here, abstract: "Judge the proposed clips by their signals.")

    public static func rule(of recipe: Recipe) -> Filters.Rule { Filters.Rule(of: recipe) }
    public let rule: Filters.Rule

    public init(rule: Filters.Rule, in folder: WorkspaceFolder) { self.rule = rule }

    public struct Item: Codable, Sendable {
        struct Clip: Codable, Sendable {
            var id: ClipID
            var signals: [String: Double]
        }
        var clips: [Clip]
    }

    public struct Output: Codable, Sendable {
        struct Clip: Codable, Sendable {
            var id: ClipID
            var verdicts: [Verdict]
        }
        var clips: [Clip]
        var digest: Digest
    }

    public func tasks(in manifest: Manifest) throws -> [StageTask] {
        let names = try manifest.sources.names()
        return try manifest.tasks.outputs(stage: ProposeStage.head.name).sorted { $0.key < $1.key }.map {
            source, proposal in
            StageTask(source, inputs: [proposal], label: names[SourceID(rawValue: source)] ?? source)
        }
    }

    public func item(for tasks: [StageTask], in manifest: Manifest) throws -> Work<Item> {
        let source = SourceID(rawValue: tasks[0].key)
        let signals = try manifest.clips.signals(of: source)
        return Work(
            Item(clips: try manifest.clips.inUse(of: source).map { .init(id: $0.id, signals: signals[$0.id] ?? [:]) }))
    }

    public static func process(_ item: Item, _ rule: Filters.Rule, at bench: Bench) throws -> Output {
        let clips = item.clips.map { clip in
            Output.Clip(id: clip.id, verdicts: Filters.verdicts(signals: clip.signals, rule: rule))
        }
        return Output(clips: clips, digest: digest(of: clips))
    }

    /// Of ids, answers and the bits of the numbers: JSON of a year of footage costs seconds.
    private static func digest(of clips: [Output.Clip]) -> Digest {
        var text = ""
        for clip in clips {
            text += clip.id.rawValue
            for verdict in clip.verdicts {
                let value = verdict.value.map { String($0.bitPattern, radix: 16) } ?? "-"
                let threshold = String(verdict.threshold.bitPattern, radix: 16)
                text += " \(verdict.filter.name) \(verdict.answer.rawValue) \(value) \(threshold)"
            }
            text += "\n"
        }
        return Digest(of: text)
    }

    public func record(_ output: Output, for tasks: [StageTask], in transaction: Transaction) throws -> [TaskEnd] {
        try transaction.verdicts.record(output.clips.map { ($0.id, $0.verdicts) })
        return [.done(output.digest)]
    }

    public static func rejected(in manifest: Manifest) throws -> [String: Int] {
        try manifest.overview.reasons(of: .rejected)
    }
}
