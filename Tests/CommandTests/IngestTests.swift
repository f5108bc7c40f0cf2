import Foundation
import Media
import Model
import Footage
import Testing

/// What `ingest` makes of files, sequences, stacks, sidecars and declarations.
struct IngestTests {
    private struct Summary: Decodable {
        var added: Int
        var known: Int
        var problems: [Fault]
    }

    private static func ingest(_ curation: Curation, _ words: String...) throws -> (summary: Summary, status: Int32) {
        let answer = try Command.run(curation.words(["ingest", "--quiet", "--json"] + words))
        return (try answer.json(Summary.self), answer.status)
    }

    @Test func equalBytesAreOneFileWithTwoPaths() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        try FileManager.default.createDirectory(atPath: film.path("copies"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: film.path("film.mp4"), toPath: film.path("copies/renamed.mov"))
        let curation = try film.curation()
        let first = try Self.ingest(curation, film.footage)
        #expect(first.status == 0 && first.summary.added == 1 && first.summary.known == 1)
        let counts = ["file": 1, "file_path": 2, "source": 1, "source_file": 1, "provenance": 1]
        for (table, count) in counts {
            #expect(try curation.count("SELECT count(*) AS n FROM \(table)") == count, "\(table)")
        }
        // Again, and once more by another spelling of the path: nothing new.
        let content = try curation.content()
        for path in [film.footage, film.footage + "/copies/../"] {
            let again = try Self.ingest(curation, path)
            #expect(again.status == 0 && again.summary.added == 0 && again.summary.known == 2)
        }
        #expect(try curation.content() == content)
        for (table, count) in counts {
            #expect(try curation.count("SELECT count(*) AS n FROM \(table)") == count, "\(table)")
        }
    }

    /// Numbers without padding, one of them missing, are read in the order of their values.
    @Test(arguments: ["png", "tif"]) func numberedPicturesAreASequence(_ type: String) throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        try FileManager.default.removeItem(atPath: film.path("film.mp4"))
        let numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15]
        for (ordinal, number) in numbers.enumerated() {
            let still = SmallFilm.clock.still(ordinal)
            let path = film.path("plate \(number).\(type)")
            if type == "png" {
                try Data(still.png).write(to: URL(fileURLWithPath: path))
            } else {
                try Self.stack([still]).write(to: path)
            }
        }
        let curation = try film.curation("profile: native")
        let ingested = try Self.ingest(curation, film.footage)
        #expect(ingested.status == 0 && ingested.summary.added == 1)
        #expect(try curation.sources() == numbers.map { "plate \($0).\(type)" })
        struct Source: Decodable {
            var kind: String
            var probe: String
        }
        let source = try #require(try curation.rows(Source.self, "SELECT kind, probe FROM source").first)
        let probe = try JSON.decode(MediaDescription.self, from: source.probe)
        #expect(source.kind == "sequence" && probe.kind == .sequence && probe.frames == numbers.count)
        #expect(probe.notes.contains("1 numbers are missing: 11"))
        try Self.expectClock(curation, frames: numbers.count)
    }

    @Test func pagesAreAStack() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        try FileManager.default.removeItem(atPath: film.path("film.mp4"))
        // Two numbered stacks are two sources, no sequence.
        for number in 1...2 {
            let stills = (0..<14).map { SmallFilm.clock.still($0) }
            var stack = Self.stack(number == 1 ? stills : stills.reversed())
            stack.packing = number == 1 ? .uncompressed : .lzw
            try stack.write(to: film.path("cells_\(number).tif"))
        }
        let curation = try film.curation("profile: native\ndedup: {max_distance: 0, min_matches: 100}")
        let ingested = try Self.ingest(curation, film.footage)
        #expect(ingested.status == 0 && ingested.summary.added == 2)
        #expect(try curation.count("SELECT count(*) AS n FROM source WHERE kind = 'stack' AND timing = 'ordinal'") == 2)
        try curation.perform("run", "--quiet")
        let clips = try curation.renditions()
        #expect(clips.count == 2)
        for (clip, wanted) in zip(clips, [Array(0..<14), Array((0..<14).reversed())]) {
            #expect(try SmallFilm.clock.ordinals(ofFile: clip) == wanted)
        }
    }

    private static func stack(_ stills: [Still]) -> StackFootage {
        var stack = StackFootage(width: stills[0].width, height: stills[0].height, pages: stills.count)
        stack.content = { page, x, y, _ in Int(stills[page].samples[y * stills[page].width + x]) }
        return stack
    }

    private static func expectClock(_ curation: Curation, frames: Int) throws {
        try curation.perform("run", "--quiet")
        let clips = try curation.renditions()
        #expect(clips.count == 1)
        let clip = try #require(clips.first)
        #expect(try SmallFilm.clock.ordinals(ofFile: clip) == (0..<frames).map { $0 })
    }

    /// Other axes are another view, thus another source; equal ones, however written, the same.
    @Test func declaredAxesArePartOfTheSource() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let stack = film.path("stack.tif")
        try Self.stack((0..<12).map { SmallFilm.clock.still($0) }).write(to: stack)
        let curation = try film.curation()
        var ids: Set<String> = []
        for axes in ["T", "TZ3", "TZ4", "ZT4"] {
            let ingested = try Self.ingest(curation, stack, "--axes", axes)
            #expect(ingested.status == 0 && ingested.summary.added == 1, "\(axes): \(ingested.summary)")
            ids.formUnion(try Self.sourceIDs(curation))
        }
        #expect(ids.count == 4)
        for axes in ["t", "TZ4YX", "T3Z4"] {
            #expect(try Self.ingest(curation, stack, "--axes", axes).summary.added == 0, "\(axes)")
        }
        // Interval and pixel size are declared views as well.
        #expect(try Self.ingest(curation, stack, "--axes", "T", "--interval", "10s").summary.added == 1)
        #expect(try Self.ingest(curation, stack, "--axes", "T", "--interval", "10000ms").summary.added == 0)
        #expect(try Self.ingest(curation, stack, "--axes", "T", "--pixel-size", "65nm").summary.added == 1)
        #expect(try Self.ingest(curation, stack, "--axes", "T", "--pixel-size", "0.065µm").summary.added == 0)
        struct Row: Decodable { var view: String }
        let views = try curation.rows(Row.self, "SELECT view FROM source ORDER BY added_at, id").map {
            try JSON.decode(View.self, from: $0.view)
        }
        #expect(views.contains { $0.intervalSeconds == Rational(10) })
        #expect(views.contains { $0.pixelSizeUm == Rational(65, 1000) })
        #expect(Set(try Self.sourceIDs(curation)).count == 6)

        // Axes that could be, but don't fit this stack, are the stack's problem.
        let misfit = try Self.ingest(curation, stack, "--axes", "TZ5")
        #expect(misfit.status == 3 && misfit.summary.problems.map(\.reason) == [.invalid])
    }

    private static func sourceIDs(_ curation: Curation) throws -> [String] {
        struct Row: Decodable { var id: String }
        return try curation.rows(Row.self, "SELECT id FROM source").map(\.id)
    }

    @Test(arguments: [
        ("--interval", "ten"), ("--interval", "10"), ("--interval", "0s"), ("--interval=-1s", nil),
        ("--interval", "10um"), ("--pixel-size", "0.1"), ("--pixel-size", "0um"), ("--pixel-size", "1s"),
        ("--axes", "QQ"), ("--axes", "TT"), ("--axes", "TZ0"),
    ])
    func declarationsThatCantBeReadAreWrongUsage(_ option: String, _ value: String?) throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation()
        let answer = try Command.run(curation.words(["ingest", film.footage, option] + (value.map { [$0] } ?? [])))
        #expect(answer.status == 2)
        #expect(answer.output.isEmpty && !answer.errors.isEmpty)
        #expect(try curation.count("SELECT count(*) AS n FROM source") == 0)
    }
}

