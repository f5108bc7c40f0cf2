import Model

/// Writes a chunk as MDS shards. Holds no body: offsets follow from the sizes that the chunk announces.
final class MDSWriter: ChunkWriter {
    private let chunk: Chunk
    private let shards: MDSShards
    /// The index of the chunk's first shard.
    private let first: Int
    private let directory: String
    private var ranges: ArraySlice<Range<Int>>
    private var shard: OutputFile?
    private var files: [ReleaseFile] = []
    /// Samples begun.
    private var samples = 0
    /// Where the present sample's video begins in its shard.
    private var videoStart = 0

    init(_ chunk: Chunk, of shards: MDSShards, first: Int, in directory: String) {
        self.chunk = chunk
        self.shards = shards
        self.first = first
        self.directory = directory
        ranges = shards.ranges(of: chunk.sizes)[...]
    }

    /// - Throws: `Fault` for a sample that is not of the announced size, or over 4 GiB.
    func begin(_ sample: Sample) throws {
        let found = SampleSize(
            key: sample.key.utf8.count, json: sample.json.count, caption: sample.caption.count, video: sample.videoBytes
        )
        guard samples < chunk.samples, found == chunk.sizes[samples] else {
            throw Fault(
                .internal, "the sample is not the one that was planned here", at: sample.key,
                advice: "Report this: a release is planned from the clips that go into it.")
        }
        if samples == ranges.first?.lowerBound { try start(at: sample.key) }
        samples += 1
        try shard?.write(MDSShards.head(of: found)[...])
        try shard?.write(sample.key)
        try shard?.write(sample.json[...])
        videoStart = shard?.bytes ?? 0
    }

    func video(_ block: ArraySlice<UInt8>) throws { try shard?.write(block) }

    /// - Throws: `Fault` where the video was not of the announced size.
    func end(_ sample: Sample) throws {
        let video = (shard?.bytes ?? 0) - videoStart
        guard video == sample.videoBytes else {
            throw Fault(
                .mismatch, "\(video) bytes came where \(sample.videoBytes) were announced", at: sample.key,
                advice: "Let nothing change the file while it is exported.")
        }
        try shard?.write(sample.caption[...])
        if samples == ranges.first?.upperBound {
            try close()
            ranges.removeFirst()
        }
    }

    /// - Throws: `Fault` where samples are lacking.
    func finish() throws -> [ReleaseFile] {
        guard ranges.isEmpty else {
            throw Fault(
                .internal, "\(samples) samples came where \(chunk.samples) were planned", at: "\(chunk.split)",
                advice: "Report this: a release is planned from the clips that go into it.")
        }
        return files
    }

    private func start(at key: String) throws {
        guard let range = ranges.first else { return }
        let path = shards.path(chunk.split, first + files.count)
        let header = try MDSShards.header(of: chunk.sizes[range], at: key)
        let file = try OutputFile(path, in: directory)
        try file.write(header[...])
        shard = file
    }

    private func close() throws {
        guard let shard else { return }
        files.append(try shard.finish())
        self.shard = nil
    }
}
