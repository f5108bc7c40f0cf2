import Files
import Foundation
public import Model

/// Writes a release: the clips in each layout, what is said of them, a dataset card, `croissant.json` and
/// `checksums.sha256`. Equal input gives equal bytes.
///
/// Two passes: a draft of everything but the videos, in the clips' order; then the chunks, side by side, each rendition
/// read once for all layouts. Memory grows with the number of clips only by ids, sizes and file hashes.
public struct ReleaseWriter: Sendable {
    public let description: ReleaseDescription
    public let layouts: [Layout]
    public let limits: ShardLimits

    /// Shard limits come from the recipe.
    ///
    /// - Throws: `Fault` for no layout, no name or version, or limits below 1.
    public init(_ description: ReleaseDescription, layouts: [Layout]) throws {
        guard !layouts.isEmpty else {
            throw Fault(
                .invalid, "a release needs a format", at: "export",
                advice: "Give --format one of \(Layouts.all.map(\.name).joined(separator: ", ")).")
        }
        guard !description.name.isEmpty, !description.version.isEmpty else {
            throw Fault(
                .invalid, "a release needs a name and a version", at: "export", advice: "Give the recipe both.")
        }
        self.description = description
        self.layouts = Layouts.inOrder(layouts)
        let export = description.recipe.export
        limits = try ShardLimits(samples: export.shardSamples, bytes: export.shardBytes)
    }

    /// What a release will hold, before any video is copied.
    public struct Preview: Sendable {
        public let counts: ReleaseCounts
        public let preflight: PreflightSummary
        /// The hash of what the manifest says of the clips.
        public let state: Digest
    }

    /// What was written.
    public struct Summary: Sendable {
        public let preview: Preview
        /// Every file but `checksums.sha256`, sorted by path; empty where the release stood there already.
        public let files: [ReleaseFile]
        /// The hash of `checksums.sha256`, and so of the whole release.
        public let sha256: Digest
    }

    /// Writes the release to `directory`, which appears only when it is complete and durable. Where that very release
    /// stands there already, it is left alone.
    ///
    /// - Parameters:
    ///   - resume: go on from what a stopped export of the same release completed, where there is such.
    ///   - workers: chunks written at a time. The bytes don't depend on it.
    ///   - approve: is asked once everything but the videos is known; what it throws ends the export.
    ///   - confirm: is asked right before the release gets its name.
    ///   - progress: called after each clip, from any thread, one call at a time, with the number of clips written.
    ///   - next: the clips in final order, one a call; nil at the end.
    /// - Throws: `Fault` where `directory` holds something else, there is no clip, an id comes twice, a clip is not fit
    ///   for release (`ReleaseClip.validate`), a rendition is missing or altered, or the disk is too small; whatever
    ///   `next`, `approve` and `confirm` throw.
    public func write(
        to directory: String, resume: Bool = false, workers: Int = 1,
        approve: (Preview) throws -> Void = { _ in }, confirm: () throws -> Void = {},
        progress: @Sendable (Int) -> Void = { _ in },
        clips next: () throws -> ReleaseClip?
    ) throws -> Summary {
        let staging = try StagingDirectory(for: directory, resuming: resume)
        let draft = try DraftWriter(
            description, layouts: layouts, limits: limits, in: staging.path,
            listings: { [layouts] in Layouts.listings(of: layouts, in: $0) }
        ).write(next)
        guard draft.counts.clips > 0 else {
            throw Fault(
                .empty, "no clip is fit for release", at: directory,
                advice: "See `microcurate status`: accept clips first, or export with --accept-unreviewed.")
        }
        let preview = Preview(counts: draft.counts, preflight: draft.preflight, state: draft.state)
        try approve(preview)
        var description = description
        description.state = draft.state
        if let sha256 = try published(in: directory, as: description) {
            return Summary(preview: preview, files: [], sha256: sha256)
        }
        try StagingDirectory.refuseOccupied(directory)
        let journal = try journal(of: draft, in: staging)
        try refuseSmallDisk(draft, done: journal, in: staging.path)
        var files: [ReleaseFile]
        do {
            let work = ChunkWork(directory: staging.path, layouts: layouts, workers: workers)
            files = try work.write(draft.chunks, journal: journal, progress: progress)
        } catch {
            staging.keeps = !StoppedExport(in: staging.path).chunks.isEmpty
            throw error
        }
        files += draft.listings
        files += try documents(description, draft, files: files, in: staging.path)
        files.sort { $0.path < $1.path }
        let checksums = try Self.write(Checksums(files).text, to: Checksums.name, in: staging.path)
        try confirm()
        try staging.publish()
        return Summary(preview: preview, files: files, sha256: checksums.sha256)
    }

