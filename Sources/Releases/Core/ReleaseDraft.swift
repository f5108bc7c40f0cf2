import Model

/// A release but for its videos: every listing is written, what the chunks will hold is spooled.
struct ReleaseDraft {
    /// A chunk, and where its first clip stands in the spool of its split.
    struct PlannedChunk: Sendable {
        let chunk: Chunk
        let offset: Int
    }

    /// By split, then index.
    let chunks: [PlannedChunk]
    let counts: ReleaseCounts
    let preflight: PreflightSummary
    let gaps: ReleaseGaps
    /// The hash of all that the clips and the annotations say, in their order, and of what is withheld.
    let state: Digest
    let listings: [ReleaseFile]
}

/// The first pass over the clips. Memory grows with their number by id, sizes and nothing else.
final class DraftWriter: ListingPlace {
    private struct OpenSplit {
        let spool: SpoolWriter
        var index = 0
        /// By the names of layouts: how many shards of theirs its chunks make.
        var shards: [String: Int] = [:]
        var offset = 0
        var sizes: [SampleSize] = []
        var bytes = 0
    }

    private static let newline = [UInt8(ascii: "\n")]

    private let directory: String
    private let layouts: [Layout]
    private let limits: ShardLimits
    private let withheld: [WithheldClip]
    private let needsCaption: Bool
    private let makeListings: (any ListingPlace) -> [any Listing]
    private var files: [OutputFile] = []
    private var open: [Split: OpenSplit] = [:]
    private var chunks: [ReleaseDraft.PlannedChunk] = []
    private var counts = ReleaseCounts()
    private var preflight: Preflight
    private var gaps = ReleaseGaps()
    private var ids: Set<ClipID> = []

    /// - Parameter listings: makes those of the release in their place.
    init(
        _ description: ReleaseDescription, layouts: [Layout], limits: ShardLimits, in directory: String,
        listings: @escaping (any ListingPlace) -> [any Listing]
    ) {
        self.directory = directory
        self.layouts = layouts
        self.limits = limits
        makeListings = listings
        withheld = description.withheld
        let trainers = layouts.compactMap(\.trainer)
        needsCaption = !trainers.isEmpty
        preflight = Preflight(trainers: trainers, profile: description.profile)
    }

    func begin(_ path: String) throws -> any ByteSink {
        let file = try OutputFile(path, in: directory)
        files.append(file)
        return file
    }

    func write(_ next: () throws -> ReleaseClip?) throws -> ReleaseDraft {
        let clips = try begin(ReleasePath.clips)
        let provenance = try begin(ReleasePath.provenance)
        let excluded = try begin(ReleasePath.withheld)
        for clip in withheld { try excluded.write(clip.line + "\n") }
        let listings = makeListings(self)
        while let clip = try next() {
            try clip.validate(captioned: needsCaption)
            guard ids.insert(clip.id).inserted else {
                throw Fault(
                    .internal, "the clip came twice", at: clip.id.rawValue,
                    advice: "Report this: a release holds a clip once.")
            }
            let record = clip.record
            let json = record.json
            try clips.write((json + Self.newline)[...])
            for annotation in clip.annotations { try provenance.write((annotation.json + Self.newline)[...]) }
            for listing in listings { try listing.append(record) }
            counts.add(record)
            preflight.add(record)
            gaps.add(record)
            try plan(clip, json: json)
        }
        for listing in listings { try listing.finish() }
        for split in Split.allCases { try close(split) }
        for split in open.values { try split.spool.finish() }
        let written = try files.map { try $0.finish() }
        return ReleaseDraft(
            chunks: chunks.sorted { $0.chunk.name < $1.chunk.name },
            counts: counts, preflight: preflight.summary, gaps: gaps,
            state: Digest(of: written.prefix(3).map { "\($0.sha256)  \($0.path)\n" }.joined()), listings: written)
    }

    private func plan(_ clip: ReleaseClip, json: [UInt8]) throws {
        let split = clip.split
        if open[split] == nil { open[split] = OpenSplit(spool: try SpoolWriter(split, in: directory)) }
        let spool = open[split]!.spool
        let start = spool.offset
        let size = try spool.append(clip, json: json)
        let bytes = open[split]!.bytes + size.room + Chunk.end
        if open[split]!.sizes.count >= limits.samples || bytes > limits.bytes { try close(split) }
        if open[split]!.sizes.isEmpty { open[split]!.offset = start }
        open[split]!.sizes.append(size)
        open[split]!.bytes += size.room
    }

    private func close(_ split: Split) throws {
        guard var present = open[split], !present.sizes.isEmpty else { return }
        let chunk = Chunk(
            name: Chunk.Name(split: split, index: present.index), shardsBefore: present.shards, sizes: present.sizes)
        chunks.append(ReleaseDraft.PlannedChunk(chunk: chunk, offset: present.offset))
        present.index += 1
        for layout in layouts {
            guard let storage = layout.shardStorage else { continue }
            present.shards[layout.name, default: 0] += storage.ranges(of: present.sizes).count
        }
        present.sizes = []
        present.bytes = 0
        open[split] = present
    }
}

extension WithheldClip {
    /// A line of `withheld.jsonl`, without a newline.
    fileprivate var line: String {
        JSONNode.members([
            ("clip_id", .text(clipId.rawValue)), ("detail", .text(detail)), ("reason", .text(reason.rawValue)),
        ]).line
    }
}
