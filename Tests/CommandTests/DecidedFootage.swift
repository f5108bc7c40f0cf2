import Foundation
import Model
import Footage
import Testing

/// Two recordings on which experts have decided, one showing a scene of the other: made once for a whole suite.
final class Decided: Sendable {
    @TaskLocal static var current: Decided?

    /// Makes `Decided.current` for the tests of a suite.
    struct Shared: SuiteTrait, TestScoping {
        func provideScope(
            for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
        ) async throws {
            try await Decided.$current.withValue(try Decided()) { try await body() }
        }
    }

    static let words = "A spindle of 12 µm lines up its chromosomes."

    private let folder: TemporaryFolder
    let footage: String
    /// Without decisions; with a tie on the third clip; with the third expert's voice.
    let before, tied, after: Curation
    /// The film's four clips, and the copy of the first.
    let first, second, third, fourth, copy: DecidedClip

    init() throws {
        folder = try TemporaryFolder()
        footage = folder.path("footage")
        try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
        let scenes: [ClockFootage.Scene] = [
            .init(130, look: 1), .init(100, look: 2), .init(90, look: 3), .init(80, look: 4),
        ]
        var copied = ClockFootage(scenes: [scenes[0]], width: 160, height: 120)
        copied.quality = 32
        let films = [("film.mp4", ClockFootage(scenes: scenes, width: 160, height: 120)), ("copy.mkv", copied)]
        for (name, film) in films {
            try film.write(to: "\(footage)/\(name)")
            try Curation.describe("\(footage)/\(name)")
        }
        before = try Curation.begin(at: folder.path("before"), recipe: Self.recipe(Self.native(), quorum: 2))
        try before.perform("ingest", "--quiet", footage)
        try before.perform("run", "--quiet")
        let clips = try before.clips()
        func clip(_ name: String, _ frames: Range<Int>) throws -> DecidedClip {
            try #require(
                clips.first {
                    $0.path.hasSuffix(name) && $0.startFrame == frames.lowerBound && $0.endFrame == frames.upperBound
                },
                "no clip of \(name) holds \(frames): \(clips)")
        }
        first = try clip("film.mp4", 0..<130)
        second = try clip("film.mp4", 130..<230)
        third = try clip("film.mp4", 230..<320)
        fourth = try clip("film.mp4", 320..<400)
        copy = try clip("copy.mkv", 0..<130)
        tied = try before.copy(to: folder.path("tied"))
        try tied.decide([
            .vote(first, "ada", .accept, level: "subcellular", caption: Self.words, minute: 1),
            .vote(first, "bob", .accept, level: "subcellular", minute: 2),
            .vote(second, "ada", .reject, reasons: ["poor_quality"], minute: 3),
            .vote(second, "bob", .reject, minute: 4),
            .vote(third, "ada", .accept, level: "organ", caption: "One thing.", minute: 5),
            .vote(third, "bob", .reject, minute: 6),
        ])
        try tied.perform("run", "--quiet")
        after = try tied.copy(to: folder.path("after"))
        try after.decide([.vote(third, "cyd", .accept, level: "organ", caption: "Another thing.", minute: 7)])
        try after.perform("run", "--quiet")
    }

    /// Recipe keys that make clips of whole shots, longer ones split evenly.
    static func native(maxSeconds: Double = 10) -> String {
        "propose: {min_seconds: 1, max_seconds: \(maxSeconds)}\nprofile: native"
    }

    static func recipe(_ more: String, quorum: Int, carryOver: Int = 0) -> String {
        """
        name: tested
        version: "1"
        scan: {sample_seconds: 0.25}
        review: {quorum: \(quorum), carry_over_frames: \(carryOver)}
        \(more)
        """
    }
}

/// A row of `clip_overview`.
struct DecidedClip: Decodable, Equatable {
    var id: String
    var sourceId: String
    var path: String
    var startFrame: Int
    var endFrame: Int
    var state: String
    var reason: String?
    var level: String?
    var caption: String?
    var sha256: String?

