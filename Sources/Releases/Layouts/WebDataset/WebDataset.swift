import Model

extension Layout {
    /// Tar shards `SPLIT-000000.tar` for Python's `webdataset` and Hugging Face `datasets`, a shard a chunk.
    package static let webdataset = Layout(
        "webdataset", storage: .shards(TarShards()), dataFiles: { ["\($0)-*.tar"] },
        loading: { split in
            """
            Tar shards, with `webdataset` (each sample has `mp4`, `txt` and `json`) or `datasets.load_dataset(".")`:

            ```python
            import glob
            import webdataset

            shards = sorted(glob.glob("\(split)-*.tar"))
            for sample in webdataset.WebDataset(shards, shardshuffle=False):
                video, caption = sample["mp4"], sample["txt"].decode()
            ```
            """
        })
}

private struct TarShards: ShardStorage {
    var fileSet: FileSet? { nil }

    func ranges(of sizes: [SampleSize]) -> [Range<Int>] { [sizes.indices] }

    func path(_ split: Split, _ index: Int) -> String { "\(split)-\(index.padded(to: 6)).tar" }

    func writer(of chunk: Chunk, first: Int, in directory: String) throws -> any ChunkWriter {
        WebDatasetWriter(try TarWriter(path(chunk.split, first), in: directory))
    }

    func examine(_ release: ReleaseExamination, present: Set<String>, isNamed: Bool) throws {
        try TarExamination(release).run(present: present, isNamed: isNamed)
    }
}

/// Samples are `CLIPID.json`, `CLIPID.mp4` and `CLIPID.txt`, side by side.
private final class WebDatasetWriter: ChunkWriter {
    private let tar: TarWriter

    init(_ tar: TarWriter) { self.tar = tar }

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
