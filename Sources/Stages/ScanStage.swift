import Analysis
public import Manifest
import Media
import Model
public import Pipeline

/// One decode of a source: frame track, picture hashes, thumbnails.
public struct ScanStage: Stage {
    public let name = "scan"
    public let version = 1
    let workspace: Workspace

    public init(workspace: Workspace) { self.workspace = workspace }

    public struct Item: Codable, Sendable {
        var source: SourceLocation
        var files: [FileRecord]
        var scan: Recipe.Scan
    }

    public struct Output: Codable, Sendable {
        var parts: [TrackPart]
        var staging: String
        var frames: Int
        var width: Int
        var height: Int
        var hashes: [Hash]
        var problems: [String]

        struct Hash: Codable, Sendable {
            var pts: Int64
            var hash: PictureHash
        }
    }

    private struct Inputs: Encodable {
        let source: SourceID
        let version: Int
        let scan: Recipe.Scan
    }

    public func pending(in manifest: Manifest) throws -> [Batch] {
        let names = try manifest.sourceNames()
        let files = try manifest.trackFiles()
        let wanted = try names.keys.sorted().map { id in
            TaskReference(
                key: id.rawValue,
                fingerprint: try Digest(ofJSON: Inputs(source: id, version: version, scan: workspace.recipe.scan)))
        }
        let stale = try stale(wanted, in: manifest) { source in
            files[SourceID(rawValue: source)]?.contains { !workspace.holds($0) } ?? false
        }
        return stale.map { Batch(tasks: [$0], label: names[SourceID(rawValue: $0.key)] ?? $0.key) }
    }

    public func item(for batch: Batch, in manifest: Manifest) throws -> Item {
        let source = SourceID(rawValue: batch.tasks[0].key)
        return Item(
            source: try manifest.location(of: source), files: try manifest.files(of: source),
            scan: workspace.recipe.scan)
    }

    public func process(_ item: Item, in scratch: Scratch) throws -> Output {
        for file in item.files { try file.check() }
        let measured = try SourceScan.measure(item.source, scan: item.scan, threads: scratch.threads)
        let track = measured.track
        return Output(
            parts: try TrackFiles.write(track, thumbnails: measured.thumbnails.encode(), into: scratch.directory),
            staging: scratch.directory, frames: track.count, width: measured.width, height: measured.height,
            hashes: track.samples.all.map { .init(pts: track.timing.pts[$0.ordinal], hash: $0.hash) },
            problems: measured.problems)
    }

    public func record(_ output: Output, of batch: Batch, in manifest: Manifest) throws -> [TaskReference] {
        for part in output.parts {
            try workspace.place(TrackFiles.staged(part.part, in: output.staging), at: part.file)
        }
        let scan = ScanRecord(
            source: SourceID(rawValue: batch.tasks[0].key), frames: output.frames, width: output.width,
            height: output.height, parts: output.parts, hashes: output.hashes.map { ($0.pts, $0.hash) },
            problems: output.problems)
        try manifest.record(
            scan, task: batch.tasks[0], stage: name, output: try Digest(ofJSON: output.parts.map(\.sha256)))
        return []
    }
}
