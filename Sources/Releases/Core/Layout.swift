import Model

/// The layouts that a release can hold, side by side in one directory. The folder layouts share `videos/`.
public enum ReleaseFormat: String, Codable, Sendable, CaseIterable, Comparable {
    /// Tar shards `SPLIT-000000.tar` for Python's `webdataset` and Hugging Face `datasets`.
    case webdataset
    /// `mds/SPLIT/` for MosaicML's `StreamingDataset`.
    case mds
    /// `metadata.json`, `.csv` and `.jsonl` for the MicroVerse trainer (DiffSynth-Studio).
    case microverse
    /// Hugging Face VideoFolder: `videos/SPLIT/metadata.jsonl`.
    case hf
    /// `musubi/` for musubi-tuner.
    case musubi
    /// Captions beside the videos, and `diffusion-pipe/`.
    case diffusionPipe = "diffusion-pipe"
    /// `ltx/` for the LTX trainer.
    case ltx

    public static func < (a: ReleaseFormat, b: ReleaseFormat) -> Bool { a.rank < b.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Whether it needs `videos/SPLIT/CLIP.mp4`.
    var hasVideos: Bool {
        switch self {
        case .webdataset, .mds: false
        case .microverse, .hf, .musubi, .diffusionPipe, .ltx: true
        }
    }

    /// Whether it needs the caption beside each video, as `videos/SPLIT/CLIP.txt`.
    var hasTexts: Bool { self == .musubi || self == .diffusionPipe }

    /// Whether a clip without a caption is of no use to its trainer.
    var needsCaption: Bool { ![.webdataset, .mds, .hf].contains(self) }

    /// The files that say what is in this layout.
    func listings(in place: any ListingPlace) -> [any Listing] {
        switch self {
        case .webdataset, .mds, .diffusionPipe: []
        case .microverse: [MicroVerseListing(in: place)]
        case .hf: [HuggingFaceListing(in: place)]
        case .musubi: [MusubiListing(in: place)]
        case .ltx: [LTXListing(in: place)]
        }
    }

    /// The shards that it makes of chunks, in their order, and what those hold; none for a layout of folders.
    func shards(of chunks: [Chunk], files: [String: ReleaseFile]) -> [Shard] {
        chunks.flatMap { chunk in
            let names: [(path: String, samples: Int)] =
                switch self {
                case .webdataset: [(WebDatasetWriter.path(chunk), chunk.samples)]
                case .mds:
                    MDSShards.ranges(of: chunk.sizes).enumerated().map { index, range in
                        (MDSShards.path(chunk.split, chunk.firstMDSShard + index), range.count)
                    }
                default: []
                }
            return names.compactMap { name in
                files[name.path].map { Shard(file: $0, split: chunk.split, samples: name.samples) }
            }
        }
    }

    /// Files that don't depend on single clips.
    func documents(
        _ description: ReleaseDescription, shards: [(format: ReleaseFormat, shards: [Shard])]
    ) -> [(path: String, text: String)] {
        switch self {
        case .mds: MDSShards.indices(shards.flatMap { $0.format == .mds ? $0.shards : [] })
        case .musubi: MusubiListing.documents(profile: description.profile, name: description.name)
        case .diffusionPipe: DiffusionPipeListing.documents(profile: description.profile)
        case .webdataset, .microverse, .hf, .ltx: []
        }
    }
}

/// Limits of one shard. A single sample over `bytes` gets a shard of its own.
public struct ShardLimits: Hashable, Sendable {
    public var samples: Int
    public var bytes: Int

    /// - Throws: `Fault` unless both are at least 1.
    public init(samples: Int, bytes: Int) throws {
        guard samples > 0, bytes > 0 else {
            throw Fault(
                .invalid, "a shard of \(samples) samples and \(bytes) bytes holds nothing", at: "export",
                advice: "Give export.shard_samples and export.shard_bytes numbers of at least 1.")
        }
        self.samples = samples
        self.bytes = bytes
    }
}
