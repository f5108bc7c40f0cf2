import Foundation
import Media
import Model
import Footage
import Testing

/// A dataset of ready clips becomes sources, clips and captions, and every entry says what came of it.
struct ImportTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private struct Answer: Decodable {
        struct Rejection: Decodable {
            var item: String
            var place: String
            var reason: String
            var detail: String
        }
        struct Failure: Decodable {
            var item: String
            var place: String
            var fault: Fault
        }
        var dataset: String
        var imported: Int
        var known: Int
        var withoutCaption: [String]
        var rejected: [Rejection]
        var failed: [Failure]
        var notices: [String]
    }

    /// A clip as the manifest knows it.
    private struct Clip: Decodable, Equatable {
        var item: String
        var dataset: String
        var startFrame: Int
        var endFrame: Int
        var state: String
        var level: String?
        var licence: String?
        var raw: String?
    }

    /// Three clips of a dataset. The second has a cut in it, and is longer than the recipe's longest.
    private static let films: [(name: String, frames: Int, film: ClockFootage)] = [
        ("a.v1.mp4", 30, ClockFootage(scenes: [.init(30, look: 1)], width: 160, height: 120)),
        ("b.mp4", 90, ClockFootage(scenes: [.init(45, look: 2), .init(45, look: 3)], width: 160, height: 120)),
        ("c.mp4", 40, ClockFootage(scenes: [.init(40, look: 4)], width: 160, height: 120)),
    ]
    private static let captions = [
        "Cells, seen from above.", "A spindle of 12 µm \"lines up\",\nthen divides.", "Yeast buds.",
    ]

    /// Writes the three films into a folder of the dataset.
    private func writeFilms(_ place: String = "set/videos") throws {
        try FileManager.default.createDirectory(atPath: folder.path(place), withIntermediateDirectories: true)
        for film in Self.films { try film.film.write(to: folder.path("\(place)/\(film.name)")) }
    }

    private func write(_ text: String, to name: String) throws {
        let path = folder.path(name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    /// Clips longer than two seconds would be split, and none is shorter than one.
    private func workspace(_ more: String = "profile: native") throws -> Curation {
        try Curation.begin(
            at: folder.path("workspace"),
            recipe: "name: tested\nversion: \"1\"\npropose: {min_seconds: 1, max_seconds: 2}\n\(more)\n")
    }

    @discardableResult
    private func take(_ curation: Curation, _ path: String, _ more: String...) throws -> (status: Int32, answer: Answer)
    {
        let answer = try Command.run(curation.words(["import", "--json", "--quiet", folder.path(path)] + more))
        try #require(!answer.output.isEmpty, "\(answer.errors)")
        return (answer.status, try answer.json(Answer.self))
    }

    private func clips(_ curation: Curation) throws -> [Clip] {
        try curation.rows(
            Clip.self,
            """
            SELECT item, dataset, start_frame, end_frame, state, o.level, licence,
                (SELECT text FROM caption WHERE clip_id = o.clip_id AND kind = 'raw' ORDER BY id DESC LIMIT 1) AS raw
            FROM clip_overview AS o JOIN imported USING (source_id) JOIN provenance USING (source_id) ORDER BY item
            """)
    }

    /// JSON objects, one for each film.
    private func lines(_ video: String, _ caption: String, path: String, more: (Int) -> String = { _ in "" }) throws
        -> [String]
    {
        try Self.films.indices.map { index in
            let text = try JSON.line(Self.captions[index])
            return #"{"\#(video)": "\#(path)\#(Self.films[index].name)", "\#(caption)": \#(text)\#(more(index))}"#
        }
    }

    enum Kind: String, CaseIterable, Sendable {
        case microverse, microverseLines, microverseCSV, ltx, musubi, huggingFace, release, texts
    }

    /// Writes the dataset in a layout.
    /// - Returns: the path to import, and what the clips are called.
    private func dataset(_ kind: Kind) throws -> (path: String, items: [String]) {
        let stems = ["a.v1", "b", "c"]
        switch kind {
        case .microverse:
            try writeFilms()
            let entries = try lines("video", "prompt", path: "videos/") { #", "id": "clip.\#($0)""# }
            try write("[\n\(entries.joined(separator: ",\n"))\n]\n", to: "set/metadata.json")
            return ("set", ["clip.0", "clip.1", "clip.2"])
        case .microverseLines:
            // Paths relative to the videos' folder, and numbers for ids.
            try writeFilms()
            let entries = try lines("video", "prompt", path: "") { #", "id": \#($0 + 1)"# }
            try write(entries.joined(separator: "\n"), to: "set/metadata.jsonl")
            return ("set/metadata.jsonl", ["1", "2", "3"])
        case .microverseCSV:
            try writeFilms()
            let rows = zip(Self.films, Self.captions).map { film, caption in
                "videos/\(film.name),\"\(caption.replacing("\"", with: "\"\""))\"\r\n"
            }
            try write("\u{FEFF}video,prompt\r\n" + rows.joined(), to: "set/metadata.csv")
            return ("set", stems.map { "videos/\($0)" })
        case .ltx:
            try writeFilms("set")
            let entries = try lines("media_path", "caption", path: "").joined(separator: ",")
            try write("[\(entries)]", to: "set/dataset.json")
            return ("set/dataset.json", stems)
        case .musubi:
            // Absolute paths, as that trainer's own documents show.
            try writeFilms("set/videos")
            let entries = try lines("video_path", "caption", path: folder.path("set/videos/"))
            try write(entries.joined(separator: "\n"), to: "set/list.jsonl")
            return ("set/list.jsonl", stems.map { "videos/\($0)" })
        case .huggingFace:
            try writeFilms("set/train")
            let all = try lines("file_name", "text", path: "")
            try write(all[..<2].joined(separator: "\n") + "\n", to: "set/train/metadata.jsonl")
            try write(all[2] + "\n", to: "set/validation/metadata.jsonl")
            try FileManager.default.moveItem(
                atPath: folder.path("set/train/c.mp4"), toPath: folder.path("set/validation/c.mp4"))
            return ("set", ["train/a.v1", "train/b", "validation/c"])
        case .release:
            try writeFilms("set/videos/train")
            for (index, film) in Self.films.enumerated() {
                try FileManager.default.moveItem(
                    atPath: folder.path("set/videos/train/\(film.name)"),
                    toPath: folder.path("set/videos/train/clip-\(index).mp4"))
            }
            let entries = try Self.captions.enumerated().map { index, caption in
                #"{"clip_id": "clip-\#(index)", "split": "train", "caption": \#(try JSON.line(caption)), "level": "cellular", "licence": "CC0-1.0", "fps": 25.0, "source_frames": [0, 1]}"#
            }
            try write(entries.joined(separator: "\n") + "\n", to: "set/clips.jsonl")
            try write("[]", to: "set/metadata.json")
            return ("set", ["clip-0", "clip-1", "clip-2"])
        case .texts:
            try writeFilms("set")
            for (film, caption) in zip(Self.films, Self.captions) {
                try write(caption + "\n", to: "set/\((film.name as NSString).deletingPathExtension).txt")
            }
            return ("set", stems)
        }
    }

    @Test(arguments: Kind.allCases)
    func everyLayoutGivesOneClipAVideo(_ kind: Kind) throws {
        let curation = try workspace()
        let (path, items) = try dataset(kind)
        let first = try take(curation, path, "--licence", "CC-BY-4.0", "--name", "Old")
        #expect(first.status == 0 && first.answer.imported == 3 && first.answer.known == 0, "\(first)")
        #expect(first.answer.withoutCaption.isEmpty && first.answer.notices.isEmpty, "\(first.answer)")
        try curation.perform("run", "--quiet", "--until", "caption")
        let clips = try clips(curation)
        #expect(clips.map(\.item) == items)
        #expect(clips.map(\.raw) == Self.captions)
        #expect(clips.map(\.startFrame) == [0, 0, 0] && clips.map(\.endFrame) == Self.films.map(\.frames))
        let isRelease = kind == .release
        #expect(clips.allSatisfy { $0.licence == (isRelease ? "CC0-1.0" : "CC-BY-4.0") && $0.dataset == "Old" })
        #expect(clips.allSatisfy { $0.level == (isRelease ? "cellular" : nil) })
        #expect(try curation.count("SELECT count(*) AS n FROM clip") == 3)

        let content = try curation.content()
        let again = try take(curation, path, "--licence", "CC-BY-4.0", "--name", "Old")
        #expect(again.status == 0 && again.answer.imported == 0 && again.answer.known == 3)
        #expect(again.answer.notices.isEmpty, "\(again.answer.notices)")
        try curation.perform("run", "--quiet", "--until", "caption")
        #expect(try curation.content() == content, "importing again adds nothing")
    }

    /// From the old dataset into a new release: judged, deduplicated, captioned and cut like anything else.
    @Test func anOldDatasetIsReleasedAnew() throws {
        let curation = try workspace()
        try writeFilms()
        var copy = ClockFootage(scenes: [.init(40, look: 4)], width: 160, height: 120)
        copy.quality = 30
        try copy.write(to: folder.path("set/videos/again.mp4"))
        var dark = ClockFootage(scenes: [.init(40, look: 5, style: .black)], width: 160, height: 120)
        dark.showsClock = false
        try dark.write(to: folder.path("set/videos/dark.mp4"))
        let more = [
            #"{"video": "videos/again.mp4", "prompt": "Yeast."}"#, #"{"video": "videos/dark.mp4", "prompt": "Night."}"#,
        ]
        try write(
            (try lines("video", "prompt", path: "videos/") + more).joined(separator: "\n"), to: "set/metadata.jsonl")
        #expect(try take(curation, "set").status == 0)
        try curation.perform("run", "--quiet")
        let states = try clips(curation).map { "\($0.item) \($0.state)" }
        #expect(
            Set(states) == [
                "videos/a.v1 ready", "videos/b ready", "videos/c ready", "videos/again duplicate",
                "videos/dark rejected",
            ], "\(states)")
        let released = try curation.released(name: "new", "--accept-unreviewed")
        #expect(Set(released.values.map(\.caption)).isSuperset(of: ["Cells, seen from above.", "Yeast buds."]))
        #expect(released.values.map(\.sourceFrames.count).sorted() == [30, 40, 90])
        #expect(try curation.count("SELECT count(*) AS n FROM clip_release") == 3)
    }

    @Test func everyBadEntryIsNamed() throws {
        let curation = try workspace()
        try writeFilms()
        try write("no film", to: "set/videos/garbage.mp4")
        try write("", to: "set/videos/empty.mp4")
        try write("secret", to: "outside.mp4")
        try FileManager.default.copyItem(
            atPath: folder.path("set/videos/c.mp4"), toPath: folder.path("set/videos/twin.mp4"))
        let entries = [
            #"{"id": "good.one", "video": "videos/a.v1.mp4", "prompt": "One.", "level": "planet"}"#,
            #"{"id": "silent", "video": "videos/b.mp4", "prompt": "  "}"#,
            #"{"id": "good.one", "video": "videos/c.mp4", "prompt": "The id again."}"#,
            #"{"id": "same file", "video": "./videos/../videos/a.v1.mp4", "prompt": "The file again."}"#,
            #"{"id": "c", "video": "videos/c.mp4", "prompt": "Three."}"#,
            #"{"id": "twin", "video": "videos/twin.mp4", "prompt": "The bytes again."}"#,
            #"{"id": "up", "video": "../outside.mp4", "prompt": "Up."}"#,
            #"{"id": "root", "video": "/etc/passwd", "prompt": "Root."}"#,
            #"{"id": "gone", "video": "videos/gone.mp4", "prompt": "Gone."}"#,
            #"{"id": "garbage", "video": "videos/garbage.mp4", "prompt": "Garbage."}"#,
            #"{"id": "empty", "video": "videos/empty.mp4", "prompt": "Empty."}"#,
            #"{"id": "folder", "video": "videos", "prompt": "A folder."}"#,
            #"{"id": "zero", "video": "videos/c.mp4\u0000.png", "prompt": "A zero."}"#,
            #"{"id": "none", "prompt": "No video."}"#,
            #"["no", "object"]"#,
            #"{"id": "torn", "video": "#,
        ]
        try write(entries.joined(separator: "\n") + "\n", to: "set/metadata.jsonl")
        let (status, answer) = try take(curation, "set")
        #expect(status == 3)
        #expect(answer.imported == 3 && answer.withoutCaption == ["silent"], "\(answer)")
        #expect(
            answer.rejected.map { "\($0.reason) \($0.item)" } == [
                "twice good.one", "twice same file", "twice twin", "outside up", "outside root", "invalid folder",
                "invalid zero", "invalid none", "invalid ", "invalid ",
            ])
        let metadata = folder.path("set/metadata.jsonl")
        #expect(answer.rejected.map(\.place).last == "\(metadata):16")
        #expect(answer.rejected.first { $0.item == "twin" }?.detail.contains("\(metadata):5") == true)
        #expect(answer.failed.map(\.item) == ["gone", "garbage", "empty"])
        #expect(answer.failed.map(\.fault.reason) == [.unreadable, .notMedia, .empty])
        #expect(answer.failed.map(\.place) == [9, 10, 11].map { "\(metadata):\($0)" })
        #expect(answer.notices.contains { $0.contains("planet") })
        try curation.perform("run", "--quiet")
        #expect(try clips(curation).map(\.item) == ["c", "good.one", "silent"])
        #expect(try clips(curation).map(\.raw) == ["Three.", "One.", nil])
        // `status` keeps the files that failed in sight.
        #expect(
            try curation.problems().map { ($0.path as NSString).lastPathComponent } == [
                "empty.mp4", "garbage.mp4", "gone.mp4",
            ])

        let told = try curation.attempt("import", "--quiet", folder.path("set"))
        #expect(told.status == 3 && told.output.contains("0 clips imported, 3 known already, 10 rejected, 3 failed"))
        for entry in answer.rejected { #expect(told.errors.contains("\(entry.place): \(entry.reason)")) }
        for entry in answer.failed { #expect(told.errors.contains("\(entry.place): \(entry.item)")) }
    }

    @Test func aVideoThatNoEntryNamesIsTold() throws {
        let curation = try workspace()
        try writeFilms()
        try write(#"[{"video": "videos/a.v1.mp4", "prompt": "One."}]"#, to: "set/metadata.json")
        let (status, answer) = try take(curation, "set")
        #expect(status == 0 && answer.imported == 1)
        #expect(answer.notices.count == 1 && answer.notices[0].contains("doesn't name 2 of"), "\(answer.notices)")
    }

    /// DiffSynth's base path: paths relative to a folder elsewhere.
    @Test func videosMayLieElsewhere() throws {
        let curation = try workspace()
        try writeFilms("elsewhere/videos")
        try write(try lines("video", "prompt", path: "videos/").joined(separator: "\n"), to: "set/list.jsonl")
        let lost = try take(curation, "set/list.jsonl")
        #expect(lost.status == 3 && lost.answer.failed.count == 3)
        let found = try take(curation, "set/list.jsonl", "--videos", folder.path("elsewhere"))
        #expect(found.status == 0 && found.answer.imported == 3 && found.answer.dataset == "set")
        #expect(try curation.problems().count == 3, "what was missing before is still missing there")
    }

    @Test(arguments: [
        ("metadata.csv", "video,prompt\na.mp4,\"open", ":2: a quote that opens here doesn't end"),
        ("metadata.csv", "video,prompt\n\"a.mp4\"x,y\n", ":2: there is text behind a closing quote"),
        ("metadata.csv", "video,video\na,b\n", ": it has no header, or one that names a column twice"),
        ("metadata.csv", "", ": it has no header, or one that names a column twice"),
        ("metadata.json", "[{\"video\": \"a.mp4\"", ": it is no JSON"),
        ("notes.md", "words", ": neither a folder nor metadata"),
    ])
    func whatIsNoMetadataIsRefused(name: String, text: String, what: String) throws {
        let curation = try workspace()
        try write(text, to: "set/\(name)")
        let answer = try curation.attempt("import", "--quiet", folder.path("set/\(name)"))
        #expect(
            answer.status == 1 && answer.errors.hasPrefix("error: \(folder.path("set/\(name)"))\(what)"), "\(answer)")
        #expect(try curation.attempt("import", "--quiet", folder.path("nowhere")).status == 1)
    }

    @Test func aRowOfAnotherLengthIsNamed() throws {
        let curation = try workspace()
        try writeFilms()
        try write(
            "prompt,video\r\n\"Two\r\nlines\",videos/a.v1.mp4\r\n\r\nA, b and c,videos/b.mp4\r\n,videos/c.mp4",
            to: "set/metadata.csv")
        let (status, answer) = try take(curation, "set")
        #expect(status == 3 && answer.imported == 2 && answer.withoutCaption == ["videos/c"])
        #expect(answer.rejected.map(\.place) == ["\(folder.path("set/metadata.csv")):5"])
        try curation.perform("run", "--quiet", "--until", "caption")
        #expect(try clips(curation).first?.raw == "Two\r\nlines")
    }

    @Test func aNewCaptionTakesThePlaceOfTheOldOne() throws {
        let curation = try workspace()
        try writeFilms()
        func metadata(_ caption: String) throws {
            try write(#"[{"id": "a", "video": "videos/a.v1.mp4", "prompt": "\#(caption)"}]"#, to: "set/metadata.json")
        }
        try metadata("Old words.")
        try take(curation, "set/metadata.json")
        try curation.perform("run", "--quiet")
        try metadata("New words.")
        #expect(try take(curation, "set/metadata.json").answer.known == 1)
        try curation.perform("run", "--quiet")
        struct Words: Decodable { var caption: String; var id: String }
        func shown() throws -> [Words] {
            try curation.rows(Words.self, "SELECT caption, clip_id AS id FROM clip_overview")
        }
        let first = try shown()
        #expect(first.map(\.caption) == ["New words."])
        #expect(try curation.count("SELECT count(*) AS n FROM caption WHERE kind = 'raw'") == 2, "the old one is kept")

        // What a curator gave since is newer than what the dataset said before.
        try write(#"{"clip_id": "\#(first[0].id)", "text": "Better words."}"# + "\n", to: "captions.jsonl")
        try curation.perform("caption", "--quiet", "--from", folder.path("captions.jsonl"))
        try take(curation, "set/metadata.json")
        try curation.perform("run", "--quiet")
        #expect(try shown().map(\.caption) == ["Better words."])
    }

    /// Files that are recordings already become one clip each; what experts decided on stays.
    @Test func recordingsBecomeImports() throws {
        let curation = try workspace("profile: native\nreview: {quorum: 1}")
        try writeFilms()
        try curation.perform("ingest", "--quiet", folder.path("set/videos"))
        try curation.perform("run", "--quiet")
        let before = try curation.clips().filter { $0.path.hasSuffix("b.mp4") }
        #expect(before.map(\.endFrame) == [45, 90], "it has a cut")
        try curation.decide([.vote(before[0], "ada", .accept, level: "cellular")])
        try write(try lines("video", "prompt", path: "videos/").joined(separator: "\n"), to: "set/metadata.jsonl")
        let (status, answer) = try take(curation, "set")
        #expect(status == 0 && answer.imported == 3)
        #expect(answer.notices.contains { $0.hasPrefix("3 were ingested as recordings before") }, "\(answer.notices)")
        try curation.perform("run", "--quiet")
        let after = try curation.clips().filter { $0.path.hasSuffix("b.mp4") }
        #expect(
            after.map { "\($0.startFrame)-\($0.endFrame) \($0.state)" } == [
                "0-45 accepted", "0-90 duplicate", "45-90 retired",
            ])
        // Ingested once more, it stays an import.
        try curation.perform("ingest", "--quiet", folder.path("set/videos"))
        #expect(try curation.perform("run", "--dry-run", "--json").contains("\"propose\" : 0"))
    }

    @Test func whatWasWithdrawnStaysOut() throws {
        let curation = try workspace()
        try writeFilms()
        try write(try lines("video", "prompt", path: "videos/").joined(separator: "\n"), to: "set/metadata.jsonl")
        try take(curation, "set")
        struct Source: Decodable { var id: String }
        let source = try curation.rows(
            Source.self, "SELECT source_id AS id FROM imported WHERE item = 'videos/b'")[0].id
        try curation.perform("withdraw", source, "--reason", "the author asked")
        let (status, answer) = try take(curation, "set")
        #expect(status == 3 && answer.known == 2)
        #expect(answer.rejected.map { "\($0.reason) \($0.item)" } == ["withdrawn videos/b"])
        try curation.perform("run", "--quiet")
        #expect(try clips(curation).map(\.item) == ["videos/a.v1", "videos/c"])
    }
}
