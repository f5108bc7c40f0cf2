import Foundation
import Media
import Model
import Footage
import Testing

/// Footage that isn't any, or not all of it: each file gets one clear line and a record, and the others go on.
struct BadInputTests {
    /// Bytes that are wrong in one way, under a name that promises footage.
    struct Bad: Sendable, CustomTestStringConvertible {
        var name: String
        var reason: Fault.Reason
        /// Words that the line must hold.
        var says: String
        var make: @Sendable (SmallFilm) throws -> [UInt8]

        var testDescription: String { name }
    }

    static let files: [Bad] = [
        Bad(name: "empty.mp4", reason: .empty, says: "is empty") { _ in [] },
        Bad(name: "notes.mp4", reason: .notMedia, says: "holds text") { _ in
            Array(String(repeating: "Dear diary, this is no film.\n", count: 40).utf8)
        },
        Bad(name: "noise.avi", reason: .notMedia, says: "not a film") { _ in
            (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 &+ $0 >> 3 | 0x80) }
        },
        Bad(name: "unfinished.mp4", reason: .truncated, says: "moov") { try $0.atoms("ftyp", "mdat") },
        Bad(name: "only-name.mp4", reason: .truncated, says: "missing") { try $0.atoms("ftyp") },
        Bad(name: "header-only.mp4", reason: .noFrames, says: "no frames") { try $0.atoms("ftyp", "moov") },
        Bad(name: "zero-length.mp4", reason: .noFrames, says: "no frames") { film in
            var bytes = try film.atoms("ftyp", "moov", "mdat")
            // Tables of samples without an entry.
            for (table, offset) in [("stts", 8), ("stsz", 12), ("stsc", 8), ("stco", 8), ("stss", 8), ("ctts", 8)] {
                guard let place = bytes.position(of: Array(table.utf8)) else { continue }
                bytes.replaceSubrange(place + offset..<place + offset + 4, with: [0, 0, 0, 0])
            }
            return bytes
        },
        Bad(name: "header-only.mkv", reason: .truncated, says: "missing") { film in
            let bytes = try film.bytes("film.mkv")
            let cluster = try #require(bytes.position(of: [0x1F, 0x43, 0xB6, 0x75]))
            return Array(bytes[..<cluster])
        },
        Bad(name: "sound.mp4", reason: .noFrames, says: "no video stream") { _ in SmallFilm.wave },
        Bad(name: "picture.png", reason: .unsupported, says: "single picture") { _ in
            SmallFilm.clock.still(3).png
        },
        Bad(name: "picture.tif", reason: .unsupported, says: "single picture") { _ in
            StackFootage(width: 32, height: 24, pages: 1).file().bytes
        },
        Bad(name: "cut.tif", reason: .truncated, says: "page") { _ in
            let file = StackFootage(width: 32, height: 24, pages: 5).file()
            return Array(file.bytes[..<(file.data[2] + 10)])
        },
    ]

    @Test(arguments: files) func oneBadFileGetsOneLine(_ bad: Bad) throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation()
        try Data(try bad.make(film)).write(to: URL(fileURLWithPath: film.path(bad.name)))

        let answer = try curation.attempt("ingest", "--quiet", film.footage)
        #expect(answer.status == 3)
        let lines = answer.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(answer.errors)")
        let line = try #require(lines.first)
        #expect(line.hasPrefix("\(film.path(bad.name)): ") && line.hasSuffix("."), "\(line)")
        #expect(line.contains(bad.says), "\(line)")
        let problems = try curation.problems()
        #expect(problems.map(\.path) == [film.path(bad.name)])
        let fault = try #require(problems.first).fault
        #expect(fault.reason == bad.reason && !fault.advice.isEmpty && "\(fault)" == line)

        #expect(try curation.sources() == ["film.mp4"])
        #expect(try curation.attempt("run", "--quiet").status == 0)
        #expect(try curation.count("SELECT count(*) AS n FROM scan") == 1)
    }

    /// Named alone, a bad file is told of as well, whatever its name.
    @Test func aNamedFileIsNeverPassedOver() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation()
        try Data("no film".utf8).write(to: URL(fileURLWithPath: film.path("notes.txt")))
        let walked = try curation.attempt("ingest", "--quiet", "--json", film.footage)
        #expect(walked.status == 0 && walked.errors.isEmpty)
        #expect(try walked.json(Summary.self).passedOver == [film.path("notes.txt")])
        let named = try curation.attempt("ingest", "--quiet", film.path("notes.txt"))
        #expect(named.status == 3 && named.errors.contains("holds text"))
    }

    struct Summary: Decodable {
        var added: Int
        var known: Int
        var passedOver: [String]
        var problems: [Fault]
    }

    /// The index is there, half of the pictures is not: those that are there can be used, and the rest is told of.
    @Test(arguments: ["film.mp4", "film.mkv", "film.avi"]) func aFilmCutOffInTheMiddle(_ name: String) throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let whole = try film.bytes(name)
        try FileManager.default.removeItem(atPath: film.path("film.mp4"))
        try Data(whole[..<(whole.count * 6 / 10)]).write(to: URL(fileURLWithPath: film.path("cut." + name)))
        let curation = try film.curation("profile: native")
        try curation.perform("ingest", "--quiet", film.footage)
        try curation.perform("run", "--quiet")

        struct Scan: Decodable {
            var frames: Int
            var problems: String
        }
        let scan = try #require(try curation.rows(Scan.self, "SELECT frames, problems FROM scan").first)
        #expect(scan.frames > 10 && scan.frames < film.frames)
        #expect(scan.problems.contains("cut off"), "\(scan.problems)")
        let clips = try curation.renditions()
        #expect(clips.count == 1)
        let ordinals = try SmallFilm.clock.ordinals(ofFile: try #require(clips.first))
        // A decoder may guess the picture that the end of the file cut through.
        #expect(ordinals.count <= scan.frames && ordinals.count >= scan.frames - 1)
        #expect(ordinals.dropLast() == (0..<(ordinals.count - 1)).map { $0 }[...])
    }

    @Test func aFolderWithoutMedia() throws {
        let folder = try TemporaryFolder()
        let curation = try SmallFilm(in: folder).curation()
        let texts = folder.path("texts")
        try FileManager.default.createDirectory(atPath: texts + "/deep", withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: texts + "/deep/readme.txt"))
        let answer = try curation.attempt("ingest", "--quiet", texts)
        #expect(answer.status == 3)
        #expect(answer.errors.hasPrefix("\(texts): there is no footage in the folder. "), "\(answer.errors)")
        #expect(try curation.problems().map(\.path) == [texts])

        // Once it has footage, nothing of that remains.
        try SmallFilm.clock.write(to: texts + "/deep/film.mp4")
        #expect(try curation.attempt("ingest", "--quiet", texts).status == 0)
        #expect(try curation.problems().isEmpty)

        let empty = folder.path("empty")
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
        let none = try curation.attempt("ingest", "--quiet", empty, folder.path("absent"))
        #expect(none.status == 3)
        #expect(none.errors.contains("\(empty): the folder is empty. "))
        #expect(none.errors.contains("\(folder.path("absent")): it can't be opened (no such file or directory). "))
        #expect(none.errors.split(separator: "\n").count == 2, "\(none.errors)")
    }

    @Test func pathsWithSpacesQuotesAndUnicode() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let odd = film.path("a b 'q\" $HOME µ 日本 🧫 %20 -x")
        try FileManager.default.createDirectory(atPath: odd, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: film.path("film.mp4"), toPath: odd + "/zellen: µm 🔬.mp4")
        let workspace = folder.path("работа 数据 'ws'")
        let curation = try film.curation(at: workspace)
        try curation.perform("ingest", "--quiet", film.footage)
        try curation.perform("run", "--quiet")
        #expect(try curation.sources() == ["zellen: µm 🔬.mp4"])
        let clips = try curation.renditions()
        #expect(!clips.isEmpty)
        for clip in clips { #expect(try SmallFilm.clock.ordinals(ofFile: clip).allSatisfy { $0 != nil }) }
    }

    /// A file and a folder that may not be read; the others go on.
    @Test(.enabled(if: Confined.canBeOrdinary, "needs setpriv where the tests run as root"))
    func filesThatMayNotBeRead() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation()
        let locked = film.path("locked.mp4")
        try FileManager.default.copyItem(atPath: film.path("film.mp4"), toPath: locked)
        try FileManager.default.createDirectory(atPath: film.path("vault"), withIntermediateDirectories: true)
        for path in [locked, film.path("vault")] {
            try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
        }
        defer { chmod(film.path("vault"), 0o755) }
        let answer = try Confined.asOrdinary(curation.words(["ingest", "--quiet", film.footage]))
        #expect(answer.status == 3)
        let lines = answer.errors.split(separator: "\n")
        #expect(lines.count == 2, "\(answer.errors)")
        #expect(answer.errors.contains("\(locked): the file can't be read. "))
        #expect(answer.errors.contains("\(film.path("vault")): the folder can't be read. "))
        #expect(try curation.problems().map(\.fault.reason) == [.unreadable, .unreadable])
        #expect(try curation.sources() == ["film.mp4"])
    }

    @Test func linksInCircles() throws {
        let folder = try TemporaryFolder()
        let film = try SmallFilm(in: folder)
        let curation = try film.curation()
        let files = FileManager.default
        try files.createDirectory(atPath: film.path("deep"), withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: film.path("deep/up"), withDestinationPath: "..")
        try files.createSymbolicLink(atPath: film.path("self.mp4"), withDestinationPath: "self.mp4")
        try files.createSymbolicLink(atPath: film.path("gone.mp4"), withDestinationPath: "nowhere.mp4")
        try files.createSymbolicLink(atPath: film.path("other.mp4"), withDestinationPath: "film.mp4")
        let answer = try curation.attempt("ingest", "--quiet", film.footage)
        #expect(answer.status == 3)
        #expect(answer.errors.split(separator: "\n").count == 3, "\(answer.errors)")
        #expect(answer.errors.contains("\(film.path("deep/up")): the folder was visited already"))
        #expect(answer.errors.contains("\(film.path("self.mp4")): the symbolic link leads in a circle"))
        #expect(answer.errors.contains("\(film.path("gone.mp4")): it can't be opened"))
        // A link to a file is a second path of the same bytes.
        #expect(try curation.count("SELECT count(*) AS n FROM source") == 1)
        #expect(try curation.count("SELECT count(*) AS n FROM file_path") == 2)
    }
}
