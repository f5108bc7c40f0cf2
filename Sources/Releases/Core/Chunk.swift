import Model

/// A run of one split's clips, in the release's order, that one worker writes from front to back. No shard of any
/// layout reaches over its end, so chunks are written side by side and in any order.
struct Chunk: Sendable {
    struct Name: Codable, Hashable, Comparable, Sendable {
        let split: Split
        /// Counts the split's chunks, from 0.
        let index: Int

        static func < (a: Name, b: Name) -> Bool { (a.split, a.index) < (b.split, b.index) }
    }

    let name: Name
    /// By the names of layouts: how many shards of the split lie before this chunk.
    let shardsBefore: [String: Int]
    /// Sizes of its clips, in their order.
    let sizes: [SampleSize]

    var split: Split { name.split }
    var samples: Int { sizes.count }

    func shardsBefore(of layout: Layout) -> Int { shardsBefore[layout.name] ?? 0 }

    /// Bytes that count for a chunk beside its samples.
    static let end = 2 * SampleSize.block
}

/// Bytes of what a sample holds.
struct SampleSize: Hashable, Sendable {
    let key: Int
    let json: Int
    let caption: Int
    let video: Int

    /// Bytes that it counts for in a chunk: as in a tar archive, where each file takes whole blocks behind one of its
    /// own. Limits mean that in every layout, so that the same clips make the same chunks.
    var room: Int {
        [json, video, caption].reduce(0) { $0 + Self.block + ($1 + Self.block - 1) / Self.block * Self.block }
    }

    static let block = 512
}

/// What shards hold of a clip, but for the video.
struct Sample {
    /// The clip's id.
    let key: String
    let split: Split
    /// Its line in `clips.jsonl`, without a newline.
    let json: [UInt8]
    /// UTF-8.
    let caption: [UInt8]
    /// Bytes of the video.
    let videoBytes: Int
}

/// Writes one chunk in one layout. For each clip: `begin`, its video block by block, `end`.
protocol ChunkWriter: AnyObject {
    func begin(_ sample: Sample) throws
    func video(_ block: ArraySlice<UInt8>) throws
    func end(_ sample: Sample) throws
    /// Completes every file and names them all.
    func finish() throws -> [ReleaseFile]
}

/// Limits of one chunk, and so of each shard. A single sample over `bytes` gets one of its own.
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

extension Int {
    /// Its decimal digits behind as many zeros as make `digits`.
    func padded(to digits: Int) -> String {
        let text = String(self)
        return String(repeating: "0", count: Swift.max(0, digits - text.count)) + text
    }
}
