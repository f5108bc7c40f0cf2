import Files
import Foundation
import Model
import Releases
import Testing

@Suite struct ReleaseVerifierTests {
    let fixture: ReleaseFixture
    let release: String
    let clips: [ReleaseClip]

    init() throws {
        fixture = try ReleaseFixture()
        release = fixture.root + "/release"
        clips = try fixture.clips(6)
        try fixture.release(clips)
    }

    private func findings() throws -> [VerificationReport.Finding] { try ReleaseVerifier().verify(release).findings }

    private func edit(_ path: String, _ change: (inout Data) -> Void) throws {
        var data = try #require(FileManager.default.contents(atPath: release + "/" + path))
        change(&data)
        try data.write(to: URL(fileURLWithPath: release + "/" + path))
    }

    /// Writes the checksums anew, so that only the content's own contradictions are left to find.
    private func reseal() throws {
        var lines = ""
        for (path, data) in try fixture.contents().sorted(by: { $0.key < $1.key }) where path != "checksums.sha256" {
            lines += "\(Digest(of: data))  \(path)\n"
        }
        try Data(lines.utf8).write(to: URL(fileURLWithPath: release + "/checksums.sha256"))
    }

    @Test func a_fresh_release_is_sound() throws {
        let report = try ReleaseVerifier().verify(release)
        #expect(report.findings == [])
        #expect(report.files == (try fixture.contents()).count && report.clips == 6 && report.decoded == 0)
        #expect(report.sha256 == Digest(of: try fixture.contents()["checksums.sha256"]!))
    }

