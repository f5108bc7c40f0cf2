/// One way in which a release holds its clips, and all that is told of it: a value in `Layouts/`, and a line in
/// `Layouts.all`. The layouts of a release lie side by side in one directory.
public struct Layout: Sendable {
    /// Where the videos are.
    enum Storage: Sendable {
        /// A file a clip in `VideoFolder`, which all such layouts of a release share; with `texts` its caption beside it.
        case videos(texts: Bool)
        /// Many clips a file, in files of its own.
        case shards(any ShardStorage)
    }

    /// As `--format` and `release.json` have it.
    public let name: String
    /// nil where it is for a loader, which gives what is there. No trainer learns from a clip without a caption.
    public let trainer: Trainer?
    let storage: Storage
    /// The files that say what is in this layout.
    let listings: @Sendable (any ListingPlace) -> [any Listing]
    /// Files that don't depend on single clips. The shards are its own, in their order.
    let documents: @Sendable (ReleaseDescription, _ shards: [Shard]) -> [(path: String, text: String)]
    /// Patterns of the files that `datasets.load_dataset(DIRECTORY)` is to take for a split; none where it can't.
    let dataFiles: @Sendable (Split) -> [String]
    /// For the card, in Markdown: how to load it, by the example of a split that holds clips.
    let loading: @Sendable (Split) -> String

    init(
        _ name: String, trainer: Trainer? = nil, storage: Storage,
        listings: @escaping @Sendable (any ListingPlace) -> [any Listing] = { _ in [] },
        documents: @escaping @Sendable (ReleaseDescription, [Shard]) -> [(path: String, text: String)] = { _, _ in [] },
        dataFiles: @escaping @Sendable (Split) -> [String] = { _ in [] },
        loading: @escaping @Sendable (Split) -> String
    ) {
        (self.name, self.trainer, self.storage) = (name, trainer, storage)
        (self.listings, self.documents) = (listings, documents)
        (self.dataFiles, self.loading) = (dataFiles, loading)
    }

    /// For a trainer, whose name it has: a file a clip.
    ///
    /// - Parameter texts: whether it needs the caption beside each video, as `videos/SPLIT/CLIP.txt`.
    package init(
        for trainer: Trainer, texts: Bool = false,
        listings: @escaping @Sendable (any ListingPlace) -> [any Listing] = { _ in [] },
        documents: @escaping @Sendable (ReleaseDescription) -> [(path: String, text: String)] = { _ in [] },
        loading: @escaping @Sendable (Split) -> String
    ) {
        self.init(
            trainer.name, trainer: trainer, storage: .videos(texts: texts), listings: listings,
            documents: { description, _ in documents(description) }, loading: loading)
    }
}

/// Layouts of one name are one.
extension Layout: Equatable {
    public static func == (a: Layout, b: Layout) -> Bool { a.name == b.name }
}

extension Layout {
    /// nil for a layout of videos.
    var shardStorage: (any ShardStorage)? { if case .shards(let shards) = storage { shards } else { nil } }

    /// The shards that it makes of chunks, in their order, and what those hold; none for a layout of videos.
    func shards(of chunks: [Chunk], files: [String: ReleaseFile]) -> [Shard] {
        guard let shardStorage else { return [] }
        return chunks.flatMap { chunk in
            shardStorage.ranges(of: chunk.sizes).enumerated().compactMap { index, range in
                files[shardStorage.path(chunk.split, chunk.shardsBefore(of: self) + index)].map {
                    Shard(file: $0, split: chunk.split, samples: range.count)
                }
            }
        }
    }
}

extension [Layout] {
    /// Whether a release in them has `videos/`.
    var haveVideos: Bool { contains { $0.shardStorage == nil } }

    /// Whether captions lie beside the videos.
    var haveTexts: Bool { contains { if case .videos(true) = $0.storage { true } else { false } } }

    /// How often a release in them holds each video.
    var copies: Int { count { $0.shardStorage != nil } + (haveVideos ? 1 : 0) }

    /// Files that are told of together.
    var fileSets: [FileSet] { VideoFolder.sets + compactMap { $0.shardStorage?.fileSet } }

    /// What writes a chunk in all of them.
    func writers(of chunk: Chunk, in directory: String) throws -> [any ChunkWriter] {
        let shards = try compactMap { layout in
            try layout.shardStorage?.writer(of: chunk, first: chunk.shardsBefore(of: layout), in: directory)
        }
        return shards + (haveVideos ? [VideoFolderWriter(in: directory, texts: haveTexts)] : [])
    }
}
