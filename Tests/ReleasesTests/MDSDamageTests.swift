import Foundation
import Model
import Releases
import Testing

/// What `verify` says of damaged and hostile MDS shards, beyond that their hashes are others.
@Suite struct MDSDamageTests {
    let fixture: ReleaseFixture
    let release: String
    let shard = "mds/train/shard.00000.mds"

    init() throws {
        fixture = try ReleaseFixture()
        release = fixture.root + "/release"
        try fixture.release(try fixture.clips(6), layouts: [.mds])
    }

    private func edit(_ path: String, _ change: (inout Data) -> Void) throws {
        var data = try #require(FileManager.default.contents(atPath: release + "/" + path))
        change(&data)
        try data.write(to: URL(fileURLWithPath: release + "/" + path))
    }

    /// Findings that a hash alone would not give.
    private func found() throws -> [VerificationReport.Finding] {
        try ReleaseVerifier().verify(release).findings.filter {
            $0.kind != .altered && !$0.what.hasPrefix("release.json gives another hash")
        }
    }

    @Test func a_flipped_bit_anywhere_in_a_shard_is_found_and_its_sample_named() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = Model.SplitMix(seed: seed)
        let data = try #require(FileManager.default.contents(atPath: release + "/" + shard))
        let samples = MDSFolder.samples(of: data)
        // Every bit of a sample's sizes, both ends of its columns, and anything.
        let sample = samples[1]
        let columns = [sample.key.utf8.count, sample.json.utf8.count, sample.video.count, sample.text.utf8.count]
        let ends = columns.reduce(into: [sample.range.lowerBound + 16]) { $0.append($0[$0.count - 1] + $1) }
        var flips = (0..<128).map { (offset: sample.range.lowerBound + $0 / 8, bit: $0 % 8) }
        flips += ends.flatMap { [($0 - 1, 0), ($0, 7)] }
        flips += (0..<100).map { _ in (random.index(data.count), random.index(8)) }
        for (offset, bit) in flips {
            try edit(shard) { $0[offset] ^= 1 << UInt8(bit) }
            let findings = try found().filter { $0.file == shard }
            let place: Comment = "seed \(seed): bit \(bit) of byte \(offset)"
            #expect(!findings.isEmpty, place)
            if let index = samples.firstIndex(where: { $0.range.contains(offset) }) {
                let named = findings.contains {
                    $0.member.hasPrefix(samples[index].key) || $0.member == "sample \(index)"
                }
                #expect(named, place)
            }
            try data.write(to: URL(fileURLWithPath: release + "/" + shard))
        }
        #expect(try found() == [])
    }

    @Test func a_flipped_bit_in_an_index_is_found() throws {
        let index = "mds/train/index.json"
        let seed = UInt64.random(in: .min ... .max)
        var random = Model.SplitMix(seed: seed)
        let data = try #require(FileManager.default.contents(atPath: release + "/" + index))
        for _ in 0..<100 {
            let offset = random.index(data.count)
            try edit(index) { $0[offset] ^= UInt8(1) << UInt8(random.index(8)) }
            #expect(try found().contains { $0.file == index }, "seed \(seed): byte \(offset)")
            try data.write(to: URL(fileURLWithPath: release + "/" + index))
        }
    }

    @Test func a_shard_cut_short_anywhere_is_found() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = Model.SplitMix(seed: seed)
        let data = try #require(FileManager.default.contents(atPath: release + "/" + shard))
        for length in [0, 1, 3, 4, 7, 8, data.count - 1] + (0..<60).map({ _ in random.index(data.count) }) {
            try edit(shard) { $0 = $0.prefix(length) }
            #expect(try found().contains { $0.file == shard && $0.kind == .damaged }, "seed \(seed): \(length) bytes")
            try data.write(to: URL(fileURLWithPath: release + "/" + shard))
        }
    }

    /// Numbers that lie: where they stand, and what they say.
    @Test(arguments: [
        (0, UInt32.max, "it names 4294967295 samples"), (0, 0, "it names no samples"), (0, 6, "configuration"),
        (4, 0, "configuration"), (4, .max, "configuration"), (8, .max, "said to end"), (8, 0, "said to end"),
        (12, 0, "said to end"),
    ])
    func a_header_that_lies_is_damage(_ offset: Int, _ value: UInt32, _ what: String) throws {
        try edit(shard) { $0.replaceSubrange(offset..<offset + 4, with: Self.bytes(value)) }
        #expect(try found().contains { $0.file == shard && $0.kind == .damaged && $0.what.contains(what) })
    }

    @Test func sizes_that_lie_are_told_with_their_sample_and_the_others_are_read() throws {
        let data = try #require(FileManager.default.contents(atPath: release + "/" + shard))
        let samples = MDSFolder.samples(of: data)
        for column in 0..<4 {
            for value in [0, 1, .max, .max - 15] as [UInt32] {
                try edit(shard) {
                    let place = samples[1].range.lowerBound + 4 * column
                    $0.replaceSubrange(place..<place + 4, with: Self.bytes(value))
                }
                let findings = try found().filter { $0.file == shard }
                #expect(findings.map(\.kind) == [.damaged], "column \(column): \(value)")
                let member = findings.first?.member
                #expect(member == (column == 0 ? "sample 1" : samples[1].key))
                try data.write(to: URL(fileURLWithPath: release + "/" + shard))
            }
        }
    }

    @Test func bytes_behind_the_last_sample_are_told() throws {
        try edit(shard) { $0 += Data("more".utf8) }
        #expect(try found().contains { $0.file == shard && $0.what == "4 bytes follow its last sample" })
    }

    @Test func shards_of_another_split_are_told() throws {
        let other = try Data(contentsOf: URL(fileURLWithPath: release + "/mds/test/shard.00000.mds"))
        try edit(shard) { $0 = other }
        let findings = try found()
        #expect(findings.contains { $0.file == shard && $0.what == "it belongs to the split test" })
        #expect(findings.contains { $0.kind == .missing && $0.member == ReleaseFixture.id(0).rawValue })
        #expect(findings.contains { $0.file == "mds/train/index.json" && $0.member == "shard.00000.mds" })
    }

    @Test func a_missing_shard_leaves_its_clips_missing() throws {
        try FileManager.default.removeItem(atPath: release + "/" + shard)
        let findings = try found()
        #expect(findings.contains { $0.kind == .missing && $0.file == shard })
        #expect(findings.contains { $0.kind == .missing && $0.member == ReleaseFixture.id(1).rawValue })
        #expect(findings.contains { $0.what == "it lists 1 shards, and 0 are there" })
    }

    @Test func a_missing_index_is_told() throws {
        try FileManager.default.removeItem(atPath: release + "/mds/train/index.json")
        #expect(try found().contains { $0.kind == .missing && $0.file == "mds/train/index.json" })
    }

    private static func bytes(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
}
