import Foundation
import Media
import Model
import Footage
import Testing

/// `evaluate shots`, on films whose every frame shows its number.
@Suite struct EvaluateTests {
    private static let root = URL(fileURLWithPath: #filePath + "/../../..").standardized
    private static let clock = ClockFootage(
        scenes: [.init(30, look: 1), .init(30, look: 2), .init(30, look: 4)], width: 160, height: 120)

    /// A folder of films with truth; each film has cuts at 30 and 60.
    private final class Films {
        let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            try clock.write(to: folder.path("a.mp4"))
            try truth(of: "a", clock.transitions)
        }

        var path: String { folder.path }

        func truth(of stem: String, _ transitions: [Transition], frames: Int = 90) throws {
            let truth = ShotTruth(
                fps: 25, frames: frames, width: 160, height: 120,
                shots: [.init(start: 0, end: frames, footage: "clock", tricks: ["zoom"])], transitions: transitions)
            try write(try JSON.line(truth), to: "\(stem).truth.json")
        }

        func copy(as stem: String) throws {
            try FileManager.default.copyItem(atPath: folder.path("a.mp4"), toPath: folder.path("\(stem).mp4"))
        }

        func write(_ text: String, to name: String) throws {
            let path = folder.path(name)
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        }

        func evaluate(_ words: String..., status: Int32 = 0) throws -> Document {
            let answer = try Command.run(["evaluate", "shots", path, "--json", "--quiet"] + words)
            #expect(answer.status == status, "\(answer.errors)")
            return try answer.json(Document.self)
        }
    }

    private struct Document: Decodable, Equatable {
        struct Score: Decodable, Equatable {
            var precision: Double?
            var recall: Double?
            var f1: Double?
            var found: Int
            var predicted: Int
            var transitions: Int
            var recallByKind: [String: Double]
            var falsePerMinute: Double
            var mixedInShots: Double?
            var minutes: Double
        }
        struct Miss: Decodable, Equatable {
            var kind: String
            var transition: String
            var start: Int
            var end: Int
            var score: Double?
            var tricks: [String]
        }
        struct Video: Decodable, Equatable {
            var video: String
            var score: Score
            var misses: [Miss]
        }
        struct Detector: Decodable, Equatable {
            var detector: String
            var score: Score
            var interval: [Double]?
            var videos: [Video]
        }
        var detectors: [Detector]
        var failed: [Fault]

        func score(_ detector: String) throws -> Score {
            try #require(detectors.first { $0.detector == detector }).score
        }
    }

    // MARK: Scores

    @Test func aFilmThatIsUnderstood() throws {
        let films = try Films()
        let document = try films.evaluate()
        #expect(document.failed.isEmpty)
        let embedded = try #require(document.detectors.first)
        #expect(embedded.detector == "embedded")
        #expect(embedded.score.f1 == 1 && embedded.score.found == 2 && embedded.score.transitions == 2)
        #expect(embedded.score.recallByKind == ["cut": 1] && embedded.score.falsePerMinute == 0)
        #expect(embedded.score.mixedInShots == nil && embedded.score.minutes == 0.06)
        #expect(embedded.interval == [1, 1] && embedded.videos.map(\.video) == ["a"])
        let table = try Command.run("evaluate", "shots", films.path, "--quiet")
        let words = table.output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(words[0].prefix(4) == ["detector", "precision", "recall", "F1"])
        #expect(words[1].prefix(6) == ["embedded", "1.000", "1.000", "1.000", "1.000–1.000", "1.000"])
    }

    @Test func otherToolsOnTheSameFilms() throws {
        let films = try Films()
        try films.write("[30, 45]", to: "list/a.json")
        let shots = try Command.run("shots", films.folder.path("a.mp4"), "--json")
        try films.write(shots.output, to: "shots/a.json")
        try films.write(
            """
            Timecode List:,00:00:01.200,00:00:02.440
            Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame,End Timecode,End Time (seconds),Length (frames),Length (timecode),Length (seconds)
            1,1,00:00:00.000,0.000,30,00:00:01.200,1.200,30,00:00:01.200,1.200
            2,31,00:00:01.200,1.200,61,00:00:02.440,2.440,31,00:00:01.240,1.240
            3,62,00:00:02.440,2.440,90,00:00:03.600,3.600,29,00:00:01.160,1.160
            """, to: "scenes/a.csv")
        let with = ["list", "shots", "scenes"].flatMap { ["--with", "\($0)=\(films.folder.path($0))"] }
        let answer = try Command.run(["evaluate", "shots", films.path, "--json"] + with)
        let document = try answer.json(Document.self)
        #expect(answer.status == 0 && document.detectors.map(\.detector).suffix(3) == ["list", "shots", "scenes"])
        let list = try document.score("list")
        #expect(list.precision == 0.5 && list.recall == 0.5 && list.falsePerMinute == 16.6667)
        #expect(try document.score("shots") == document.score("embedded"))
        // A scene that starts at frame 62, counted from 1, is one frame late.
        #expect(try document.score("scenes").f1 == 1)
        let strict = try Command.run(["evaluate", "shots", films.path, "--json", "--slack", "0"] + with)
        #expect(try strict.json(Document.self).score("scenes").f1 == 0.5)
    }

