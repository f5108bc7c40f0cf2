import Foundation
public import Model

/// Writes a release: the clips in each format, `clips.jsonl`, `LICENSES.tsv`, `recipe.json`, `release.json`, a dataset
/// card and `checksums.sha256`. Equal input gives equal bytes.
///
/// Memory grows with the number of clips only by their ids and file hashes; everything else streams.
public struct ReleaseWriter: Sendable {
    static let listingName = "clips.jsonl"
    static let documentName = "release.json"

    public let description: ReleaseDescription
    public let formats: [ReleaseFormat]
    public let limits: ShardLimits

    /// Shard limits come from the recipe.
    ///
    /// - Throws: `Fault` for no format, no name or version, or limits below 1.
    public init(_ description: ReleaseDescription, formats: [ReleaseFormat]) throws {
        guard !formats.isEmpty else {
            throw Fault(
                .invalid, "a release needs a format", at: "export",
                advice: "Give --format one of \(ReleaseFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        guard !description.name.isEmpty, !description.version.isEmpty else {
            throw Fault(
                .invalid, "a release needs a name and a version", at: "export", advice: "Give the recipe both.")
        }
        self.description = description
        self.formats = Set(formats).sorted()
        let export = description.recipe.export
        limits = try ShardLimits(samples: export.shardSamples, bytes: export.shardBytes)
    }

    /// What was written.
    public struct Summary: Hashable, Sendable {
        public let counts: ReleaseCounts
        public let sources: Int
        /// Every file but `checksums.sha256`, sorted by path.
        public let files: [ReleaseFile]
        /// The hash of `checksums.sha256`, and so of the whole release.
        public let sha256: Digest
    }

    /// What stands in `directory` where that is this very release already: made from the same state in the same
    /// formats. It is complete then, since a release gets its name last. nil where there is nothing or something else.
    public func published(in directory: String) throws -> (counts: ReleaseCounts, sha256: Digest)? {
        func file(_ name: String) -> Data? { FileManager.default.contents(atPath: "\(directory)/\(name)") }
        guard let document = file(Self.documentName), let checksums = file(Checksums.name),
            let origin = try? JSONDecoder().decode(ReleaseOrigin.self, from: document),
            try origin.isThat(of: description, in: formats),
            let counts = try? JSONDecoder().decode(ReleaseCounts.self, from: document)
        else { return nil }
        return (counts, Digest(of: checksums))
    }

    /// Writes the release to `directory`, which appears only when it is complete and durable.
    ///
    /// - Parameters:
    ///   - progress: called after each clip with the number of clips written.
    ///   - next: the clips in final order, one a call; nil at the end.
    /// - Throws: `Fault` where `directory` holds something, there is no clip, an id comes twice, a clip is not fit for
    ///   release (`ReleaseClip.validate`), or a rendition is missing or altered; whatever `next` throws.
    public func write(
        to directory: String, progress: (Int) -> Void = { _ in }, clips next: () throws -> ReleaseClip?
    ) throws -> Summary {
        let staging = try StagingDirectory(for: directory)
        let webDataset = formats.contains(.webdataset) ? WebDatasetWriter(in: staging.path, limits: limits) : nil
        let microVerse = formats.contains(.microverse) ? try MicroVerseWriter(in: staging.path) : nil
        let writers = [webDataset as (any FormatWriter)?, microVerse].compactMap(\.self)
        let listing = try OutputFile(Self.listingName, in: staging.path)
        var licences = LicenceTable()
        var counts = ReleaseCounts()
        var ids: Set<ClipID> = []

        while let clip = try next() {
            let sample = try Sample(clip)
            guard ids.insert(clip.id).inserted else {
                throw Fault(
                    .internal, "the clip came twice", at: sample.key,
                    advice: "Report this: a release holds a clip once.")
            }
            for writer in writers { try writer.append(sample) }
            try listing.write(sample.json + "\n")
            try licences.add(clip)
            counts.add(sample.record)
            progress(counts.clips)
        }
        guard counts.clips > 0 else {
            throw Fault(
                .empty, "no clip is fit for release", at: directory,
                advice: "See `microcurate status`: accept clips first, or export with --accept-unreviewed.")
        }

        var files = try writers.flatMap { try $0.finish() } + [try listing.finish()]
        let document = ReleaseDocument(
            description: description, formats: formats, counts: counts, sources: licences.count,
            shards: webDataset?.shards ?? [])
        let card = DatasetCard(description: description, formats: formats, counts: counts, sources: licences.count)
        for (path, text) in [
            ("LICENSES.tsv", licences.text), ("README.md", card.text),
            ("recipe.json", try description.recipeJSON()), (Self.documentName, try document.json()),
        ] {
            files.append(try Self.write(text, to: path, in: staging.path))
        }
        files.sort { $0.path < $1.path }
        let checksums = try Self.write(Checksums(files).text, to: Checksums.name, in: staging.path)
        try staging.publish()
        return Summary(counts: counts, sources: licences.count, files: files, sha256: checksums.sha256)
    }

    private static func write(_ text: String, to path: String, in directory: String) throws -> ReleaseFile {
        let file = try OutputFile(path, in: directory)
        try file.write(text)
        return try file.finish()
    }
}

/// `LICENSES.tsv`: one line a source. Control characters become spaces, so that every line has its six columns.
private struct LicenceTable {
    private var rows: [SourceID: (source: ReleaseClip.Source, clips: Int)] = [:]

    var count: Int { rows.count }

    /// - Throws: `Fault` where two clips say different things about one source.
    mutating func add(_ clip: ReleaseClip) throws {
        let source = clip.source
        let row = rows[source.id] ?? (source, 0)
        guard row.source == source else {
            throw Fault(
                .internal, "two clips disagree about their source", at: source.id.rawValue,
                advice: "Report this: a source has one title, licence and attribution.")
        }
        rows[source.id] = (source, row.clips + 1)
    }

    var text: String {
        let lines = rows.sorted { $0.key < $1.key }.map { id, row in
            [id.rawValue, row.source.licence, row.source.attribution, row.source.title, row.source.url, "\(row.clips)"]
        }
        return ([["source_id", "licence", "attribution", "title", "url", "clips"]] + lines)
            .map { $0.map(Self.cell).joined(separator: "\t") + "\n" }.joined()
    }

    private static func cell(_ text: String) -> String {
        var cell = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let breaks = scalar.properties.generalCategory == .control || ["\u{2028}", "\u{2029}"].contains(scalar)
            cell.append(breaks ? " " : scalar)
        }
        return String(cell)
    }
}