    static let columns =
        "clip_id AS id, source_id, source_path AS path, start_frame, end_frame, state, reason, level, caption, sha256"

    var withoutFile: DecidedClip {
        var clip = self
        clip.sha256 = nil
        return clip
    }

    /// Whether it shares at least half of the shorter one's frames.
    func sharesHalf(of other: DecidedClip) -> Bool {
        let shared = min(endFrame, other.endFrame) - max(startFrame, other.startFrame)
        return path == other.path && 2 * shared >= min(endFrame - startFrame, other.endFrame - other.startFrame)
    }
}

extension [DecidedClip] {
    func first(_ clip: DecidedClip) -> DecidedClip? { first { $0.id == clip.id } }
}

/// A line of a release's `clips.jsonl`, as far as tests look at it.
struct ReleasedClip: Decodable, Equatable {
    var clipId: String
    var caption: String
    var captionKind: String
    var acceptedBy: String
    var sha256: String
    var sourceFrames: [Int]
}

/// What `explain --json` prints, as far as tests look at it.
struct Explanation: Decodable {
    struct Clip: Decodable {
        var state: String
        var reason: String?
    }
    struct Overlap: Decodable {
        var otherId: String
        var sharedFrames: Int
        var state: String
    }
    struct Voice: Decodable {
        var reviewer: String
        var origin: String?
    }
    struct Release: Decodable { var release: String }

    var clip: [Clip]
    var overlaps: [Overlap]
    var decisions: [Voice]
    var releases: [Release]
}

extension Decision {
    /// One voice; its id is made from what it says.
    static func vote(
        _ clip: DecidedClip, _ reviewer: String, _ choice: Choice, reasons: [String] = [], level: String? = nil,
        caption: String? = nil, minute: Int = 0
    ) -> Decision {
        var decision = Decision(
            id: "", clipId: ClipID(rawValue: clip.id), reviewer: reviewer, decision: choice, reasons: reasons,
            level: level, caption: caption, decidedAt: "2026-05-04T12:\(minute < 10 ? "0" : "")\(minute):00Z")
        decision.id = (try? decision.derivedID()) ?? ""
        return decision
    }
}

extension Curation {
    /// Replaces the recipe.
    func use(_ more: String, quorum: Int, carryOver: Int = 0) throws {
        let recipe = Decided.recipe(more, quorum: quorum, carryOver: carryOver)
        try Data(recipe.utf8).write(to: URL(fileURLWithPath: path("recipe.yaml")))
    }

    func clips() throws -> [DecidedClip] {
        try rows(
            DecidedClip.self, "SELECT \(DecidedClip.columns) FROM clip_overview ORDER BY path, start_frame, end_frame")
    }

    /// Imports decisions.
    func decide(_ decisions: [Decision]) throws {
        let file = root + ".decisions.jsonl"
        try Data(try decisions.map { try JSON.line($0) + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: file))
        try perform("review", "import", file)
    }

    /// All decisions, in the order of the ledger.
    func decisions() throws -> [Decision] {
        try perform("review", "export", "--all").split(separator: "\n").map {
            try JSON.decode(Decision.self, from: String($0))
        }
    }

    func explanation(of clip: String) throws -> Explanation {
        try JSON.decode(Explanation.self, from: try perform("explain", "--json", clip))
    }

    /// Exports and reads what was released, by clip.
    func released(name: String, _ options: String...) throws -> [String: ReleasedClip] {
        try perform(["export", "--quiet", "--name", name] + options)
        let lines = try String(contentsOfFile: path("exports/\(name)/clips.jsonl"), encoding: .utf8)
        let clips = try lines.split(separator: "\n").map { try JSON.decode(ReleasedClip.self, from: String($0)) }
        return Dictionary(uniqueKeysWithValues: clips.map { ($0.clipId, $0) })
    }
}
