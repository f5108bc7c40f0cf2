import Foundation
import Model
import Releases
import Testing

/// The folder layouts' lists. That the trainers read them, `Tests/conformance/trainers.py` shows.
@Suite struct FolderListingTests {
    /// What lists garble: separators, quotes, line ends, and ends that look like other values.
    private static let captions = [
        "plain", "commas, \"quotes\", 'single'", "two\nlines\r\nand a third", "  spaces at both ends  ",
        "\"quoted\"", "µm, 細胞, \u{1F9EB}, \u{2028}", "tab\there # no comment", "back\\slash \\n", "lone \r return",
    ]

    private func release(_ layouts: [Layout]) throws -> (clips: [ReleaseClip], files: [String: Data]) {
        let fixture = try ReleaseFixture()
        let clips = try Self.captions.enumerated().map { index, caption in
            var clip = try fixture.clip(index)
            clip.caption = caption
            return clip
        }
        try fixture.release(clips, layouts: layouts)
        return (clips, try fixture.contents())
    }

    private func text(_ files: [String: Data], _ path: String) throws -> String {
        String(decoding: try #require(files[path], "\(path) is not there"), as: UTF8.self)
    }

    @Test(arguments: [
        (Layout.microverse, "metadata", ["id", "prompt", "video"]),
        (.ltx, "ltx", ["caption", "media_path"]),
    ])
    func three_forms_say_the_same(layout: Layout, stem: String, columns: [String]) throws {
        let (clips, files) = try release([layout])
        for split in [Split.train, .test] {
            let stem = split == .train ? stem : "\(stem)_\(split)"
            let wanted = clips.filter { $0.split == split }.map { clip in
                let video = "videos/\(split)/\(clip.id).mp4"
                return columns.map {
                    ["id": clip.id.rawValue, "video": video, "media_path": video][$0] ?? clip.caption
                }
            }
            let decoder = JSONDecoder()
            let array = try decoder.decode([[String: String]].self, from: Data(try text(files, stem + ".json").utf8))
            #expect(array.map { row in columns.map { row[$0] } } == wanted)
            let lines = try text(files, stem + ".jsonl").split(separator: "\n").map {
                try decoder.decode([String: String].self, from: Data($0.utf8))
            }
            #expect(lines == array)
            #expect(csv(try text(files, stem + ".csv")) == [columns] + wanted)
            for row in wanted {
                #expect(columns.indices.contains { files[row[$0]] != nil }, "no video of \(row)")
            }
        }
        #expect(files["\(stem)_validation.json"] == nil)
    }

    @Test func a_release_without_training_clips_has_empty_lists() throws {
        let fixture = try ReleaseFixture()
        var clip = try fixture.clip(0)
        clip.split = .test
        try fixture.release([clip], layouts: [.microverse, .ltx, .musubi])
        let files = try fixture.contents()
        #expect(try text(files, "metadata.json") == "[\n]\n")
        #expect(try text(files, "metadata.csv") == "id,prompt,video\n")
        #expect(try text(files, "ltx.jsonl") == "" && text(files, "musubi/train.jsonl") == "")
    }

    @Test func musubi_reads_paths_from_the_release() throws {
        let (clips, files) = try release([.musubi])
        let lines = try text(files, "musubi/train.jsonl").split(separator: "\n").map {
            try JSONDecoder().decode([String: String].self, from: Data($0.utf8))
        }
        let train = clips.filter { $0.split == .train }
        #expect(
            lines == train.map { ["caption": $0.caption, "video_path": "videos/train/\($0.id).mp4"] })
        let settings = try text(files, "musubi/dataset.toml")
        for line in [
            "resolution = [832, 480]", "max_frames = 81", "frame_extraction = \"full\"",
            "video_jsonl_file = \"musubi/train.jsonl\"", "cache_directory = \"../Micro__Sim_-musubi-cache\"",
        ] { #expect(settings.split(separator: "\n").contains(Substring(line)), "\(line) is not in:\n\(settings)") }
        for clip in train {
            #expect(try text(files, "videos/train/\(clip.id).txt") == clip.caption)
        }
    }

    @Test func diffusion_pipe_gets_a_bucket_for_each_length() throws {
        let (_, files) = try release([.diffusionPipe])
        let settings = try text(files, "diffusion-pipe/dataset.toml")
        let buckets = settings.matches(of: /\[(\d+), (\d+), (\d+)\]/).map { "\($0.1)x\($0.2)x\($0.3)" }
        #expect(buckets == stride(from: 1, through: 81, by: 4).map { "832x480x\($0)" })
        #expect(settings.contains("path = \"videos/train\""))
    }

    /// The fields of RFC 4180's CSV, lines ending in LF.
    private func csv(_ text: String) -> [[String]] {
        var rows: [[String]] = [[]]
        var field = String.UnicodeScalarView()
        var isQuoted = false
        var scalars = text.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\"" where isQuoted && scalars.first == "\"": field.append(scalars.removeFirst())
            case "\"": isQuoted.toggle()
            case "," where !isQuoted, "\n" where !isQuoted:
                rows[rows.count - 1].append(String(field))
                field = .init()
                if scalar == "\n" { rows.append([]) }
            default: field.append(scalar)
            }
        }
        return Array(rows.dropLast())
    }
}