    /// The hash of the release in `directory` where that is this very one: made from the same state in the same
    /// formats. It is complete then, since a release gets its name last. nil where there is nothing or something else.
    private func published(in directory: String, as description: ReleaseDescription) throws -> Digest? {
        func file(_ name: String) -> Data? { FileManager.default.contents(atPath: "\(directory)/\(name)") }
        guard let document = file(ReleasePath.document), let checksums = file(Checksums.name),
            let origin = try? JSONDecoder().decode(ReleaseOrigin.self, from: document),
            try origin.isThat(of: description, in: layouts)
        else { return nil }
        return Digest(of: checksums)
    }

    private func journal(of draft: ReleaseDraft, in staging: StagingDirectory) throws -> ExportJournal {
        let head = JournalHead(
            formats: layouts.map(\.name), shardSamples: limits.samples, shardBytes: limits.bytes, state: draft.state)
        if let found = staging.stopped?.head, found != head {
            throw Fault(
                .invalid, "the export that stopped was of another state of the manifest, or in other formats",
                at: staging.path, advice: "Export without --resume to begin anew.")
        }
        return try ExportJournal(head, after: staging.stopped, in: staging.path)
    }

    /// Videos are the bulk of a release; better told at once than after hours.
    private func refuseSmallDisk(_ draft: ReleaseDraft, done journal: ExportJournal, in directory: String) throws {
        let needed =
            draft.chunks.filter { journal.files(of: $0.chunk) == nil }
            .reduce(0) { $0 + $1.chunk.sizes.reduce(0) { $0 + $1.video } } * layouts.copies
        guard let free = FileSystem.freeBytes(in: directory), needed > free else { return }
        throw Fault(
            .diskFull, "the videos of this release take \(needed / 1_000_000) MB, and \(free / 1_000_000) MB are free",
            at: directory, advice: "Free some space or export to another disk.")
    }

    /// What tells of the release as a whole.
    private func documents(
        _ description: ReleaseDescription, _ draft: ReleaseDraft, files: [ReleaseFile], in directory: String
    ) throws -> [ReleaseFile] {
        let chunks = draft.chunks.map(\.chunk)
        let byPath = Dictionary(
            uniqueKeysWithValues: files.lazy.filter { !VideoFolder.holds($0.path) }.map { ($0.path, $0) })
        let shards = layouts.map { $0.shards(of: chunks, files: byPath) }
        var texts = zip(layouts, shards).flatMap { $0.documents(description, $1) }
        let document = ReleaseDocument(
            description: description, layouts: layouts, counts: draft.counts, preflight: draft.preflight, shards: shards
        )
        let card = DatasetCard(
            description: description, layouts: layouts, counts: draft.counts, preflight: draft.preflight,
            gaps: draft.gaps)
        texts += [
            ("README.md", card.text), ("recipe.json", try description.recipeJSON()),
            (ReleasePath.document, try document.json()),
        ]
        let written = try texts.map { try Self.write($0.text, to: $0.path, in: directory) }
        let croissant = Croissant(
            description: description, layouts: layouts, counts: draft.counts, files: files + written)
        return written + [try Self.write(croissant.json(), to: Croissant.name, in: directory)]
    }

    private static func write(_ text: String, to path: String, in directory: String) throws -> ReleaseFile {
        let file = try OutputFile(path, in: directory)
        try file.write(text)
        return try file.finish()
    }
}
