import Foundation
import Model
import Releases
import Synchronization
import Testing

@Suite struct ReleaseWriterTests {
    let fixture: ReleaseFixture

    init() throws { fixture = try ReleaseFixture() }

    private func members(_ shard: String, of release: String = "release") throws -> [String] {
        let reader = try TarReader("\(fixture.root)/\(release)/\(shard)", name: shard)
        var names: [String] = []
        while let member = try reader.next() { names.append(member.name) }
        return names
    }

    @Test func a_release_holds_what_it_should() throws {
        let clips = try fixture.clips(6)
        let summary = try fixture.release(clips)
        let contents = try fixture.contents()
        #expect(
            Set(contents.keys)
                == Set(
                    [
                        "README.md", "LICENSES.tsv", "checksums.sha256", "clips.jsonl", "clips.parquet",
                        "croissant.json", "diffusion-pipe/dataset.toml", "ltx.csv", "ltx.json", "ltx.jsonl",
                        "ltx_test.csv", "ltx_test.json", "ltx_test.jsonl", "mds/test/index.json",
                        "mds/test/shard.00000.mds", "mds/train/index.json", "mds/train/shard.00000.mds",
                        "metadata.csv", "metadata.json", "metadata.jsonl", "metadata_test.csv", "metadata_test.json",
                        "metadata_test.jsonl", "musubi/dataset.toml", "musubi/test.jsonl", "musubi/train.jsonl",
                        "provenance.jsonl", "recipe.json", "release.json", "test-000000.tar", "train-000000.tar",
                        "videos/test/metadata.jsonl", "videos/train/metadata.jsonl", "withheld.jsonl",
                    ] + clips.flatMap { clip in ["mp4", "txt"].map { "videos/\(clip.split)/\(clip.id).\($0)" } }))
        #expect(summary.preview.counts.clips == 6)
        #expect(summary.preview.counts.splits == ["train": 4, "test": 2])
        #expect(summary.sha256 == Digest(of: contents["checksums.sha256"]!))
        #expect(Set(summary.files.map(\.path)) == Set(contents.keys).subtracting(["checksums.sha256"]))
        for file in summary.files {
            #expect(file.sha256 == Digest(of: contents[file.path]!) && file.bytes == contents[file.path]!.count)
        }
        let train = clips.filter { $0.split == .train }
        #expect(
            try members("train-000000.tar")
                == train.flatMap { clip in ["json", "mp4", "txt"].map { "\(clip.id).\($0)" } })
        #expect(
            String(decoding: contents["clips.jsonl"]!, as: UTF8.self) == clips.map { $0.record.line + "\n" }.joined())
        for clip in clips {
            let video = "videos/\(clip.split)/\(clip.id)"
            #expect(contents["\(video).mp4"] == FileManager.default.contents(atPath: clip.rendition.path))
            #expect(contents["\(video).txt"] == Data(clip.caption.utf8))
        }
    }

    @Test func the_trainers_metadata_holds_the_training_split_alone() throws {
        let clips = try fixture.clips(4)
        try fixture.release(clips, layouts: [.microverse])
        let contents = try fixture.contents()
        let expected = clips.filter { $0.split == .train }
            .map { ["id": $0.id.rawValue, "prompt": $0.caption, "video": "videos/train/\($0.id).mp4"] }
        #expect(try JSONDecoder().decode([[String: String]].self, from: contents["metadata.json"]!) == expected)
        #expect(try JSONDecoder().decode([[String: String]].self, from: contents["metadata_test.json"]!).count == 1)
        #expect(contents["train-000000.tar"] == nil)
    }

    @Test func equal_input_gives_equal_bytes() throws {
        let clips = try fixture.clips(7)
        try fixture.release(clips, as: "a", layouts: [.webdataset, .microverse])
        try fixture.release(clips, as: "elsewhere/b", layouts: [.microverse, .webdataset, .webdataset])
        #expect(try fixture.contents("a") == fixture.contents("elsewhere/b"))
    }

    @Test func nothing_of_this_machine_is_in_a_release() throws {
        try fixture.release(try fixture.clips(3))
        for (path, data) in try fixture.contents() {
            #expect(!data.contains(Data(fixture.root.utf8)), "\(path)")
        }
    }

    @Test func shards_keep_to_the_limit_of_samples() throws {
        let clips = try fixture.clips(9)
        try fixture.release(clips, layouts: [.webdataset], ReleaseFixture.description(samples: 4))
        #expect(try members("train-000000.tar").count == 12)
        #expect(try members("train-000001.tar").count == 6)
        #expect(try members("test-000000.tar").count == 9)
    }

    @Test func shards_keep_to_the_limit_of_bytes() throws {
        // 1,512 to 2,048 bytes a video and one block of header each: about 5 KB a sample.
        let clips = try fixture.clips(9, bytes: 2000)
        try fixture.release(clips, layouts: [.webdataset], ReleaseFixture.description(bytes: 12_000))
        let shards = try fixture.contents().filter { $0.key.hasSuffix(".tar") }
        #expect(shards.count == 5)
        #expect(shards.values.allSatisfy { $0.count <= 12_000 })
        // A limit below any sample: one each, and nothing is lost.
        try fixture.release(clips, as: "single", layouts: [.webdataset], ReleaseFixture.description(bytes: 1))
        let single = try fixture.contents("single").keys.filter { $0.hasSuffix(".tar") }.sorted()
        #expect(single.count == 9)
        #expect(try single.map { try members($0, of: "single").count } == Array(repeating: 3, count: 9))
    }

    @Test(.enabled(if: has("sha256sum"), "needs sha256sum"))
    func sha256sum_accepts_the_checksums() throws {
        try fixture.release(try fixture.clips(3))
        #expect(
            try run(["sha256sum", "-c", "--strict", "--quiet", "checksums.sha256"], in: fixture.root + "/release")
                .status == 0)
        let listed = String(decoding: try fixture.contents()["checksums.sha256"]!, as: UTF8.self).split(separator: "\n")
            .map { String($0.dropFirst(66)) }
        #expect(listed == listed.sorted())
        #expect(Set(listed) == Set(try fixture.contents().keys).subtracting(["checksums.sha256"]))
    }

    @Test func each_source_has_its_line_of_licence() throws {
        try fixture.release(try fixture.clips(4))
        let table = String(decoding: try fixture.contents()["LICENSES.tsv"]!, as: UTF8.self)
        let lines = table.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        #expect(lines.map(\.count) == [8, 8, 8])
        #expect(Set(lines.dropFirst().map { $0[7] }) == ["3", "1"])
        #expect(lines.dropFirst().allSatisfy { $0[5].hasPrefix("Mitose") && $0[5].hasSuffix("\" á") })
    }

    @Test func two_accounts_of_one_source_are_refused() throws {
        var clips = try fixture.clips(2)
        clips[1].source.licence = "CC0-1.0"
        #expect(fault { try fixture.release(clips) }?.place == clips[0].source.id.rawValue)
    }

    @Test(arguments: Layouts.all)
    func an_altered_or_missing_rendition_stops_the_release(_ layout: Layout) throws {
        let clips = try fixture.clips(3)
        let path = clips[1].rendition.path
        var bytes = try #require(FileManager.default.contents(atPath: path))
        bytes[300] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let altered = fault { try fixture.release(clips, layouts: [layout]) }
        #expect(altered?.reason == .mismatch && altered?.place == path)
        #expect(altered?.what.contains(clips[1].id.rawValue) == true)
        try bytes.dropLast().write(to: URL(fileURLWithPath: path))
        #expect(fault { try fixture.release(clips, layouts: [layout]) }?.what.contains("699 bytes") == true)
        try FileManager.default.removeItem(atPath: path)
        let missing = fault { try fixture.release(clips, layouts: [layout]) }
        #expect(missing?.reason == .unreadable && missing?.place == path)
        // Shards that were complete may wait for --resume, hidden.
        let there = try FileManager.default.contentsOfDirectory(atPath: fixture.root)
        #expect(Set(there).subtracting([".release.partial"]) == ["renditions"])
    }

    @Test func an_occupied_place_is_left_alone() throws {
        let clips = try fixture.clips(2)
        try fixture.release(clips)
        let before = try fixture.contents()
        let place = fixture.root + "/release/release.json"
        let inode = try FileManager.default.attributesOfItem(atPath: place)[.systemFileNumber] as? Int
        // The very same release is there already: nothing is written, and the answer is its hash.
        #expect(try fixture.release(clips).sha256 == Digest(of: before["checksums.sha256"]!))
        #expect(try FileManager.default.attributesOfItem(atPath: place)[.systemFileNumber] as? Int == inode)
        #expect(fault { try fixture.release(Array(clips.dropLast())) }?.reason == .invalid)
        #expect(fault { try fixture.release(clips, layouts: [.mds]) }?.reason == .invalid)
        #expect(try fixture.contents() == before)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: fixture.root + "/file"))
        #expect(fault { try fixture.release(clips, as: "file") }?.reason == .invalid)
        try FileManager.default.createDirectory(atPath: fixture.root + "/empty", withIntermediateDirectories: false)
        try fixture.release(clips, as: "empty")
        #expect(try fixture.contents("empty") == before)
    }

    @Test func a_half_made_release_never_looks_like_one() throws {
        var rest = try fixture.clips(3)[...]
        let target = fixture.root + "/exports/release"
        let writer = try ReleaseWriter(ReleaseFixture.description(), layouts: [.webdataset, .microverse])
        let seen = Mutex(0)
        let hidden = fixture.root + "/exports/.release.partial"
        _ = try writer.write(
            to: target,
            progress: { clips in
                seen.withLock { $0 = clips }
                #expect(!FileManager.default.fileExists(atPath: target))
                #expect(FileManager.default.fileExists(atPath: hidden + "/train-000000.tar"))
                #expect(!FileManager.default.fileExists(atPath: hidden + "/checksums.sha256"))
                #expect(!FileManager.default.fileExists(atPath: hidden + "/release.json"))
            }
        ) { rest.popFirst() }
        #expect(seen.withLock { $0 } == 3)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.root + "/exports") == ["release"])
    }

    @Test func what_a_killed_export_left_is_replaced() throws {
        let left = fixture.root + "/.release.partial/videos"
        try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
        try Data("half".utf8).write(to: URL(fileURLWithPath: left + "/old.mp4"))
        try Data("half".utf8).write(to: URL(fileURLWithPath: fixture.root + "/.release.partial/train-000000.tar"))
        let clips = try fixture.clips(2)
        try fixture.release(clips)
        try fixture.release(clips, as: "clean")
        #expect(try fixture.contents() == fixture.contents("clean"))
        // No folder stays either.
        let other = fixture.root + "/.tars.partial/mds/train"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        try fixture.release(clips, as: "tars", layouts: [.webdataset])
        #expect(!FileManager.default.fileExists(atPath: fixture.root + "/tars/mds"))
    }

    @Test func two_exports_do_not_mix() throws {
        let clips = try fixture.clips(2)
        var rest = clips[...]
        var second: Fault?
        _ = try ReleaseWriter(ReleaseFixture.description(), layouts: [.webdataset])
            .write(to: fixture.root + "/release") {
                second = fault { try fixture.release(clips) }
                return rest.popFirst()
            }
        #expect(second?.reason == .busy)
        #expect(try ReleaseVerifier().verify(fixture.root + "/release").isSound)
    }

    @Test func what_is_no_release_is_refused() throws {
        let clip = try fixture.clip(0)
        #expect(fault { try fixture.release([]) }?.reason == .empty)
        #expect(fault { try fixture.release([clip], layouts: []) }?.reason == .invalid)
        #expect(fault { try fixture.release([clip, clip]) }?.place == clip.id.rawValue)
        #expect(fault { try fixture.release([clip], ReleaseFixture.description(samples: 0)) }?.reason == .invalid)
        var silent = clip
        silent.caption = " \n"
        #expect(fault { try fixture.release([silent], layouts: [.microverse]) }?.place == clip.id.rawValue)
        try fixture.release([silent], layouts: [.webdataset])
    }

    @Test func an_error_of_the_caller_comes_through() throws {
        struct Stop: Error {}
        let writer = try ReleaseWriter(ReleaseFixture.description(), layouts: [.webdataset])
        #expect(throws: Stop.self) { try writer.write(to: fixture.root + "/release") { throw Stop() } }
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.root) == ["renditions"])
    }
}
