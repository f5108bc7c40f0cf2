/// Tar shards `SPLIT-000000.tar` whose samples are `CLIPID.json`, `CLIPID.mp4` and `CLIPID.txt`, side by side.
final class WebDatasetWriter: FormatWriter {
    /// A finished shard.
    struct Shard {
        let file: ReleaseFile
        let split: Split
        let samples: Int
    }

    private struct OpenShard {
        let writer: TarWriter
        var samples = 0
    }

    private let directory: String
    private let limits: ShardLimits
    private var open: [Split: OpenShard] = [:]
    private var started: [Split: Int] = [:]
    private(set) var shards: [Shard] = []

    init(in directory: String, limits: ShardLimits) {
        self.directory = directory
        self.limits = limits
    }

    func append(_ sample: Sample) throws {
        let split = sample.clip.split
        let bodies = [sample.clip.rendition.bytes, sample.json.utf8.count, sample.clip.caption.utf8.count]
        let footprint = bodies.reduce(TarWriter.end) { $0 + TarHeader.footprint($1) }
        if let shard = open[split],
            shard.samples >= limits.samples || shard.writer.bytes + footprint > limits.bytes
        {
            try close(split)
        }
        let shard = try open[split] ?? start(split)
        try shard.writer.append(sample.key + ".json", text: sample.json)
        try shard.writer.append(
            sample.key + ".mp4", size: sample.clip.rendition.bytes, body: sample.streamRendition)
        try shard.writer.append(sample.key + ".txt", text: sample.clip.caption)
        open[split] = OpenShard(writer: shard.writer, samples: shard.samples + 1)
    }

    func finish() throws -> [ReleaseFile] {
        for split in Split.allCases { try close(split) }
        shards.sort { $0.file.path < $1.file.path }
        return shards.map(\.file)
    }

    private func start(_ split: Split) throws -> OpenShard {
        let index = started[split, default: 0]
        started[split] = index + 1
        let digits = String(index)
        let number = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        return OpenShard(writer: try TarWriter("\(split)-\(number).tar", in: directory))
    }

    private func close(_ split: Split) throws {
        guard let shard = open.removeValue(forKey: split) else { return }
        shards.append(Shard(file: try shard.writer.finish(), split: split, samples: shard.samples))
    }
}
