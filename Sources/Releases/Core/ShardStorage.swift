/// How a layout keeps many clips in a file.
protocol ShardStorage: Sendable {
    /// nil where shards are told of one by one.
    var fileSet: FileSet? { get }

    /// How a chunk is cut: the ranges of its samples, a shard each.
    func ranges(of sizes: [SampleSize]) -> [Range<Int>]

    /// A shard's file, relative to the release.
    ///
    /// - Parameter index: counts the split's shards, from 0.
    func path(_ split: Split, _ index: Int) -> String

    /// - Parameter first: the index of the chunk's first shard.
    func writer(of chunk: Chunk, first: Int, in directory: String) throws -> any ChunkWriter

    /// Reads the shards of a release back, and notes what is wrong with them.
    ///
    /// - Parameters:
    ///   - present: the files of the release that can be read.
    ///   - isNamed: whether `release.json` names the layout: its shards then hold every clip.
    /// - Throws: `Fault` where a video cannot be unpacked; what is wrong with the release goes into its report.
    func examine(_ release: ReleaseExamination, present: Set<String>, isNamed: Bool) throws
}

/// A finished shard, as `release.json` lists it.
struct Shard {
    let file: ReleaseFile
    let split: Split
    let samples: Int
}
