import Model

/// A run of one split's clips, in the release's order, that one worker writes from front to back. It is one tar shard;
/// no shard of any layout reaches over its end, so chunks are written side by side and in any order.
struct Chunk: Sendable {
    let split: Split
    /// Counts the split's chunks, from 0.
    let index: Int
    /// Counts the split's MDS shards before this chunk.
    let firstMDSShard: Int
    /// Sizes of its clips, in their order.
    let sizes: [SampleSize]

    var samples: Int { sizes.count }
}

/// Bytes of what a sample holds.
struct SampleSize: Hashable, Sendable {
    let key: Int
    let json: Int
    let caption: Int
    let video: Int
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

/// A finished shard, as `release.json` lists it.
struct Shard {
    let file: ReleaseFile
    let split: Split
    let samples: Int
}

extension Int {
    /// Its decimal digits behind as many zeros as make `digits`.
    func padded(to digits: Int) -> String {
        let text = String(self)
        return String(repeating: "0", count: Swift.max(0, digits - text.count)) + text
    }
}
