import Model

/// The layout of MosaicML Streaming's MDS, version 2: `mds/SPLIT/index.json` and `mds/SPLIT/shard.00000.mds`.
///
/// A shard is `u32 n`, `u32 offsets[n + 1]` from its beginning, its configuration as JSON, then the samples; a sample
/// is a u32 size for each column, then the columns' bytes; little-endian. As `streaming` 0.13.0 reads it.
struct MDSShards: ShardStorage {
    static let folder = "mds"
    /// Bytes of a shard, as MosaicML's own writer has it; offsets could tell 4 GiB.
    private static let limit = 1 << 26
    /// Name and encoding, in the order in which samples hold them: sorted, as the reader wants them.
    static let columns = [("clip_id", "str"), ("json", "json"), ("mp4", "bytes"), ("txt", "str")]
    /// Bytes of the sizes before a sample's columns.
    static let sampleHead = 4 * columns.count

    static func indexPath(_ split: Split) -> String { "\(folder)/\(split)/index.json" }

    /// - Parameter index: counts the split's shards, from 0.
    func path(_ split: Split, _ index: Int) -> String { "\(Self.folder)/\(split)/" + Self.name(index) }

    private static func name(_ index: Int) -> String { "shard.\(index.padded(to: 5)).mds" }

    var fileSet: FileSet? {
        FileSet(name: "mds-shards", mediaType: "application/octet-stream", folder: Self.folder, suffix: ".mds")
    }

    func writer(of chunk: Chunk, first: Int, in directory: String) -> any ChunkWriter {
        MDSWriter(chunk, of: self, first: first, in: directory)
    }

    func examine(_ release: ReleaseExamination, present: Set<String>, isNamed: Bool) throws {
        if isNamed { try MDSExamination(release).run(present: present) }
    }

    /// Cuts a chunk into shards of at most `limit` bytes. A single sample over it gets a shard of its own.
    func ranges(of sizes: [SampleSize]) -> [Range<Int>] {
        let empty = 8 + Self.configuration.count
        var ranges: [Range<Int>] = []
        var start = 0
        var bytes = empty
        for (index, size) in sizes.enumerated() {
            let more = 4 + Self.footprint(size)
            if index > start, bytes + more > Self.limit {
                ranges.append(start..<index)
                start = index
                bytes = empty
            }
            bytes += more
        }
        if start < sizes.count { ranges.append(start..<sizes.count) }
        return ranges
    }

    /// What stands before the samples of a shard.
    ///
    /// - Throws: `Fault` where the shard would be over 4 GiB: one sample is.
    static func header(of sizes: ArraySlice<SampleSize>, at place: String) throws -> [UInt8] {
        var header: [UInt8] = []
        var offset = 4 + 4 * (sizes.count + 1) + configuration.count
        header.reserveCapacity(offset)
        header.append(littleEndian: UInt32(sizes.count))
        header.append(littleEndian: UInt32(offset))
        for size in sizes {
            offset += footprint(size)
            guard offset <= Int(UInt32.max) else {
                throw Fault(
                    .invalid, "a sample in an MDS shard holds at most 4 GiB", at: place,
                    advice: "Use shorter clips, or export without --format mds.")
            }
            header.append(littleEndian: UInt32(offset))
        }
        return header + configuration
    }

    /// The sizes before a sample's columns.
    ///
    /// - Precondition: `header` took it.
    static func head(of size: SampleSize) -> [UInt8] {
        var head: [UInt8] = []
        for bytes in [size.key, size.json, size.video, size.caption] {
            head.append(littleEndian: UInt32(bytes))
        }
        return head
    }

    /// The configuration as a shard holds it.
    static let configuration = Array(JSONNode.object(settings).line.utf8)

    /// The `index.json` of every split that has shards.
    ///
    /// - Parameter shards: each split's in their order.
    static func indices(_ shards: [Shard]) -> [(path: String, text: String)] {
        Split.allCases.compactMap { split in
            let own = shards.filter { $0.split == split }
            return own.isEmpty ? nil : (indexPath(split), index(of: own))
        }
    }

    /// The text of one split's `index.json`.
    ///
    /// - Parameter shards: of that split, in their order.
    static func index(of shards: [Shard]) -> String {
        let entries = shards.enumerated().map { index, shard in
            let file: [String: JSONNode] = [
                "basename": .text(name(index)), "bytes": .integer(shard.file.bytes),
                "hashes": .object([hash: .text(shard.file.sha256.hex)]),
            ]
            let facts: [String: JSONNode] = [
                "raw_data": .object(file), "samples": .integer(shard.samples), "zip_data": .null,
            ]
            return JSONNode.object(settings.merging(facts) { own, _ in own })
        }
        return JSONNode.object(["shards": .list(entries), "version": .integer(version)]).line + "\n"
    }

    private static let version = 2
    private static let hash = "sha256"

    private static var settings: [String: JSONNode] {
        [
            "column_encodings": .list(columns.map { .text($0.1) }),
            "column_names": .list(columns.map { .text($0.0) }),
            "column_sizes": .list(columns.map { _ in .null }),
            "compression": .null,
            "format": .text("mds"),
            "hashes": .list([.text(hash)]),
            "size_limit": .integer(limit),
            "version": .integer(version),
        ]
    }

    /// Bytes of a sample, without its offset.
    private static func footprint(_ size: SampleSize) -> Int {
        sampleHead + size.key + size.json + size.video + size.caption
    }
}