    @Test func missesAndTheirKind() throws {
        let films = try Films()
        try films.truth(
            of: "a",
            [
                Transition(kind: .cut, frames: FrameSpan(start: 30, end: 30), score: 1),
                Transition(kind: .wipe, frames: FrameSpan(start: 70, end: 80), score: 1),
            ])
        let embedded = try #require(try films.evaluate().detectors.first)
        #expect(embedded.score.found == 1 && embedded.score.predicted == 2)
        #expect(embedded.score.recallByKind == ["cut": 1, "wipe": 0] && embedded.score.mixedInShots == 1)
        let misses = try #require(embedded.videos.first).misses
        let alarm = try #require(misses.first { $0.kind == "false_alarm" })
        #expect(alarm.start == 60 && alarm.end == 60 && alarm.transition == "cut" && alarm.tricks == ["zoom"])
        let missed = try #require(misses.first { $0.kind == "missed" })
        #expect(missed.start == 70 && missed.end == 80 && missed.transition == "wipe" && misses.count == 2)
    }

    @Test func theSameTwiceAndWithOtherThreads() throws {
        let films = try Films()
        try films.copy(as: "b")
        try films.truth(of: "b", [])
        let first = try Command.run("evaluate", "shots", films.path, "--json", "--threads", "1")
        let second = try Command.run("evaluate", "shots", films.path, "--json", "--threads", "3")
        #expect(first.status == 0 && first.output == second.output)
        let document = try first.json(Document.self)
        let unedited = try #require(document.detectors.first).videos[1]
        #expect(unedited.score.recall == nil && unedited.score.f1 == nil && unedited.score.predicted == 2)
        #expect(try document.score("embedded").falsePerMinute == 16.6667)
    }

    // MARK: The page

