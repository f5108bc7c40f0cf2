import Files
import Foundation
import Model
import Releases
import Testing

/// Shards for MosaicML Streaming, read back by a reader of this test, and damage in them as `verify` tells it.
@Suite struct MDSTests {
    let fixture: ReleaseFixture
    let release: String

    init() throws {
        fixture = try ReleaseFixture()
        release = fixture.root + "/release"
    }

    @Test func every_clip_is_in_its_split_in_the_release_s_order() throws {
        let clips = try fixture.clips(9)
        try fixture.release(clips, layouts: [.mds])
        let lines = try fixture.lines()
        for split in [Split.train, .test] {
            let expected = clips.indices.filter { clips[$0].split == split }
            let samples = try MDSFolder(release, split).samples()
            #expect(samples.map(\.key) == expected.map { clips[$0].id.rawValue })
            #expect(samples.map(\.json) == expected.map { lines[$0] })
            #expect(samples.map(\.text) == expected.map { clips[$0].caption })
            let videos = expected.map { FileManager.default.contents(atPath: clips[$0].rendition.path) }
            #expect(samples.map(\.video) == videos)
        }
        #expect(!FileManager.default.fileExists(atPath: release + "/mds/validation"))
        #expect(try ReleaseVerifier().verify(release).findings == [])
    }

    @Test func shards_reach_over_no_chunk_and_count_on() throws {
        try fixture.release(try fixture.clips(15), layouts: [.mds], ReleaseFixture.description(samples: 4))
        let folder = try MDSFolder(release, .train)
        #expect(folder.shards.map(\.raw_data.basename) == (0..<3).map { "shard.0000\($0).mds" })
        #expect(folder.shards.map(\.samples) == [4, 4, 2])
        #expect(try folder.samples().count == 10)
    }

    @Test func shards_end_at_64_MiB_and_a_larger_clip_has_its_own() throws {
        // Clip 2 is in the other split; 3 alone is over the limit.
        let megabytes = [30, 30, 1, 70, 20, 1, 20, 20]
        let clips = try megabytes.enumerated().map { try fixture.clip($0.offset, zeros: $0.element << 20) }
        try fixture.release(clips, layouts: [.mds], ReleaseFixture.description(bytes: 1 << 30))
        let folder = try MDSFolder(release, .train)
        #expect(folder.shards.map(\.samples) == [2, 1, 3])
        #expect(folder.shards.map { $0.raw_data.bytes <= 1 << 26 } == [true, false, true])
        #expect(try ReleaseVerifier().verify(release).findings == [])
    }

    @Test func equal_clips_make_equal_shards_whatever_the_workers() throws {
        let clips = try fixture.clips(20)
        let description = ReleaseFixture.description(samples: 2)
        var rest = clips[...]
        try fixture.release(clips, layouts: [.mds], description)
        _ = try ReleaseWriter(description, layouts: [.mds]).write(to: fixture.root + "/other", workers: 1) {
            rest.popFirst()
        }
        #expect(try fixture.contents() == fixture.contents("other"))
    }

    @Test func videos_are_decoded_once_and_their_frames_compared() throws {
        let clips = try fixture.clips(4)
        try fixture.release(clips, layouts: [.mds])
        var decoded = 0
        let report = try ReleaseVerifier(temporary: fixture.root) { path in
            decoded += 1
            let digest = try Digest(ofFile: path)
            if digest == clips[1].rendition.sha256 { throw Fault(.corrupt, "no", at: path, advice: "") }
            return digest == clips[2].rendition.sha256 ? 4 : 5
        }.verify(release)
        #expect(decoded == 4 && report.decoded == 4)
        #expect(report.findings.map(\.member) == ["\(clips[1].id).mp4", "\(clips[2].id).mp4"])
        #expect(report.findings.allSatisfy { $0.kind == .undecodable })
    }
}

extension ReleaseFixture {
    /// The lines of `clips.jsonl`.
    func lines(_ name: String = "release") throws -> [String] {
        let text = String(decoding: try contents(name)["clips.jsonl"] ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    /// A clip whose file is `zeros` bytes of nothing and its number.
    func clip(_ index: Int, zeros: Int) throws -> ReleaseClip {
        var clip = try clip(index)
        var content = Data(count: zeros)
        content[0] = UInt8(index)
        clip.rendition.sha256 = Digest(of: content)
        clip.rendition.bytes = zeros
        clip.rendition.path = root + "/renditions/zeros-\(index).mp4"
        try content.write(to: URL(fileURLWithPath: clip.rendition.path))
        return clip
    }
}

/// One split's shards, read as `streaming.base.format.mds` reads them.
struct MDSFolder {
    struct Index: Decodable { let shards: [Shard] }

    struct Shard: Decodable {
        struct File: Decodable {
            let basename: String
            let bytes: Int
            let hashes: [String: String]
        }

        let raw_data: File
        let samples: Int
        let column_names: [String]
        let column_encodings: [String]
        let hashes: [String]
        let size_limit: Int
    }

    struct Sample {
        let key: String
        let json: String
        let video: Data
        let text: String
        /// Where it lies in its shard.
        let range: Range<Int>
    }

    let path: String
    let shards: [Shard]

    init(_ release: String, _ split: Split) throws {
        path = "\(release)/mds/\(split)"
        let index = try #require(FileManager.default.contents(atPath: path + "/index.json"))
        shards = try JSONDecoder().decode(Index.self, from: index).shards
    }

    func samples() throws -> [Sample] {
        try shards.flatMap { shard in
            #expect(shard.column_names == ["clip_id", "json", "mp4", "txt"])
            #expect(shard.column_encodings == ["str", "json", "bytes", "str"])
            let data = try #require(FileManager.default.contents(atPath: "\(path)/\(shard.raw_data.basename)"))
            #expect(shard.hashes == ["sha256"] && shard.raw_data.hashes == ["sha256": Digest(of: data).hex])
            #expect(shard.raw_data.bytes == data.count)
            let samples = Self.samples(of: data)
            #expect(samples.count == shard.samples)
            return samples
        }
    }

    static func samples(of data: Data) -> [Sample] {
        (0..<number(data, at: 0)).map { sample in
            let range = number(data, at: 4 + 4 * sample)..<number(data, at: 8 + 4 * sample)
            var from = range.lowerBound + 16
            let columns = (0..<4).map { column in
                let size = number(data, at: range.lowerBound + 4 * column)
                defer { from += size }
                return data[from..<from + size]
            }
            let texts = columns.map { String(decoding: $0, as: UTF8.self) }
            return Sample(key: texts[0], json: texts[1], video: Data(columns[2]), text: texts[3], range: range)
        }
    }

    static func number(_ data: Data, at offset: Int) -> Int {
        data[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
