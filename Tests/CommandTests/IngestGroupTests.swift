import Foundation
import Model
import Footage
import Testing

/// Files that turn out to belong together in another way than they lie in their folder.
struct IngestGroupTests {
    private struct Summary: Decodable {
        var added: Int
        var known: Int
        var problems: [Fault]
        var passedOver: [String]
    }

    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func curation(_ name: String = "workspace") throws -> Curation {
        try Curation.begin(at: folder.path(name), recipe: Curation.recipe("profile: native"))
    }

    private func ingest(_ curation: Curation, _ words: String...) throws -> (summary: Summary, status: Int32) {
        let answer = try Command.run(curation.words(["ingest", "--quiet", "--json"] + words))
        return (try answer.json(Summary.self), answer.status)
    }

    private func make(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
        return folder.path(name)
    }

    /// An OME-TIFF set of three files, a time point each.
    private func writeSet(in place: String) throws -> [String] {
        let names = ["beta.ome.tif", "alpha.ome.tif", "gamma.ome.tif"]
        func uuid(_ number: Int) -> String { "urn:uuid:00000000-0000-4000-8000-00000000000\(number)" }
        let blocks = names.enumerated().map { number, name in
            "<TiffData FirstT=\"\(number)\" IFD=\"0\" PlaneCount=\"1\"><UUID FileName=\"\(name)\">\(uuid(number))</UUID></TiffData>"
        }
        let pixels =
            "<Pixels DimensionOrder=\"XYZCT\" Type=\"uint8\" SizeX=\"32\" SizeY=\"24\" SizeZ=\"1\" SizeC=\"1\" SizeT=\"3\">"
            + "\(blocks.joined())</Pixels>"
        for (number, name) in names.enumerated() {
            var file = StackFootage(width: 32, height: 24, pages: 1)
            file.description = "<?xml version=\"1.0\"?><OME UUID=\"\(uuid(number))\"><Image>\(pixels)</Image></OME>"
            file.content = { _, x, y, _ in (40 * number + x * y) % 251 }
            try file.write(to: "\(place)/\(name)")
        }
        return names.map { "\(place)/\($0)" }
    }

    /// However many work on it, whatever its folder is called, and whichever of its files is named again.
    @Test(arguments: ["plain", "Zellkörper-µm", "Zellko\u{308}rper"]) func aSetIsOneRecording(_ name: String) throws {
        let place = try make(name)
        let files = try writeSet(in: place)
        var tasks: Set<[String]> = []
        for workers in ["0", "1", "2", "3"] {
            let curation = try curation("workspace-\(workers)")
            let first = try ingest(curation, place, "--workers", workers)
            #expect(first.status == 0 && first.summary.added == 1, "\(workers): \(first)")
            #expect(first.summary.problems.isEmpty, "\(first.summary.problems)")
            for file in [place] + files {
                let again = try ingest(curation, file, "--workers", workers)
                #expect(again.status == 0 && again.summary.added == 0 && again.summary.known == 1, "\(file): \(again)")
            }
            #expect(try curation.problems().isEmpty)
            struct Task: Decodable { var task: String }
            tasks.insert(
                try curation.rows(Task.self, "SELECT key || fingerprint || status AS task FROM task ORDER BY 1").map(
                    \.task))
        }
        #expect(tasks.count == 1 && tasks.first?.count == 1, "\(tasks)")
    }

    /// Numbered files that are stacks of their own: each has its own line of `--sources`.
    @Test func eachStackOfASeriesHasItsOwnLine() throws {
        let place = try make("stä")
        let licences = ["CC0-1.0", "CC-BY-4.0", "MIT"]
        var lines: [String] = []
        for (number, licence) in licences.enumerated() {
            var stack = StackFootage(width: 32, height: 24, pages: 6)
            stack.content = { page, x, y, _ in (60 * number + 7 * page + x * y) % 251 }
            try stack.write(to: "\(place)/img_00\(number + 1).tif")
            lines.append(
                #"{"path": "img_00\#(number + 1).tif", "licence": "\#(licence)", "interval": "\#(10 * (number + 1))s"}"#
            )
        }
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: "\(place)/lines.jsonl"))
        let curation = try curation()
        let answer = try ingest(curation, place, "--sources", "\(place)/lines.jsonl")
        #expect(answer.status == 0 && answer.summary.added == 3, "\(answer)")
        struct Row: Decodable {
            var licence: String
            var view: String
        }
        let rows = try curation.rows(
            Row.self,
            """
            SELECT licence, view FROM source JOIN provenance ON source_id = source.id
            JOIN source_file USING (source_id) JOIN file_path USING (sha256) ORDER BY path
            """)
        #expect(rows.map(\.licence) == licences)
        #expect(
            try rows.map { try JSON.decode(View.self, from: $0.view).intervalSeconds }
                == [Rational(10), Rational(20), Rational(30)])
    }

    /// A picture that is named beside the folder of its sequence is one of the sequence.
    @Test func aNamedPictureLeavesItsSequenceWhole() throws {
        let place = try make("plate")
        for number in 1...5 {
            try Data(SmallFilm.clock.still(number).png).write(to: URL(fileURLWithPath: "\(place)/p_00\(number).png"))
        }
        let curation = try curation()
        let answer = try ingest(curation, place, "\(place)/p_001.png")
        #expect(answer.status == 0 && answer.summary.added == 1, "\(answer)")
    }

    /// What an ingest says is said again when it is repeated; a sidecar that leads nowhere is none.
    @Test func theLastWordCounts() throws {
        let place = try make("films")
        let film = try SmallFilm(in: folder)
        for name in ["a.mp4", "b.mp4"] {
            try FileManager.default.copyItem(atPath: film.path("film.mp4"), toPath: "\(place)/\(name)")
        }
        try FileManager.default.createSymbolicLink(atPath: "\(place)/a.en.vtt", withDestinationPath: "/nowhere")
        let curation = try curation()
        for (name, licence) in [("a.mp4", "CC0-1.0"), ("b.mp4", "MIT"), ("a.mp4", "CC0-1.0")] {
            #expect(try ingest(curation, "\(place)/\(name)", "--licence", licence).status == 0)
            struct Row: Decodable { var licence: String }
            #expect(try curation.rows(Row.self, "SELECT licence FROM provenance").map(\.licence) == [licence])
        }
    }
}