    @Test func a_flipped_bit_anywhere_is_found_and_named() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix(seed: seed)
        for (path, data) in try fixture.contents().sorted(by: { $0.key < $1.key }) where !data.isEmpty {
            for _ in 0..<10 {
                let offset = Int(random.next() % UInt64(data.count))
                let bit = UInt8(1) << UInt8(random.next() % 8)
                try edit(path) { $0[offset] ^= bit }
                let found = try findings()
                let named = found.contains { $0.file == path } || (path == "checksums.sha256" && !found.isEmpty)
                #expect(named, "seed \(seed): bit \(bit) of byte \(offset) of \(path)")
                try data.write(to: URL(fileURLWithPath: release + "/" + path))
            }
        }
        #expect(try findings() == [])
    }

    @Test func a_flip_within_a_video_names_its_member() throws {
        // The first body of a shard is the JSON of the first clip; its video lies behind that.
        let json = clips[0].record.line.utf8.count
        let video = 512 + (json + 511) / 512 * 512 + 512
        try edit("train-000000.tar") { $0[video + 100] ^= 0x80 }
        let found = try findings()
        #expect(
            found.contains {
                $0.file == "train-000000.tar" && $0.member == "\(clips[0].id).mp4" && $0.kind == .mismatch
            })
        #expect(found.contains { $0.file == "train-000000.tar" && $0.kind == .altered })
        #expect(!found.contains { $0.member.hasPrefix(clips[1].id.rawValue) })
    }

    @Test func missing_and_extra_files_are_named() throws {
        try FileManager.default.removeItem(atPath: release + "/README.md")
        try FileManager.default.removeItem(atPath: release + "/test-000000.tar")
        try Data().write(to: URL(fileURLWithPath: release + "/videos/extra.mp4"))
        try FileManager.default.createSymbolicLink(
            atPath: release + "/link", withDestinationPath: clips[0].rendition.path)
        let found = try findings()
        #expect(found.contains { $0.kind == .missing && $0.file == "README.md" })
        #expect(found.contains { $0.kind == .missing && $0.file == "test-000000.tar" })
        #expect(found.contains { $0.kind == .extra && $0.file == "videos/extra.mp4" })
        #expect(found.contains { $0.kind == .extra && $0.file == "link" })
        #expect(found.contains { $0.kind == .missing && $0.member == clips[2].id.rawValue })
    }

    @Test func a_release_without_checksums_is_none() throws {
        try FileManager.default.removeItem(atPath: release + "/checksums.sha256")
        #expect(try findings().map(\.file) == ["checksums.sha256"])
        #expect(fault { _ = try ReleaseVerifier().verify(fixture.root + "/nowhere") }?.reason == .unreadable)
    }

    @Test func a_truncated_shard_is_named_with_its_member() throws {
        try edit("train-000000.tar") { $0 = $0.prefix(5000) }
        let found = try findings()
        #expect(found.contains { $0.kind == .damaged && $0.file == "train-000000.tar" && !$0.member.isEmpty })
        #expect(found.contains { $0.kind == .altered && $0.file == "train-000000.tar" })
    }

    @Test func checksums_never_lead_outside() throws {
        try edit("checksums.sha256") {
            $0 += Data("\(Digest(of: "x"))  ../renditions/x\n\(Digest(of: "x"))  /etc/passwd\n".utf8)
        }
        let found = try findings()
        #expect(found.map(\.kind) == [.damaged, .damaged])
        #expect(found.allSatisfy { $0.file == "checksums.sha256" })
    }

    @Test func a_sealed_contradiction_is_still_found() throws {
        // The caption of a clip changed in one place, with new checksums: the parts disagree.
        try edit("metadata.json") { data in
            data = Data(String(decoding: data, as: UTF8.self).replacing("Clip 0:", with: "Clip 9:").utf8)
        }
        try edit("clips.jsonl") { data in
            data = Data(String(decoding: data, as: UTF8.self).replacing("Clip 4:", with: "Clip 8:").utf8)
        }
        try reseal()
        let found = try findings()
        #expect(
            found.contains { $0.file == "metadata.json" && $0.member == clips[0].id.rawValue && $0.kind == .mismatch })
        #expect(found.contains { $0.file == "train-000000.tar" && $0.member == "\(clips[4].id).json" })
        #expect(!found.contains { $0.kind == .altered })
    }

    @Test(arguments: ["\"fps\":0.0", "\"fps\":1.0e300", "\"bytes\":9223372036854775807"])
    func numbers_that_no_clip_can_have_are_told(_ member: String) throws {
        let key = member.prefix { $0 != ":" }
        try edit("clips.jsonl") { data in
            let text = String(decoding: data, as: UTF8.self)
            data = Data(text.replacing(try! Regex("\(key):[0-9.]+"), with: member).utf8)
        }
        try reseal()
        let found = try findings()
        #expect(found.count { $0.kind == .damaged && $0.file == "clips.jsonl" && $0.what.contains("numbers") } == 6)
    }

    @Test func a_licence_that_disagrees_hides_no_other_clip() throws {
        try edit("clips.jsonl") { data in
            let text = String(decoding: data, as: UTF8.self)
            data = Data(text.replacing("\"licence\":\"\"", with: "\"licence\":\"CC0-1.0\"", maxReplacements: 1).utf8)
        }
        try reseal()
        let report = try ReleaseVerifier().verify(release)
        #expect(report.clips == 6)
        #expect(report.findings.contains { $0.file == "clips.jsonl" && $0.what.contains("disagrees") })
    }

    @Test func counts_are_held_against_the_clips() throws {
        try edit("release.json") { data in
            data = Data(String(decoding: data, as: UTF8.self).replacing("\"clips\": 6", with: "\"clips\": 7").utf8)
        }
        try reseal()
        #expect(try findings().map(\.description) == ["release.json: clips: it says 7, and clips.jsonl holds 6"])
    }

    @Test func a_sample_without_its_caption_is_named() throws {
        let shard = try TarWriter("new.tar", in: release)
        let reader = try TarReader(release + "/train-000000.tar", name: "train-000000.tar")
        while let member = try reader.next() {
            let body = try reader.readAll()
            if member.name == "\(clips[1].id).txt" { continue }
            try shard.append(member.name, bytes: body)
        }
        _ = try shard.finish()
        try FileManager.default.removeItem(atPath: release + "/train-000000.tar")
        try FileManager.default.moveItem(atPath: release + "/new.tar", toPath: release + "/train-000000.tar")
        try reseal()
        let found = try findings()
        #expect(found.contains { $0.member == clips[1].id.rawValue && $0.what.contains("holds json, mp4, not") })
        #expect(found.contains { $0.what.contains("another hash for this shard") })
    }

    @Test func frames_are_counted_once_a_video_and_compared() throws {
        var decoded = 0
        let verifier = ReleaseVerifier(temporary: fixture.root) { path in
            decoded += 1
            let digest = try Digest(ofFile: path)
            if digest == clips[5].rendition.sha256 { throw Fault(.corrupt, "no", at: path, advice: "") }
            return digest == clips[3].rendition.sha256 ? 4 : 5
        }
        let report = try verifier.verify(release)
        #expect(decoded == 6 && report.decoded == 6)
        #expect(report.findings.map(\.member) == ["\(clips[5].id).mp4", "\(clips[3].id).mp4"])
        #expect(report.findings.allSatisfy { $0.kind == .undecodable })
        #expect(report.findings[1].what == "it decodes to 4 frames, and its JSON says 5")
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: fixture.root)) == ["release", "renditions"])
    }

    @Test func a_microverse_release_alone_is_decoded_in_place() throws {
        try fixture.release(clips, as: "trainer", layouts: [.microverse])
        let report = try ReleaseVerifier { _ in 3 }.verify(fixture.root + "/trainer")
        #expect(Set(report.findings.map(\.file)) == Set(clips.map { "videos/\($0.split)/\($0.id).mp4" }))
        #expect(try ReleaseVerifier { _ in 5 }.verify(fixture.root + "/trainer").isSound)
    }

    @Test func records_come_back_in_order() throws {
        var ids: [ClipID] = []
        try SampleRecord.forEach(inRelease: release) { record, _ in ids.append(record.clipId) }
        #expect(ids == clips.map(\.id))
    }
}
