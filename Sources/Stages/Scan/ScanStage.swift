public import Analysis
import Inference
public import Manifest
public import Model
public import Pipeline
import Shots

/// One decode of a source: its frame track. Of a source that is scanned already only those parts are made that are
/// missing, or were made by another version or model.
public struct ScanStage: Stage {
    public static let head = StageHead(
        "scan", version: 2, place: .worker(WorkerLimits(seconds: 2 * 3600, residentBytes: 4 << 30)),
        abstract: "Decode every new source once: frame track, hashes, thumbnails.")

    /// The encoder's model is named as the recipe names it.
    public static func rule(of recipe: Recipe) -> ScanRule { ScanRule(of: recipe) }
    public let rule: ScanRule
    private let folder: WorkspaceFolder
    private let models = ModelDigests()
    private static let table = TrackTable.standard

    public init(rule: ScanRule, in folder: WorkspaceFolder) {
        self.rule = rule
        self.folder = folder
    }

    /// Which pictures are sampled. What else the rule asks for is a part of the track that is there or not.
    public struct Sampling: Encodable, Sendable {
        let sampleSeconds: Double
        let thumbnailSize: Int
    }

    public static func essence(of rule: ScanRule) -> Sampling {
        Sampling(sampleSeconds: rule.scan.sampleSeconds, thumbnailSize: rule.scan.thumbnailSize)
    }

    public struct Item: Codable, Sendable {
        var source: BenchSource
        var plan: ScanPlan
        /// What measures parts where that isn't this program alone, by their names.
        var makers: [String: Digest]
        /// The model of the rule's encoder, where a measurer reads it.
        var encoder: Digest?
        /// What the source has, where only `wanted` is to be added to it.
        var track: [TrackPartRecord]
        /// nil for everything.
        var wanted: [String]?
    }

    public struct Output: Codable, Sendable {
        var parts: [WrittenPart]
        /// nil where only parts were added.
        var whole: Whole?

        struct Whole: Codable, Sendable {
            var frames: Int
            var width: Int
            var height: Int
            var problems: [String]
        }
    }

    /// What the recipe has measured on this machine, and by which models.
    private func plan() throws -> (plan: ScanPlan, makers: [String: Digest]) {
        let plan = try ScanPlan(rule.resolved(from: folder.root))
        return (plan, try Self.table.makers(plan, digest: models.digest(of:)))
    }

    public func tasks(in manifest: Manifest) throws -> [StageTask] {
        let names = try manifest.sources.names()
        let tracks = try manifest.tracks.all()
        let (plan, makers) = try plan()
        let wanted = Self.table.wanted(plan, makers: makers)
        return names.sorted { $0.key < $1.key }.map { source, name in
            let isLost = tracks[source].map { track in
                !wanted.allSatisfy { $0.isMet(by: track) } || !track.allSatisfy { folder.holds($0.file) }
            }
            return StageTask(source.rawValue, inputs: [], label: name, isLost: isLost ?? false)
        }
    }

    public func item(for tasks: [StageTask], in manifest: Manifest) throws -> Work<Item> {
        let source = SourceID(rawValue: tasks[0].key)
        var (plan, makers) = try plan()
        let track = try manifest.tracks.parts(of: source).filter { folder.holds($0.file) }
        let missing = Self.table.wanted(plan, makers: makers).filter { !$0.isMet(by: track) }
        // Parts of the decode itself belong together.
        let isPartial = try isRecorded(tasks[0], in: manifest) && missing.allSatisfy(\.standsAlone)
        let files = try manifest.files.of(source)
        var inputs = files.map(BenchInput.init) + (isPartial ? folder.inputs(track) : [])
        let model = plan.rule.scan.encoder.model
        let encoder = makers[FrameSimilarity.name] == nil ? nil : try models.digest(of: model)
        if let encoder { inputs.append(BenchInput(sha256: encoder, path: model, bytes: 0)) }
        plan.rule.scan.encoder.model = ""
        return Work(
            Item(
                source: BenchSource(try manifest.sources.location(of: source), files: files), plan: plan,
                makers: makers,
                encoder: encoder, track: track, wanted: isPartial ? missing.map { $0.part.name } : nil),
            inputs: inputs)
    }

    public static func process(_ item: Item, _ rule: ScanRule, at bench: Bench) throws -> Output {
        let source = try bench.open(item.source)
        var plan = item.plan
        if let encoder = item.encoder { plan.rule.scan.encoder.model = try bench.path(of: encoder) }
        if let wanted = item.wanted {
            let added = try SourceScan.add(wanted, to: source, plan: plan, threads: bench.threads, by: table) { name in
                try item.track.first { $0.part == name }.map { try bench.bytes(of: $0.sha256) }
            }
            return Output(parts: try bench.write(added, makers: item.makers))
        }
        let scan = try SourceScan.measure(source, plan: plan, threads: bench.threads, by: table)
        return Output(
            parts: try bench.write(scan.track, makers: item.makers),
            whole: .init(frames: scan.track.count, width: scan.width, height: scan.height, problems: scan.problems))
    }

    public static func artifacts(of output: Output) -> [Artifact] { output.parts.map(\.artifact) }

    public func record(_ output: Output, for tasks: [StageTask], in transaction: Transaction) throws -> [TaskEnd] {
        let source = SourceID(rawValue: tasks[0].key)
        let parts = output.parts.map(\.record)
        guard let whole = output.whole else { return [.done(try transaction.tracks.record(parts: parts, of: source))] }
        return [
            .done(
                try transaction.tracks.record(
                    ScanRecord(
                        source: source, frames: whole.frames, width: whole.width, height: whole.height, parts: parts,
                        problems: whole.problems)))
        ]
    }

    public static func formerFingerprint(of task: StageTask, _ rule: ScanRule) throws -> Digest? {
        struct Inputs: Encodable {
            let source: String
            let version: Int
            let sampleSeconds: Double
            let thumbnailSize: Int
        }
        return try Digest(
            ofJSON: Inputs(
                source: task.key, version: head.version, sampleSeconds: rule.scan.sampleSeconds,
                thumbnailSize: rule.scan.thumbnailSize))
    }
}
