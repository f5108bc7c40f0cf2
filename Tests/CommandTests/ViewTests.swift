import Foundation
import Model
import Footage
import Testing

/// How recordings are seen: declared views, scale and time-lapse of renditions, numbered files by axis.
struct ViewTests {
    private struct Summary: Decodable {
        var added: Int
        var problems: [Fault]
        var notices: [String]
    }

    /// An ImageJ stack with 0.1 um a pixel and a time point every ten seconds.
    private static func stack(pages: Int, calibrated: Bool = true) -> StackFootage {
        var stack = StackFootage(width: 128, height: 96, pages: pages)
        let stills = (0..<pages).map { SmallFilm.clock.still($0).samples }
        stack.content = { page, x, y, _ in Int(stills[page][(y + 12) * 160 + x + 16]) }
        stack.description = "ImageJ=1.54f\nimages=\(pages)\nframes=\(pages)\n"
        if calibrated {
            stack.description! += "unit=um\nfinterval=10\n"
            stack.resolution = (10, 1)
        }
        return stack
    }

    private struct Scale: Decodable {
        var umPerPixel: Double?
        var widthUm: Double?
        var timeLapse: Double?
        var frames: Int
        var repeatedFrames: Int
    }

    @Test func renditionsKnowTheirScaleAndTimeLapse() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("cells.tif")
        try Self.stack(pages: 40).write(to: path)
        let curation = try Curation.begin(at: folder.path("workspace"), recipe: Curation.recipe(Curation.smallProfile))
        try Curation.describe(path)
        let release = try curation.finish([path])
        let scale = try #require(
            try curation.rows(Scale.self, "SELECT * FROM clip_scale ORDER BY frames DESC").first)
        // 128x96 covers 160x96 at 5 : 4, and 10 frames a second play 10 s each.
        #expect(abs((scale.umPerPixel ?? 0) - 0.08) < 1e-9)
        #expect(abs((scale.widthUm ?? 0) - 12.8) < 1e-9)
        #expect(scale.timeLapse == 100)
        // 10 frames a second at 16: 24 frames show 15.
        #expect(scale.frames == 24 && scale.repeatedFrames == 9)
        let listing = try String(contentsOfFile: curation.path("exports/tested-1/clips.jsonl"), encoding: .utf8)
        #expect(listing.contains("\"time_lapse\":\"100.0\"") && listing.contains("\"um_per_pixel\":\"0.08\""))
        #expect(listing.contains("\"repeated_frames\":9,"))
        #expect(!release.files.isEmpty)
    }

    @Test func unknownScaleStaysUnknown() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("cells.tif")
        try Self.stack(pages: 40, calibrated: false).write(to: path)
        let curation = try Curation.begin(at: folder.path("workspace"), recipe: Curation.recipe(Curation.smallProfile))
        try curation.perform("ingest", "--quiet", path)
        try curation.perform("run", "--quiet")
        let scale = try #require(try curation.rows(Scale.self, "SELECT * FROM clip_scale").first)
        #expect(scale.umPerPixel == nil && scale.timeLapse == nil && scale.widthUm == nil)
    }

    @Test func anotherViewIsAnotherSourceAndIsAnnounced() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("cells.tif")
        try Self.stack(pages: 20).write(to: path)
        let curation = try Curation.begin(at: folder.path("workspace"), recipe: Curation.recipe(Curation.smallProfile))
        func ingest(_ words: String...) throws -> Summary {
            try Command.run(curation.words(["ingest", "--quiet", "--json", path] + words)).json(Summary.self)
        }
        struct Row: Decodable { var id: String }
        #expect(try ingest().notices.isEmpty)
        let first = try #require(try curation.rows(Row.self, "SELECT id FROM source").first?.id)
        let second = try ingest("--contrast", "10..200", "--gamma", "0.7")
        #expect(second.added == 1 && second.notices.count == 1 && second.notices[0].contains(first))
        // Withdrawn, the first one is no longer worth a word; the same view again is no news.
        try curation.perform("withdraw", first, "--reason", "wrong contrast")
        #expect(try ingest("--contrast", "20..200").notices.allSatisfy { !$0.contains(first) })
        let again = try ingest("--contrast", "10..200", "--gamma", "0.7")
        #expect(again.added == 0 && again.notices.isEmpty)
    }

    /// Files that name each other as one OME recording are one source; without one of them, none.
    @Test func aSetOfFilesIsOneRecording() throws {
        let folder = try TemporaryFolder()
        let footage = folder.path("footage")
        try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
        let blocks = ["green.ome.tif", "red.ome.tif"].enumerated().map { channel, name in
            "<TiffData FirstC=\"\(channel)\" IFD=\"0\" PlaneCount=\"12\"><UUID FileName=\"\(name)\"/></TiffData>"
        }
        for name in ["green.ome.tif", "red.ome.tif"] {
            var part = Self.stack(pages: 12)
            part.resolution = nil
            part.description = """
                <OME><Image><Pixels DimensionOrder="XYTZC" SizeX="128" SizeY="96" SizeT="12" SizeZ="1" SizeC="2"
                PhysicalSizeX="0.2" PhysicalSizeY="0.2">\(blocks.joined())</Pixels></Image></OME>
                """
            if name.hasPrefix("red") { part.content = { page, x, y, _ in page * 5 + x + y } }
            try part.write(to: "\(footage)/\(name)")
        }
        let curation = try Curation.begin(at: folder.path("workspace"), recipe: Curation.recipe("profile: native"))
        func ingest(_ path: String) throws -> Summary {
            try Command.run(curation.words(["ingest", "--quiet", "--json", path])).json(Summary.self)
        }
        let first = try ingest(footage)
        #expect(first.added == 1 && first.problems.isEmpty)
        #expect(try ingest("\(footage)/red.ome.tif").added == 0)
        #expect(try curation.count("SELECT count(*) AS n FROM source_file") == 2)
        try curation.perform("run", "--quiet")
        #expect(try curation.count("SELECT count(*) AS n FROM rendition WHERE frames = 12") == 1)

        try FileManager.default.removeItem(atPath: "\(footage)/red.ome.tif")
        let second = try Curation.begin(at: folder.path("second"), recipe: Curation.recipe("profile: native"))
        let alone = try Command.run(second.words(["ingest", "--quiet", "--json", footage])).json(Summary.self)
        #expect(alone.added == 0 && alone.problems.count == 1)
        #expect(alone.problems.first.map { "\($0)".contains("red.ome.tif") } == true)
    }

    @Test func aLineOfSourcesDeclaresTheView() throws {
        let folder = try TemporaryFolder()
        try Self.stack(pages: 12, calibrated: false).write(to: folder.path("cells.tif"))
        let line = """
            {"path": "cells.tif", "axes": "TZ3", "interval": 2.5, "pixel_size": "65nm", "channels": "1:#00FF00",
            "contrast": "5..250", "gamma": 0.5, "z": "middle", "tags": ["a"], "views": 3}
            """.replacingOccurrences(of: "\n", with: " ")
        try Data(line.utf8).write(to: URL(fileURLWithPath: folder.path("sources.jsonl")))
        let curation = try Curation.begin(at: folder.path("workspace"), recipe: Curation.recipe(Curation.smallProfile))
        try curation.perform(
            "ingest", "--quiet", folder.path("cells.tif"), "--sources", folder.path("sources.jsonl"), "--z", "focus",
            "--interval", "9s")
        struct Row: Decodable { var view: String }
        let row = try #require(try curation.rows(Row.self, "SELECT view FROM source").first)
        let view = try JSON.decode(View.self, from: row.view)
        #expect(view.intervalSeconds == Rational(5, 2) && view.pixelSizeUm == Rational(65, 1000))
        #expect(view.axes == "TZ3" && view.zRule == .middle && view.gamma == Rational(1, 2))
        let green = ChannelColor(red: 0, green: 255, blue: 0)
        #expect(view.channels == [ChannelView(channel: 0, color: green, low: 5, high: 250)])
        struct Known: Decodable {
            var tags: String?
            var views: Int?
        }
        let known = try #require(try curation.rows(Known.self, "SELECT tags, views FROM provenance").first)
        #expect(known.tags == "[\"a\"]" && known.views == 3)
    }

    /// The schema promises exactly the keys that a line may have.
    @Test func theSchemaOfASourceLineIsWhatIngestTakes() throws {
        let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let schema = try JSONSerialization.jsonObject(
            with: Data(contentsOf: repository.appending(path: "schemas/source-line.schema.json")))
        let properties = try #require((schema as? [String: Any])?["properties"] as? [String: Any])
        let folder = try TemporaryFolder()
        let curation = try Curation.begin(at: folder.path("workspace"), recipe: Curation.recipe(Curation.smallProfile))
        try Data("{\"path\": \"a\", \"odd\": 1}\n".utf8).write(to: URL(fileURLWithPath: folder.path("odd.jsonl")))
        let answer = try Command.run(
            curation.words(["ingest", "--quiet", folder.path("."), "--sources", folder.path("odd.jsonl")]))
        let known = try #require(answer.errors.range(of: #"Known: [^.]*"#, options: .regularExpression))
        let keys = answer.errors[known].dropFirst(7).components(separatedBy: ", ")
        #expect(Set(keys) == Set(properties.keys))
    }

    @Test(arguments: [
        ("--channels", "0"), ("--channels", "1,1"), ("--channels", "1:green"), ("--contrast", "5"),
        ("--contrast", "9..9"), ("--contrast", "nan..1"), ("--gamma", "0"), ("--gamma", "bright"), ("--z", "top"),
    ])
    func declarationsThatCantBeReadAreWrongUsage(_ option: String, _ value: String) throws {
        let answer = try Command.run("shots", "nothing.tif", option, value)
        #expect(answer.status == 2 && answer.errors.contains(value))
    }

    /// Files named by axis that fill their grid are one recording; others are sequences by their last number.
    @Test func filesNamedByAxisAreOneRecording() throws {
        let folder = try TemporaryFolder()
        func write(_ name: String, _ value: Int) throws {
            let path = folder.path(name)
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            var still = StackFootage(width: 32, height: 24, pages: 1)
            still.content = { _, x, y, _ in value + x + y }
            try still.write(to: path)
        }
        for t in 8...12 {
            for z in 1...3 { try write("grid/cell_t\(t)_z\(z).tif", t * 10 + z) }
            for field in 1...2 where t != 10 || field == 1 {
                try write("fields/f\(field)-\(t)_raw.tif", t + 50 * field)
            }
        }
        let curation = try Curation.begin(at: folder.path("workspace"), recipe: Curation.recipe(Curation.smallProfile))
        try curation.perform("ingest", "--quiet", folder.path("grid"), folder.path("fields"))
        struct Row: Decodable {
            var view: String
            var probe: String
            var first: String
        }
        let rows = try curation.rows(
            Row.self,
            """
            SELECT view, probe, (SELECT path FROM file_path JOIN source_file USING (sha256)
                WHERE source_id = source.id AND position = 1) AS first FROM source ORDER BY first
            """)
        #expect(
            rows.map { ($0.first as NSString).lastPathComponent } == ["f1-9_raw.tif", "f2-9_raw.tif", "cell_t8_z2.tif"])
        let grid = try #require(rows.last)
        #expect(try JSON.decode(View.self, from: grid.view).axes == "TZ3")
        let notes = try rows.map { try JSON.decode(MediaDescription.self, from: $0.probe).notes }
        #expect(!notes[0].contains { $0.contains("missing") })
        #expect(notes[1].contains("1 numbers are missing: 10"))
        #expect(notes[2].contains { $0.contains("taken from the files' names") })
    }
}
