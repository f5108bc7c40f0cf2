internal import Model

/// What is carried to where a stage's work runs: JSON values, files by path and digest, and a folder of the attempt's
/// own. The answer is the output's JSON.
public struct WorkRequest: Codable, Hashable, Sendable {
    public var stage: String
    /// JSON of the stage's rule and item.
    public var rule: String
    public var item: String
    public var inputs: [BenchInput]
    /// Where outputs are written; it is there.
    public var folder: String
    public var threads: Int

    public init(stage: String, rule: String, item: String, inputs: [BenchInput], folder: String, threads: Int) {
        self.stage = stage
        self.rule = rule
        self.item = item
        self.inputs = inputs
        self.folder = folder
        self.threads = threads
    }

    /// Does the work, as one of `stages`.
    /// - Returns: the output's JSON.
    public func answer(_ stages: [any Stage.Type]) throws -> String {
        guard let type = stages.first(where: { $0.head.name == stage }) else {
            throw Fault(.internal, "there is no stage '\(stage)'", at: "worker", advice: "Report this.")
        }
        return try answer(type)
    }

    private func answer<S: Stage>(_ type: S.Type) throws -> String {
        try JSON.line(
            try S.process(
                try JSON.decode(S.Item.self, from: item), try JSON.decode(S.Rule.self, from: rule),
                at: Bench(inputs: inputs, folder: folder, threads: threads)))
    }
}
