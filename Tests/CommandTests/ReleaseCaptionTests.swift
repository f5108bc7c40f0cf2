import Foundation
import Model
import Testing

extension ReleaseTests {
    /// An expert's words go through every layout unharmed.
    struct CaptionTests {
        private let folder: TemporaryFolder
        private let curation: Curation

        init() throws {
            folder = try TemporaryFolder()
            curation = try #require(Releasable.current).curation.copy(to: folder.path("workspace"))
        }

        private static let captions = [
            (1...10_000).map { "cell\($0)" }.joined(separator: " "),
            "Two lines,\nthe \"second\" one,\tand a tab\\ 'x'.",
            "🔬 α‑tubulin, 5 µm, naïve — 細胞分裂 עברית e\u{301}", "00042", "null", "=1+1,;\"\"", "- a: {b} # c",
        ]

        /// Accepts one clip for each caption.
        /// - Returns: the bytes that each clip's caption must have: those of its NFC.
        private func accept(_ captions: [String]) throws -> [String: Data] {
            let clips = try curation.clips().filter { $0.state == "ready" }.prefix(captions.count)
            try #require(clips.count == captions.count)
            try curation.decide(
                zip(clips, captions).map { .vote($0, "ada", .accept, level: "cellular", caption: $1) })
            try curation.perform("run", "--quiet")
            let texts = captions.map { Data($0.precomposedStringWithCanonicalMapping.utf8) }
            return Dictionary(uniqueKeysWithValues: zip(clips.map(\.id), texts))
        }

        @Test func theyGoThroughEveryLayoutUnharmed() throws {
            let expected = try accept(Self.captions)
            try curation.perform(["export", "--quiet", "--name", "all"] + ReleaseFolder.allFormats)
            let release = ReleaseFolder(path: curation.path("exports/all"))
            #expect(try Command.run("verify", release.path).status == 0)
            let clips = try release.clips()
            #expect(Dictionary(uniqueKeysWithValues: clips.map { ($0.clipId, Data($0.caption.utf8)) }) == expected)

            var texts: [String: Data] = [:]
            var rows: [String: [String: Data]] = [:]
            func note(_ listing: String, _ path: String, _ caption: String) {
                rows[listing, default: [:]][((path as NSString).lastPathComponent as NSString).deletingPathExtension] =
                    Data(caption.utf8)
            }
            struct Prompt: Decodable { var video: String; var prompt: String }
            struct Video: Decodable { var fileName: String; var caption: String }
            struct Musubi: Decodable { var videoPath: String; var caption: String }
            struct Media: Decodable { var mediaPath: String; var caption: String }
            for split in Set(clips.map(\.split)) {
                let ending = split == "train" ? "" : "_\(split)"
                for line in try release.lines("metadata\(ending).jsonl", Prompt.self) {
                    note("metadata.jsonl", line.video, line.prompt)
                }
                for line in try JSON.decode([Prompt].self, from: try release.text("metadata\(ending).json")) {
                    note("metadata.json", line.video, line.prompt)
                }
                for row in try Self.csv("\(release.path)/metadata\(ending).csv") {
                    note("metadata.csv", row["video"] ?? "", row["prompt"] ?? "")
                }
                for line in try release.lines("videos/\(split)/metadata.jsonl", Video.self) {
                    note("hf", line.fileName, line.caption)
                }
                for line in try release.lines("musubi/\(split).jsonl", Musubi.self) {
                    note("musubi", line.videoPath, line.caption)
                }
                for line in try release.lines("ltx\(ending).jsonl", Media.self) {
                    note("ltx.jsonl", line.mediaPath, line.caption)
                }
                for row in try Self.csv("\(release.path)/ltx\(ending).csv") {
                    note("ltx.csv", row["media_path"] ?? "", row["caption"] ?? "")
                }
            }
            for clip in clips {
                texts[clip.clipId] = Data(try release.text("videos/\(clip.split)/\(clip.clipId).txt").utf8)
            }
            #expect(texts == expected, "the text beside the video")
            let all = ["metadata.jsonl", "metadata.json", "hf", "musubi", "ltx.jsonl"]
            for listing in all + (Self.hasPython ? ["metadata.csv", "ltx.csv"] : []) {
                let found = rows[listing] ?? [:]
                let wrong = expected.keys.filter { found[$0] != expected[$0] }.sorted()
                #expect(
                    wrong == [],
                    "\(listing): \(wrong.map { String(decoding: found[$0]?.prefix(60) ?? Data(), as: UTF8.self) })")
            }
            let shards = try release.tree().files.filter { $0.key.hasSuffix(".tar") || $0.key.hasSuffix(".mds") }
            for caption in expected.values {
                for ending in [".tar", ".mds"] {
                    #expect(
                        shards.contains { $0.key.hasSuffix(ending) && $0.value.range(of: caption) != nil },
                        "\(String(decoding: caption.prefix(60), as: UTF8.self)) in \(ending)")
                }
            }
        }

        /// No text file or table can hold one, and SQLite ends a text at U+0: refused where it comes in, by line, clip
        /// and character, and nothing of the file is kept.
        @Test(arguments: [0x07, 0x00, 0x1b, 0x7f, 0x9b]) func aControlCharacterIsRefused(_ code: Int) throws {
            let control = try String(#require(Unicode.Scalar(code)))
            let clips = try curation.clips().filter { $0.state == "ready" }
            let file = folder.path("decisions.jsonl")
            let captions = ["Plain.", "A\(control)B"]
            let lines = try zip(clips, captions).map {
                try JSON.line(Decision.vote($0, "ada", .accept, level: "cellular", caption: $1)) + "\n"
            }
            try curation.write(lines.joined(), to: file)
            let answer = try curation.attempt("review", "import", file)
            #expect(answer.status == 1 && answer.output.isEmpty, "\(answer)")
            for words in ["\(file):2", clips[1].id, "U+\(String(code, radix: 16, uppercase: true))"] {
                #expect(answer.errors.contains(words), "\(words) in \(answer.errors)")
            }
            #expect(!answer.errors.unicodeScalars.dropLast().contains { $0.properties.generalCategory == .control })
            #expect(try curation.decisions().isEmpty)
        }

        private static let python = "/usr/bin/env"
        private static let hasPython = (try? runPython("print(1)", [])) == Data("1\n".utf8)

        /// The rows of a CSV file, as Python's `csv.DictReader` reads them; none without Python.
        private static func csv(_ path: String) throws -> [[String: String]] {
            guard hasPython else { return [] }
            let script = """
                import csv, json, sys
                csv.field_size_limit(1 << 30)
                with open(sys.argv[1], newline="", encoding="utf-8") as file:
                    json.dump(list(csv.DictReader(file)), sys.stdout)
                """
            return try JSONDecoder().decode([[String: String]].self, from: try runPython(script, [path]))
        }

        private static func runPython(_ script: String, _ arguments: [String]) throws -> Data {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: python)
            process.arguments = ["python3", "-c", script] + arguments
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            try process.run()
            let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return data
        }
    }
}
