import Foundation
import Model
import Releases
import Testing

@Suite struct ParquetTests {
    let fixture: ReleaseFixture

    init() throws { fixture = try ReleaseFixture() }

    private func table() throws -> ParquetReader {
        try ParquetReader(try #require(try fixture.contents()["clips.parquet"]))
    }

    /// The release's records as JSON says them, by key.
    private func records() throws -> [[String: Any]] {
        try fixture.lines().map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test func every_key_of_every_clip_is_there_with_its_type() throws {
        var clips = try fixture.clips(5)
        clips[1].caption = "é\n\t\"\u{1F52C}\""
        clips[2].caption = ""
        clips[3].span = ClipSpan(ticks: TickSpan(start: -7000, end: -2000), frames: FrameSpan(start: 0, end: 1))
        clips[3].rendition.sourceFrames = [0]
        clips[4].rendition.sourceFrames = Array(0..<100)
        try fixture.release(clips, layouts: [.hf])
        let table = try table()
        let records = try records()
        #expect(table.rows == 5 && table.groupRows == [5])
        #expect(Set(table.schema).subtracting(["schema", "list", "element"]) == Set(records[0].keys))
        for key in records[0].keys.sorted() {
            let found = try table.column(key)
            let expected = records.map { Self.cell(key, $0[key]) }
            #expect(found == expected, "\(key)")
        }
        #expect(try table.column("start_pts")[3] == .integer(-7000))
        #expect(try table.column("fps")[0] == .float(16))
        #expect(try table.column("source_frames")[3] == .integers([0]))
    }

    private static func cell(_ key: String, _ value: Any?) -> ParquetReader.Cell? {
        if let text = value as? String { return .text(text) }
        if let list = value as? [Int] { return .integers(list) }
        if ["end_seconds", "fps", "start_seconds"].contains(key) { return (value as? Double).map { .float($0) } }
        return (value as? Int).map { .integer($0) }
    }

    @Test func a_row_group_is_bounded_by_rows() throws {
        let clip = try fixture.clip(0, bytes: 1)
        let clips = (0..<4100).map { index in
            var clip = clip
            clip.id = ReleaseFixture.id(index)
            return clip
        }
        try fixture.release(clips, layouts: [.hf])
        let table = try table()
        #expect(table.rows == 4100 && table.groupRows == [4096, 4])
        #expect(try table.column("clip_id") == clips.map { .text($0.id.rawValue) })
    }

    @Test func a_row_group_is_bounded_by_bytes() throws {
        let caption = String(repeating: "cells divide ", count: 5000)
        let clips = try fixture.clips(300).map { clip in
            var clip = clip
            clip.caption = caption
            return clip
        }
        try fixture.release(clips, layouts: [.hf])
        let groups = try table().groupRows
        #expect(groups.count == 2 && groups.reduce(0, +) == 300)
        #expect(try table().column("caption").allSatisfy { $0 == .text(caption) })
    }

    @Test func a_flipped_bit_anywhere_is_found() throws {
        try fixture.release(try fixture.clips(6), layouts: [.hf])
        let path = fixture.root + "/release/clips.parquet"
        let data = try #require(FileManager.default.contents(atPath: path))
        let seed = UInt64.random(in: .min ... .max)
        var random = Model.SplitMix(seed: seed)
        for _ in 0..<50 {
            let offset = random.index(data.count)
            var altered = data
            altered[offset] ^= UInt8(1) << UInt8(random.index(8))
            try altered.write(to: URL(fileURLWithPath: path))
            let findings = try ReleaseVerifier().verify(fixture.root + "/release").findings
            // Not by its hash alone: it is made once more and compared.
            #expect(
                findings.contains { $0.file == "clips.parquet" && $0.kind != .altered }, "seed \(seed): byte \(offset)")
        }
    }
}
