import Analysis
public import Manifest
import Media
import Model
public import Pipeline

/// One decode of a source: frame track, picture hashes, thumbnails. Of a source that is scanned already only those
/// parts of the track are made that are missing, or were made by another version or model.
public struct ScanStage: Stage {
    public let name = "scan"
    public let version = 2
    let workspace: Workspace

    public init(workspace: Workspace) { self.workspace = workspace }

    public struct Item: Codable, Sendable {
        var source: SourceLocation
        var files: [FileRecord]
        var scan: Recipe.Scan
        var reading: NeuralReading
        /// What measures the parts that `reading` adds.
        var makers: [String: Digest]
        /// What the source has, where only `wanted` is to be added to it.
        var track: [TrackPart]
        /// nil for everything.
        var wanted: [String]?
    }

    public struct Output: Codable, Sendable {
        var parts: [TrackPart]
        var staging: String
        /// nil where only parts were added.
        var whole: Whole?

        struct Whole: Codable, Sendable {
            var frames: Int
            var width: Int
            var height: Int
            var hashes: [Hash]
            var problems: [String]
        }

        struct Hash: Codable, Sendable {
            var pts: Int64
            var hash: PictureHash
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

    public func pending(in manifest: Manifest) throws -> [Batch] {
        let names = try manifest.sourceNames()
        let tracks = try manifest.tracks()
        let reading = try NeuralReading(for: workspace.recipe, from: workspace.root)
        let wanted = TrackFiles.wanted(try reading.makers())
        let stale = try stale(try names.keys.sorted().map(task), in: manifest) { source in
            guard let track = tracks[SourceID(rawValue: source)] else { return false }
            return !wanted.allSatisfy { $0.isMet(by: track) } || !track.allSatisfy { workspace.holds($0.file) }
        }
        return stale.map { Batch(tasks: [$0], label: names[SourceID(rawValue: $0.key)] ?? $0.key) }
    }

    public func item(for batch: Batch, in manifest: Manifest) throws -> Item {
        let task = batch.tasks[0]
        let source = SourceID(rawValue: task.key)
        let reading = try NeuralReading(for: workspace.recipe, from: workspace.root)
        let track = try manifest.track(of: source).filter { workspace.holds($0.file) }
        let isScanned = try manifest.fingerprint(of: task.key, stage: name) == task.fingerprint.hex
        let makers = try reading.makers()
        let missing = TrackFiles.wanted(makers).filter { !$0.isMet(by: track) }
        // Parts of the decode itself belong together.
        let isPartial = isScanned && missing.allSatisfy(\.standsAlone)
        return Item(
            source: try manifest.location(of: source), files: try manifest.files(of: source),
            scan: workspace.recipe.scan, reading: reading, makers: makers, track: track,
            wanted: isPartial ? missing.map(\.part) : nil)
    }

    public func process(_ item: Item, in scratch: Scratch) throws -> Output {
        for file in item.files { try file.check() }
        if item.wanted == [TransitionEvidence.part] {
            let evidence = try TrackFiles.evidence(from: item.track, in: workspace)
            let parts = try TrackFiles.write(evidence: evidence, into: scratch.directory)
            return Output(parts: parts, staging: scratch.directory)
        }
        let measured = try SourceScan.measure(
            item.source, scan: item.scan, threads: scratch.threads, reading: item.reading)
        let track = measured.track
        let parts = try TrackFiles.write(
            track, thumbnails: measured.thumbnails.encode(), makers: item.makers,
            into: scratch.directory)
        guard let wanted = item.wanted else {
            return Output(
                parts: parts, staging: scratch.directory,
                whole: .init(
                    frames: track.count, width: measured.width, height: measured.height,
                    hashes: track.samples.all.map { .init(pts: track.timing.pts[$0.ordinal], hash: $0.hash) },
                    problems: measured.problems))
        }
        func timing(_ parts: [TrackPart]) -> Digest? { parts.first { $0.part == TrackFiles.timing }?.sha256 }
        guard timing(parts) == timing(item.track) else {
            throw Fault(
                .mismatch, "it decodes otherwise than when it was scanned", at: item.source.paths.first ?? "",
                advice: "Run 'microcurate retry SOURCE', then 'microcurate run'.")
        }
        return Output(parts: parts.filter { wanted.contains($0.part) }, staging: scratch.directory)
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
            hashes: whole.hashes.map { ($0.pts, $0.hash) }, problems: whole.problems)
        try manifest.record(scan, task: batch.tasks[0], stage: name)
        return []
    }
}
