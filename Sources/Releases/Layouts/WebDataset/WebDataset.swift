import Model

/// A tar shard `SPLIT-000000.tar` a chunk; its samples are `CLIPID.json`, `CLIPID.mp4` and `CLIPID.txt`, side by side.
final class WebDatasetWriter: ChunkWriter {
    private let tar: TarWriter

    init(_ chunk: Chunk, in directory: String) throws { tar = try TarWriter(Self.path(chunk), in: directory) }

    static func path(_ chunk: Chunk) -> String { "\(chunk.split)-\(chunk.index.padded(to: 6)).tar" }

    /// Bytes that a sample takes in a shard.
    static func footprint(_ size: SampleSize) -> Int {
        TarHeader.footprint(size.json) + TarHeader.footprint(size.video) + TarHeader.footprint(size.caption)
    }

    func begin(_ sample: Sample) throws {
        try tar.append(sample.key + ".json", bytes: sample.json)
        try tar.begin(sample.key + ".mp4", size: sample.videoBytes)
    }

    func video(_ block: ArraySlice<UInt8>) throws { try tar.write(block) }

    func end(_ sample: Sample) throws {
        try tar.end()
        try tar.append(sample.key + ".txt", bytes: sample.caption)
    }

    func finish() throws -> [ReleaseFile] { [try tar.finish()] }
}
