import Foundation
import Model
import Releases
import Testing

/// VideoFolder's metadata.
@Suite struct HuggingFaceTests {
    let fixture: ReleaseFixture

    init() throws { fixture = try ReleaseFixture() }

    @Test func each_split_lists_its_clips_with_every_key() throws {
        let clips = try fixture.clips(7)
        try fixture.release(clips, layouts: [.hf])
        let contents = try fixture.contents()
        let lines = try fixture.lines()
        for split in [Split.train, .test] {
            let metadata = String(
                decoding: try #require(contents["videos/\(split)/metadata.jsonl"]), as: UTF8.self)
            let expected = clips.indices.filter { clips[$0].split == split }
                .map { "{\"file_name\":\"\(clips[$0].id).mp4\"," + lines[$0].dropFirst() + "\n" }
            #expect(metadata == expected.joined())
        }
        #expect(contents["videos/validation/metadata.jsonl"] == nil)
        for clip in clips {
            let video = contents["videos/\(clip.split)/\(clip.id).mp4"]
            #expect(video == FileManager.default.contents(atPath: clip.rendition.path))
        }
    }

    @Test func another_caption_is_found_and_its_clip_named() throws {
        let clips = try fixture.clips(4)
        try fixture.release(clips, layouts: [.hf])
        let path = fixture.root + "/release/videos/train/metadata.jsonl"
        let text = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        try Data(text.replacing("Clip 3:", with: "Clip 8:").utf8).write(to: URL(fileURLWithPath: path))
        let findings = try ReleaseVerifier().verify(fixture.root + "/release").findings
        #expect(
            findings.contains {
                $0.file == "videos/train/metadata.jsonl" && $0.member == clips[3].id.rawValue && $0.kind == .mismatch
            })
    }
}
