import Foundation
import Model
import Footage
import Testing

/// Everything about releases that the command is asked for from outside, over one workspace.
@Suite(Releasable.Shared())
struct ReleaseTests {}

/// A workspace whose clips are ready for release and that nobody has decided on: made once for all of `ReleaseTests`.
final class Releasable: Sendable {
    @TaskLocal static var current: Releasable?

    /// Makes `Releasable.current` for the tests of a suite.
    struct Shared: SuiteTrait, TestScoping {
        func provideScope(
            for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
        ) async throws {
            try await Releasable.$current.withValue(try Releasable()) { try await body() }
        }
    }

    private let folder: TemporaryFolder
    let curation: Curation

    /// Representatives that are ready.
    static let clips = 21

    /// Names of recordings that must share a split.
    static let tied = [["series-0", "series-1", "series-2"], ["twin-0", "twin-1"]]

    /// What the recordings come with, and how many clips of each licence there are; "" where it is unknown.
    static let licences = ["CC-BY-4.0": 6, "CC-BY-SA-4.0": 2, "CC0-1.0": 9, "": 2, "All rights reserved": 2]

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("footage"), withIntermediateDirectories: true)
        curation = try Curation.begin(at: folder.path("workspace"), recipe: Self.recipe())
        try curation.add(Self.films)
    }

    /// A recipe that a decision of one expert is enough for.
    static func recipe(
        export: String = "seed: 1, validation: 0.3, test: 0.3", version: String = "1", more: String = ""
    ) -> String {
        """
        name: \(Curation.name)
        version: "\(version)"
        scan: {sample_seconds: 0.1}
        propose: {min_seconds: 1}
        dedup: {min_matches: 2}
        review: {quorum: 1}
        profile: native
        export: {\(export)}
        \(more)
        """
    }

    /// Thirteen recordings of two scenes or one; `twin-1` shows a scene of `twin-0`.
    private static let films: [Film] = {
        let licences = ["CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-4.0", "CC0-1.0", "CC-BY-4.0", nil, "All rights reserved"]
        let singles = licences.enumerated().map { index, licence in
            Film("single-\(index)", looks: [2 * index, 2 * index + 1], licence: licence)
        }
        let series = (0..<3).map { Film("series-\($0)", looks: [20 + $0], channel: "Lab", series: "Deep cells") }
        let twins = [Film("twin-0", looks: [31, 30]), Film("twin-1", looks: [31, 32], quality: 30)]
        return singles + series + twins + [Film("lone", looks: [25], channel: "Elsewhere", series: "Deep cells")]
    }()
}

/// A recording in the making: scenes of 32 frames, each of its own look.
struct Film {
    var name: String
    var looks: [Int]
    var licence: String? = "CC0-1.0"
    var channel: String?
    var series: String?
    var quality: Int
    var width: Int

    init(
        _ name: String, looks: [Int], licence: String? = "CC0-1.0", channel: String? = nil, series: String? = nil,
        quality: Int = 20, width: Int = 160
    ) {
        self.name = name
        self.looks = looks
        self.licence = licence
        self.channel = channel
        self.series = series
        self.quality = quality
        self.width = width
    }

    static let frames = 32

    func write(to path: String) throws {
        var clock = ClockFootage(
            scenes: looks.map { .init(Self.frames, look: $0) }, width: width, height: width * 3 / 4)
        clock.quality = quality
        try clock.write(to: path)
    }

    /// As `ingest --sources` reads it.
    func line(_ path: String) throws -> String {
        struct Line: Encodable {
            var path: String
            var title: String
            var licence: String?
            var channel: String?
            var series: String?
        }
        return try JSON.line(
            Line(path: path, title: "Cells of \(name)", licence: licence, channel: channel, series: series))
    }
}

/// A line of `clips.jsonl`, as far as these tests look at it.
struct ReleaseLine: Decodable, Hashable {
    var clipId: String
    var sourceId: String
    var sourceTitle: String
    var split: String
    var caption: String
    var licence: String
    var sha256: String
    var frames: Int

    /// The name of the `Film`.
    var film: String { sourceTitle.replacing("Cells of ", with: "") }
}

/// A line of `withheld.jsonl`.
struct WithheldLine: Decodable, Hashable {
    var clipId: String
    var reason: String
    var detail: String
}

/// What `export --json` prints, as far as these tests look at it.
struct ExportAnswer: Decodable {
    struct Preflight: Decodable, Equatable {
        struct Trainer: Decodable, Equatable {
            var trainer: String
            var clips: Int
            var whole: Int
            var shortened: Int
            var dropped: Int
        }
        var trainers: [Trainer]
    }
    var directory: String
    var clips: Int
    var splits: [String: Int]
    var withheld: [WithheldLine]
    var preflight: Preflight
    var sha256: String
}

/// A release as it lies on disk.
struct ReleaseFolder {
    static let formats = ["webdataset", "mds", "microverse", "hf", "musubi", "diffusion-pipe", "ltx"]
    static let allFormats = formats.flatMap { ["--format", $0] }

    let path: String

    func text(_ file: String) throws -> String { try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8) }

    func lines<Line: Decodable>(_ file: String, _ type: Line.Type) throws -> [Line] {
        try text(file).split(separator: "\n").map { try JSON.decode(type, from: String($0)) }
    }

    func clips() throws -> [ReleaseLine] { try lines("clips.jsonl", ReleaseLine.self) }
    func withheld() throws -> [WithheldLine] { try lines("withheld.jsonl", WithheldLine.self) }
    func tree() throws -> FileTree { try FileTree(path) }
}

extension Curation {
    /// Writes recordings beside the workspace, and ingests and runs them.
    func add(_ films: [Film]) throws {
        let footage = (root as NSString).deletingLastPathComponent + "/footage"
        try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
        var lines = ""
        for film in films {
            try film.write(to: "\(footage)/\(film.name).mp4")
            lines += try film.line("\(film.name).mp4") + "\n"
        }
        try write(lines, to: "\(footage)/sources.jsonl")
        try perform(
            ["ingest", "--quiet", "--sources", "\(footage)/sources.jsonl"] + films.map { "\(footage)/\($0.name).mp4" })
        try perform("run", "--quiet")
    }

    func use(recipe: String) throws { try write(recipe, to: path("recipe.yaml")) }

    /// Exports what is ready.
    @discardableResult
    func export(_ name: String, _ options: [String] = []) throws -> ReleaseFolder {
        try perform(Self.export + ["--name", name] + options)
        return ReleaseFolder(path: path("exports/\(name)"))
    }

    /// Exports however it ends.
    func attemptExport(_ options: [String]) throws -> Command.Answer { try Command.run(words(Self.export + options)) }

    /// The names in `exports`, hidden ones too.
    func exports() throws -> [String] {
        let folder = path("exports")
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }
}
