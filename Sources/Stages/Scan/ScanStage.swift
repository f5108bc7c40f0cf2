import Analysis
import Inference
public import Manifest
import Model
public import Pipeline

/// One decode of a source: its frame track. Of a source that is scanned already only those parts are made that are
/// missing, or were made by another version or model.
public struct ScanStage: Stage {
    public let name = "scan"
    public let version = 2
    let workspace: Workspace
    private let models = ModelDigests()

    public init(workspace: Workspace) { self.workspace = workspace }

    public struct Item: Codable, Sendable {
        var source: SourceLocation
        var files: [FileRecord]
        var plan: ScanPlan
        /// What measures parts where that isn't this program alone, by their names.
        var makers: [String: Digest]
        /// What the source has, where only `wanted` is to be added to it.
        var track: [TrackPartRecord]
        /// nil for everything.
        var wanted: [String]?
    }

    public struct Output: Codable, Sendable {
        var parts: [TrackPartRecord]
        var staging: String
        /// nil where only parts were added.
        var whole: Whole?

        struct Whole: Codable, Sendable {
            var frames: Int
            var width: Int
            var height: Int
            var problems: [String]
        }
    }

    private struct Inputs: Encodable {
        let source: SourceID
        let version: Int
        let sampleSeconds: Double
        let thumbnailSize: Int
    }

    private func task(_ source: SourceID) throws -> TaskReference {
        let scan = workspace.recipe.scan
        let inputs = Inputs(
            source: source, version: version, sampleSeconds: scan.sampleSeconds, thumbnailSize: scan.thumbnailSize)
        return TaskReference(key: source.rawValue, fingerprint: try Digest(ofJSON: inputs))
    }

    /// What the recipe has measured on this machine, and by which models.
    private func plan() throws -> (plan: ScanPlan, makers: [String: Digest]) {
        let plan = try ScanPlan(for: workspace.recipe, from: workspace.root)
        return (plan, try TrackTable.standard.makers(plan, digest: models.digest(of:)))
    }

    public func pending(in manifest: Manifest) throws -> [Batch] {
        let names = try manifest.sourceNames()
        let tracks = try manifest.tracks()
        let (plan, makers) = try plan()
        let wanted = TrackTable.standard.wanted(plan, makers: makers)
        let stale = try stale(try names.keys.sorted().map(task), in: manifest) { source in
            guard let track = tracks[SourceID(rawValue: source)] else { return false }
            return !wanted.allSatisfy { $0.isMet(by: track) } || !track.allSatisfy { workspace.holds($0.file) }
        }
        return stale.map { Batch(tasks: [$0], label: names[SourceID(rawValue: $0.key)] ?? $0.key) }
    }

    public func item(for batch: Batch, in manifest: Manifest) throws -> Item {
        let task = batch.tasks[0]
        let source = SourceID(rawValue: task.key)
        let (plan, makers) = try plan()
        let track = try manifest.track(of: source).filter { workspace.holds($0.file) }
        let isScanned = try manifest.fingerprint(of: task.key, stage: name) == task.fingerprint.hex
        let missing = TrackTable.standard.wanted(plan, makers: makers).filter { !$0.isMet(by: track) }
        // Parts of the decode itself belong together.
        let isPartial = isScanned && missing.allSatisfy(\.standsAlone)
        return Item(
            source: try manifest.location(of: source), files: try manifest.files(of: source), plan: plan,
            makers: makers, track: track, wanted: isPartial ? missing.map { $0.part.name } : nil)
    }

    public func process(_ item: Item, in scratch: Scratch) throws -> Output {
        for file in item.files { try file.check() }
        func write(_ track: FrameTrack) throws -> [TrackPartRecord] {
            try TrackFiles.write(track, makers: item.makers, into: scratch.directory)
        }
        if let wanted = item.wanted {
            let added = try SourceScan.add(wanted, to: item.source, plan: item.plan, threads: scratch.threads) {
                try TrackFiles.bytes($0, item.track, workspace)
            }
            return Output(parts: try write(added), staging: scratch.directory)
        }
        let scan = try SourceScan.measure(item.source, plan: item.plan, threads: scratch.threads)
        return Output(
            parts: try write(scan.track), staging: scratch.directory,
            whole: .init(frames: scan.track.count, width: scan.width, height: scan.height, problems: scan.problems))
    }

    public func record(_ output: Output, of batch: Batch, in manifest: Manifest) throws -> [TaskReference] {
        for part in output.parts {
            try workspace.place(TrackFiles.staged(part.part, in: output.staging), at: part.file)
        }
        let source = SourceID(rawValue: batch.tasks[0].key)
        guard let whole = output.whole else {
            try manifest.record(parts: output.parts, of: source, task: batch.tasks[0], stage: name)
            return []
        }
        let scan = ScanRecord(
            source: source, frames: whole.frames, width: whole.width, height: whole.height, parts: output.parts,
            problems: whole.problems)
        try manifest.record(scan, task: batch.tasks[0], stage: name)
        return []
    }
}