    /// The pictures of a miss show the frames that they say.
    @Test func picturesAreThoseFrames() throws {
        let films = try Films()
        try films.truth(of: "a", [Transition(kind: .wipe, frames: FrameSpan(start: 70, end: 80), score: 1)])
        let file = films.folder.path("page.html")
        let answer = try Command.run("evaluate", "shots", films.path, "--json", "-o", file)
        #expect(answer.status == 0 && answer.errors.contains("page.html"))
        let page = try String(contentsOfFile: file, encoding: .utf8)
        #expect(page.contains("wipe missed") && page.contains("false cut") && page.contains("tricks: zoom"))
        let pictures = page.matches(of: /<img src="data:image\/jpeg;base64,([^"]+)" alt="a, frame (\d+)"/)
        let shown = pictures.compactMap { Int($0.2) }
        #expect(Set(shown).isSuperset(of: [26, 30, 33, 56, 60, 63, 68, 81]))
        for (picture, frame) in zip(pictures, shown) {
            let jpeg = try #require(Data(base64Encoded: String(picture.1)))
            let path = films.folder.path("picture.jpg")
            try jpeg.write(to: URL(fileURLWithPath: path))
            #expect(try Self.clock.ordinals(ofFile: path) == [frame])
        }
        #expect(!page.contains("://"), "it loads nothing")
        let again = films.folder.path("again.html")
        try Command.run("evaluate", "shots", films.path, "--html", again)
        #expect(try String(contentsOfFile: again, encoding: .utf8) == page)
        try Command.run("evaluate", "shots", films.path, "-o", again, "--pictures", "1")
        let short = try String(contentsOfFile: again, encoding: .utf8)
        #expect(short.contains("1 of 3 shown") && short.matches(of: /<article/).count < pictures.count / 4)
    }

    // MARK: Bad input

    @Test func whatCannotBeEvaluatedIsSaidAndTheRestIsDone() throws {
        let films = try Films()
        try films.truth(of: "absent", [])
        try films.copy(as: "short")
        try films.truth(of: "short", [], frames: 91)
        try films.copy(as: "broken")
        try films.write("{\"fps\": 25,", to: "broken.truth.json")
        try films.copy(as: "overlap")
        try films.truth(
            of: "overlap", [30, 29].map { Transition(kind: .cut, frames: .init(start: $0, end: $0), score: 1) })
        try films.write("no film", to: "empty.mp4")
        try films.truth(of: "empty", [])
        try films.copy(as: "twice")
        try films.truth(of: "twice", [])
        try films.write("x", to: "twice.mkv")
        try films.write("{}", to: "tool/a.json")
        let document = try films.evaluate("--with", "tool=\(films.folder.path("tool"))", status: 3)
        #expect(document.detectors.map(\.detector).contains("tool") == false)
        #expect(try document.score("embedded").transitions == 2)
        let failed = Dictionary(grouping: document.failed) { ($0.place as NSString).lastPathComponent }
        func what(_ file: String) -> String { failed[file]?.first?.what ?? "" }
        #expect(what("absent.truth.json").contains("no video 'absent.*'"))
        #expect(what("short.mp4").contains("has 90 frames, its truth 91"))
        #expect(what("broken.truth.json").contains("no truth of shots"))
        #expect(what("overlap.truth.json").contains("overlaps"))
        #expect(failed["empty.mp4"] != nil)
        #expect(what("twice.truth.json").contains("twice.mkv, twice.mp4"))
        #expect(what("a.json").contains("neither a list of frames"))
        #expect(document.failed.count == 7)
    }

    @Test func nothingToEvaluate() throws {
        let films = try Films()
        let none = try Command.run("evaluate", "shots", films.folder.path("none"))
        #expect(none.status == 1 && none.errors.contains("can't be read"))
        try FileManager.default.createDirectory(
            atPath: films.folder.path("bare"), withIntermediateDirectories: true)
        let bare = try Command.run("evaluate", "shots", films.folder.path("bare"))
        #expect(bare.status == 1 && bare.errors.contains("no *.truth.json") && bare.errors.contains("generate"))
        for wrong in [
            ["--with", "tool"], ["--with", "t=a", "--with", "t=b"], ["--slack=-1"], ["--bootstrap=-1"],
            ["--threads", "0"],
        ] {
            #expect(try Command.run(["evaluate", "shots", films.path] + wrong).status == 2, "\(wrong)")
        }
        for (tool, words) in [
            ("t=\(films.folder.path("none"))", "no such folder"), ("fused=\(films.path)", "a detector of ours"),
        ] {
            let answer = try Command.run("evaluate", "shots", films.path, "--with", tool)
            #expect(answer.status == 1 && answer.errors.contains(words))
        }
    }

    // MARK: Documents

    @Test func theSchemaListsEveryKey() throws {
        let films = try Films()
        try films.truth(of: "a", [Transition(kind: .wipe, frames: FrameSpan(start: 70, end: 80), score: 1)])
        let data = try Data(contentsOf: Self.root.appending(path: "schemas/shot-evaluation.schema.json"))
        let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let answer = try Command.run("evaluate", "shots", films.path, "--json")
        let document = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
        let definitions = try #require(schema["$defs"] as? [String: Any])
        func keys(_ schema: Any?, at path: [String] = []) throws -> [String] {
            var place = try #require(schema as? [String: Any])
            for step in path { place = try #require(place[step] as? [String: Any], "\(step)") }
            let properties = try #require(place["properties"] as? [String: Any]).keys.sorted()
            #expect((place["required"] as? [String])?.sorted() == properties)
            return properties
        }
        func written(_ value: Any?) throws -> [String] { try #require(value as? [String: Any]).keys.sorted() }
        func first(_ key: String, _ value: Any?) throws -> [String: Any] {
            try #require(((value as? [String: Any])?[key] as? [[String: Any]])?.first)
        }
        let detector = try first("detectors", document)
        let video = try first("videos", detector)
        #expect(try written(document) == keys(schema))
        #expect(try written(detector) == keys(schema, at: ["properties", "detectors", "items"]))
        #expect(
            try written(video)
                == keys(schema, at: ["properties", "detectors", "items", "properties", "videos", "items"]))
        #expect(try written(detector["score"]) == keys(definitions["score"]))
        #expect(try written(first("misses", video)) == keys(definitions["miss"]))
    }
}
