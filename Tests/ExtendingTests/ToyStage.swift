import Manifest
import Model
import Pipeline
import Stages
import Testing

/// How many shards the files of each source would fill.
struct WeighStage: Stage {
    static let head = StageHead(
        "weigh", version: 1, place: .worker(WorkerLimits(seconds: 60, residentBytes: 1 << 30)),
        abstract: "Tell how many shards the files of every source would fill.")

    static func rule(of recipe: Recipe) -> Int { recipe.export.shardBytes }
    let rule: Int
    init(rule: Int, in folder: WorkspaceFolder) { self.rule = rule }

    func tasks(in manifest: Manifest) throws -> [StageTask] {
        try manifest.sources.names().sorted { $0.key < $1.key }.map { source, name in
            StageTask(source.rawValue, inputs: try manifest.files.of(source).map(\.sha256), label: name)
        }
    }

    func item(for tasks: [StageTask], in manifest: Manifest) throws -> Work<[Int]> {
        Work(try manifest.files.of(SourceID(rawValue: tasks[0].key)).map(\.bytes))
    }

    static func process(_ bytes: [Int], _ rule: Int, at bench: Bench) -> Int {
        (bytes.reduce(0, +) + rule - 1) / rule
    }

    func record(_ shards: Int, for tasks: [StageTask], in transaction: Transaction) -> [TaskEnd] {
        [.done(Digest(of: "\(shards)"))]
    }
}

@Suite struct ToyStageTests {
    @Test func itRunsOnceUntilItsRuleChanges() throws {
        let toys = try ToyWorkspace(Stages.all + [WeighStage.self])
        try toys.ingest(try toys.stack("stack.tif") { page, x, y in (7 * page + x * y) % 251 })
        let stage = try WeighStage(of: toys.workspace)
        #expect(try stage.pending(in: toys.manifest).count == 1)

        let ran = try toys.runner.run([WeighStage.self])
        #expect(ran.map(\.done) == [1] && ran.map(\.failed) == [0], "\(ran)")
        #expect(try Array(toys.manifest.tasks.outputs(stage: "weigh").values) == [Digest(of: "1")])
        #expect(try stage.pending(in: toys.manifest).isEmpty)
        #expect(try toys.runner.run([WeighStage.self]).map(\.done) == [0])

        let other = WeighStage(rule: 1000, in: toys.workspace.folder)
        #expect(try other.pending(in: toys.manifest).count == 1)
        #expect(try toys.runner.run(other).done == 1)
        #expect(try Array(toys.manifest.tasks.outputs(stage: "weigh").values) != [Digest(of: "1")])
        #expect(try stage.pending(in: toys.manifest).count == 1, "the recipe's rule is another")
    }
}