/// What is known about footage: sidecars, `--licence`, `--sources`.
struct ProvenanceTests {
    private struct Row: Decodable {
        var title: String?
        var description: String?
        var channel: String?
        var url: String?
        var uploadDate: String?
        var views: Int?
        var likes: Int?
        var tags: String?
        var licence: String?
        var attribution: String?
        var level: String?
    }

    private static func provenance(_ curation: Curation) throws -> Row {
        try #require(try curation.rows(Row.self, "SELECT * FROM provenance").first)
    }

    private static let info = """
        {"id": "abc", "title": "Mitosis in HeLa cells", "description": "A spindle forms.", "channel": "Cell Lab",
         "webpage_url": "https://example.org/watch?v=abc", "upload_date": "20240503", "view_count": 1234,
         "like_count": 56, "license": "Creative Commons Attribution", "tags": ["mitosis", "HeLa"], "extra": [1, 2]}
        """

    /// yt-dlp's files beside the film: facts become provenance, and each clip gets the words spoken in it.
    @Test(arguments: ["en.vtt", "srt"]) func sidecarsBesideTheFile(_ type: String) throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        var clock = SmallFilm.clock
        clock.scenes = [.init(60, look: 1), .init(50, look: 2)]
        try clock.write(to: film.path("film.mp4"))
        let cues = [
            ("00:00:00.200", "00:00:02.000", "The nucleus divides"), ("00:00:02.700", "00:00:04.000", "Actin pulls"),
            ("00:01:00.000", "00:01:02.000", "Nobody sees this"),
        ]
        let isSRT = type == "srt"
        var text = isSRT ? "" : "WEBVTT\n\n"
        for (number, cue) in cues.enumerated() {
            let times = "\(cue.0) --> \(cue.1)"
            text += isSRT ? "\(number + 1)\n\(times.replacingOccurrences(of: ".", with: ","))\n" : "\(times)\n"
            text += "\(cue.2)\n\n"
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: film.path("film.\(type)")))
        try Data(Self.info.utf8).write(to: URL(fileURLWithPath: film.path("film.info.json")))

        let curation = try film.curation("profile: native")
        try curation.perform("ingest", "--quiet", film.footage)
        let known = try Self.provenance(curation)
        #expect(known.title == "Mitosis in HeLa cells" && known.description == "A spindle forms.")
        #expect(known.channel == "Cell Lab" && known.url == "https://example.org/watch?v=abc")
        #expect(known.uploadDate == "2024-05-03" && known.views == 1234 && known.likes == 56)
        #expect(known.licence == "Creative Commons Attribution" && known.tags == #"["mitosis","HeLa"]"#)
        #expect(known.level == nil && known.attribution == nil)

        try curation.perform("run", "--quiet")
        struct Clip: Decodable { var caption: String }
        let captions = try curation.rows(Clip.self, "SELECT caption FROM clip_overview ORDER BY start_pts").map(
            \.caption)
        #expect(captions.count == 2)
        for (caption, (own, other)) in zip(captions, [(0, 1), (1, 0)]) {
            #expect(caption.contains("Mitosis in HeLa cells") && caption.contains("A spindle forms"), "\(caption)")
            #expect(caption.contains(cues[own].2) && !caption.contains(cues[other].2), "\(caption)")
            #expect(!caption.contains(cues[2].2), "\(caption)")
        }
    }

    /// A sidecar that can't be read costs its film, with a line that names the sidecar.
    @Test func aBrokenSidecar() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        try film.write(look: 2, to: film.path("other.mp4"))
        try Data("{".utf8).write(to: URL(fileURLWithPath: film.path("film.info.json")))
        let curation = try film.curation()
        let answer = try curation.attempt("ingest", "--quiet", film.footage)
        #expect(answer.status == 3)
        #expect(answer.errors.hasPrefix("\(film.path("film.info.json")): the sidecar is not a JSON object. "))
        #expect(try curation.sources() == ["other.mp4"])
        #expect(try curation.problems().count == 1)
    }

    /// The more exact word wins: a line of --sources, then the sidecar, then --licence.
    @Test func licences() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation()
        try curation.perform("ingest", "--quiet", film.footage)
        #expect(try Self.provenance(curation).licence == nil)
        try curation.perform("ingest", "--quiet", film.footage, "--licence", "CC-BY-4.0")
        #expect(try Self.provenance(curation).licence == "CC-BY-4.0")
        try Data(Self.info.utf8).write(to: URL(fileURLWithPath: film.path("film.info.json")))
        try curation.perform("ingest", "--quiet", film.footage, "--licence", "CC-BY-4.0")
        #expect(try Self.provenance(curation).licence == "Creative Commons Attribution")
        let lines = folder.path("sources.jsonl")
        let line = #"{"path": "footage/film.mp4", "licence": "CC0-1.0", "attribution": "A. Abbe", "level": "cellular"}"#
        try Data((line + "\n\n").utf8).write(to: URL(fileURLWithPath: lines))
        try curation.perform("ingest", "--quiet", film.footage, "--licence", "CC-BY-4.0", "--sources", lines)
        let known = try Self.provenance(curation)
        #expect(known.licence == "CC0-1.0" && known.attribution == "A. Abbe" && known.level == "cellular")
        #expect(known.title == "Mitosis in HeLa cells")
        #expect(try curation.count("SELECT count(*) AS n FROM source") == 1)
    }

    @Test func mistakesInTheSourcesFile() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation()
        let lines = folder.path("sources.jsonl")
        func ingest(_ text: String) throws -> Command.Answer {
            try Data(text.utf8).write(to: URL(fileURLWithPath: lines))
            return try curation.attempt("ingest", "--quiet", film.footage, "--sources", lines)
        }
        let good = #"{"path": "footage/film.mp4", "licence": "CC0-1.0"}"#
        let unknown = try ingest(good + "\n" + #"{"path": "footage/film.mp4", "license": "CC0-1.0"}"#)
        #expect(unknown.status == 1 && unknown.errors.hasPrefix("error: \(lines):2: unknown key 'license'. "))
        let broken = try ingest(good + "\n\nfilm.mp4\n")
        #expect(broken.status == 1 && broken.errors.hasPrefix("error: \(lines):3: not a JSON object"))
        #expect(try curation.count("SELECT count(*) AS n FROM source") == 0)

        let unused = try ingest(good + "\n" + #"{"path": "footage/flim.mp4"}"#)
        #expect(unused.status == 3)
        #expect(unused.errors.contains("\(lines):2 (\(film.path("flim.mp4"))): the path was not ingested. "))
        #expect(try Self.provenance(curation).licence == "CC0-1.0")

        let absent = try curation.attempt("ingest", "--quiet", film.footage, "--sources", folder.path("no.jsonl"))
        #expect(absent.status == 1 && absent.errors.contains("no.jsonl: the file can't be read"))
    }
}
