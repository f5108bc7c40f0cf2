import Foundation
import Model
import Footage
import Testing

/// A workspace that has come as far as the filters, made once for the suite.
private final class Tunable: Sendable {
    @TaskLocal static var current: Tunable?

    struct Shared: SuiteTrait, TestScoping {
        func provideScope(
            for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
        ) async throws {
            try await Tunable.$current.withValue(try Tunable()) { try await body() }
        }
    }

    private let folder: TemporaryFolder
    let curation: Curation

    /// Spelling and comments that a change must leave alone.
    static let recipe = """
        # What we look for.
        name: tested   # not yet ours
        version: "1"
        profile: native

        propose: {min_seconds: 1, max_seconds: 10}
        filter:
          # Cells hardly move here.
          min_motion: 0.0001   # was 0.002
          max_text: 0.75
        review:
          quorum: 1
        """

    /// Two films of scenes of 2 to 5 seconds, with cuts and a dissolve between them.
    init() throws {
        folder = try TemporaryFolder()
        let footage = folder.path("footage")
        try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
        let first: [ClockFootage.Scene] = [
            .init(130, look: 1), .init(60, look: 2), .init(70, look: 3, entrance: .dissolve(16)), .init(15, look: 4),
        ]
        try ClockFootage(scenes: first, width: 160, height: 96).write(to: "\(footage)/first.mp4")
        let second: [ClockFootage.Scene] = [.init(80, look: 5), .init(55, look: 6, style: .still), .init(65, look: 7)]
        try ClockFootage(scenes: second, width: 160, height: 96).write(to: "\(footage)/second.mp4")
        curation = try Curation.begin(at: folder.path("workspace"), recipe: Self.recipe)
        try curation.perform("ingest", "--quiet", footage)
        try curation.perform("run", "--quiet", "--until", "filter")
    }
}

/// What `tune --json` prints, as far as tests look at it.
private struct Prediction: Decodable {
    struct Funnel: Decodable, Equatable {
        var shots: Int
        var proposed: Int
        var passed: Int
        var rejected: [String: Int]
    }
    struct Funnels: Decodable {
        var before: Funnel
        var after: Funnel
    }
    struct Clip: Decodable {
        var clipId: String
        var change: String
        var kept: Bool
        var after: String?
    }
    struct Histogram: Decodable {
        struct Bin: Decodable {
            var from: Double
            var to: Double
            var before: Int
            var after: Int
        }
        var key: String
        var of: String
        var bins: [Bin]
        var unmeasured: Int
        var before: Double?
        var after: Double?
    }
    struct Pending: Decodable {
        var propose: Int
        var filter: Int
    }
    var funnel: Funnels
    var clips: [Clip]
    var histograms: [Histogram]
    var pending: Pending
}

@Suite(.serialized, Tunable.Shared())
struct TuneTests {
    /// A copy of the shared workspace.
    private func workspace(in folder: TemporaryFolder) throws -> Curation {
        try #require(Tunable.current).curation.copy(to: folder.path("workspace"))
    }

    /// A key with a value between two that were measured, so that it parts the clips.
    private func assignment(_ key: String, in curation: Curation) throws -> String {
        struct Row: Decodable { var value: Double }
        switch key {
        case "filter.min_sharpness", "filter.min_motion":
            let values = try curation.rows(
                Row.self, "SELECT DISTINCT value FROM signal WHERE name = '\(key.dropFirst(11))' ORDER BY value"
            ).map(\.value)
            try #require(values.count > 2)
            return "\(key)=\((values[values.count / 2 - 1] + values[values.count / 2]) / 2)"
        case "detect.cut_threshold":
            let scores = try curation.rows(Row.self, "SELECT score AS value FROM transition WHERE kind = 'cut'").map(
                \.value)
            let least = try #require(scores.min())
            try #require(least < 1)
            return "\(key)=\((least + 1) / 2)"
        case "propose.min_seconds": return "\(key)=2.5"
        default: return "\(key)=1.7"
        }
    }

    private func states(_ curation: Curation) throws -> [String: String] {
        Dictionary(uniqueKeysWithValues: try curation.clips().map { ($0.id, $0.state) })
    }

    @Test(arguments: [
        "filter.min_sharpness", "filter.min_motion", "propose.max_seconds", "propose.min_seconds",
        "detect.cut_threshold",
    ])
    func whatItSaysIsWhatHappens(_ key: String) throws {
        let folder = try TemporaryFolder()
        let curation = try workspace(in: folder)
        let before = try states(curation)
        let assignment = try assignment(key, in: curation)
        let said = try JSON.decode(Prediction.self, from: try curation.perform("tune", "--json", assignment))
        #expect(!said.clips.isEmpty, "\(assignment) changes nothing")
        var expected = before
        for clip in said.clips {
            #expect(!clip.kept)
            #expect((clip.change == "appears") == (before[clip.clipId] == nil), "\(clip)")
            expected[clip.clipId] =
                switch clip.change {
                case "rejected": "rejected"
                case "passes": "proposed"
                case "vanishes": "retired"
                default: clip.after == "passed" ? "proposed" : "rejected"
                }
        }
        try curation.perform("tune", "--apply", assignment)
        struct Summary: Decodable {
            var stage: String
            var done: Int
        }
        let run = try JSON.decode(
            [Summary].self, from: try curation.perform("run", "--quiet", "--until", "filter", "--json"))
        #expect(run.first { $0.stage == "scan" }?.done == 0)
        #expect(run.first { $0.stage == "propose" }?.done == said.pending.propose)
        #expect(run.first { $0.stage == "filter" }?.done == said.pending.filter)
        #expect(said.pending.propose == (key.hasPrefix("filter") || key == "propose.min_seconds" ? 0 : 2))
        #expect(try states(curation) == expected)

        let after = try states(curation)
        let reasons = Dictionary(grouping: try curation.clips().filter { $0.state == "rejected" }) { $0.reason ?? "" }
        #expect(said.funnel.after.passed == after.values.count { $0 == "proposed" })
        #expect(said.funnel.after.rejected == reasons.mapValues(\.count))
        #expect(said.funnel.before.passed == before.values.count { $0 == "proposed" })
        #expect(said.funnel.after.shots == (try curation.count("SELECT count(*) AS n FROM shot")))
        let again = try JSON.decode(Prediction.self, from: try curation.perform("tune", "--json", assignment))
        #expect(again.clips.isEmpty && again.funnel.before == said.funnel.after)
        #expect(again.pending.propose + again.pending.filter == 0)
    }

    @Test(arguments: ["filter.min_motion=0.5", "propose.max_seconds=1.7", "detect.cut_threshold=0.99"])
    func nothingIsWritten(_ assignment: String) throws {
        let folder = try TemporaryFolder()
        let curation = try workspace(in: folder)
        let before = try FileTree(curation.root)
        try curation.perform("tune", assignment)
        try curation.perform("tune", "--json", assignment)
        try curation.perform("tune", assignment, "-o", folder.path("tune.html"))
        let after = try FileTree(curation.root)
        // SQLite's files of shared memory and an empty journal hold nothing of the manifest.
        let differing = after.differences(from: before).filter { name in
            !(name.hasSuffix("-shm") || name.hasSuffix("-wal") && after.files[name]?.isEmpty ?? true)
        }
        #expect(differing == [])
    }

    @Test(arguments: [("propose.max_seconds=1.7", "vanishes"), ("filter.min_motion=1", "rejected")])
    func decidedClipsStay(_ assignment: String, _ change: String) throws {
        let folder = try TemporaryFolder()
        let curation = try workspace(in: folder)
        let passing = try curation.clips().filter { $0.state == "proposed" }
        let long = try #require(passing.first { $0.endFrame - $0.startFrame > 100 })
        try curation.decide([.vote(long, "ada", .accept, level: "organ")])
        let said = try JSON.decode(Prediction.self, from: try curation.perform("tune", "--json", assignment))
        #expect(said.clips.filter(\.kept).map(\.clipId) == [long.id])
        #expect(said.clips.first(where: \.kept)?.change == change)
        let text = try curation.perform("tune", assignment)
        #expect(text.contains("1 decided clip would change, and will not") && text.contains(long.id), "\(text)")
        #expect(try curation.perform("tune", assignment, "-o", "-").contains("<section id=\"kept\">"))
        try curation.perform("tune", "--apply", assignment)
        try curation.perform("run", "--quiet", "--until", "filter")
        #expect(try curation.clips().first(long)?.state == "accepted")
        #expect(try curation.clips().count { $0.state == "proposed" } + 1 == said.funnel.after.passed)
    }

    @Test func theRecipesTextStays() throws {
        let folder = try TemporaryFolder()
        let curation = try workspace(in: folder)
        func recipe() throws -> String { try String(contentsOfFile: curation.path("recipe.yaml"), encoding: .utf8) }
        let said = try curation.attempt(
            "tune", "--apply", "filter.min_motion=0.004", "propose.max_seconds=8", "detect.cut_threshold=0.6",
            "filter.max_border=0.2", "propose.rest=drop")
        #expect(said.status == 0 && said.errors.contains("recipe.yaml is changed; 'run' proposes"), "\(said.errors)")
        #expect(
            try recipe() == """
                # What we look for.
                name: tested   # not yet ours
                version: "1"
                profile: native

                propose: {rest: drop, min_seconds: 1, max_seconds: 8}
                filter:
                  max_border: 0.2
                  # Cells hardly move here.
                  min_motion: 0.004   # was 0.002
                  max_text: 0.75
                review:
                  quorum: 1

                detect:
                  cut_threshold: 0.6

                """)
        let same = try recipe()
        let unchanged = try curation.perform("tune", "--apply", "filter.min_motion=0.004")
        #expect(unchanged.contains("filter.min_motion is 0.004 already"))
        #expect(try recipe() == same)
    }

    @Test func wrongKeysAndValues() throws {
        let folder = try TemporaryFolder()
        let curation = try workspace(in: folder)
        for (assignment, words) in [
            ("filter.min_moton=0.1", "Did you mean 'min_motion'?"), ("filter.min_motion=much", "'filter.min_motion'"),
            ("filter.min_motion=7", "must lie in 0.0 to 1.0"), ("propose.min_seconds=11", "max_seconds"),
            ("scan.sample_seconds=1", "can't be tuned"), ("review.quorum=3", "can't be tuned"),
        ] {
            let answer = try curation.attempt("tune", "--apply", assignment)
            #expect(answer.status == 1 && answer.errors.contains(words), "\(assignment): \(answer.errors)")
            #expect(answer.output.isEmpty)
        }
        for words in [[], ["filter.min_motion"], ["=1"], ["profile=native", "--json", "-o", "-"]] {
            #expect(try Command.run(curation.words(["tune"] + words)).status == 2)
        }
        #expect(try String(contentsOfFile: curation.path("recipe.yaml"), encoding: .utf8) == Tunable.recipe)
    }

    @Test func withoutFiltersEveryClipPasses() throws {
        let folder = try TemporaryFolder()
        let curation = try workspace(in: folder)
        let said = try JSON.decode(
            Prediction.self,
            from: try curation.perform("tune", "--json", "propose.min_seconds=2.5", "propose.rest=drop", "filter=none"))
        #expect(said.funnel.after.rejected.isEmpty && said.histograms.allSatisfy { $0.of == "duration" })
        #expect(said.clips.allSatisfy { $0.after == "passed" })
    }

    @Test func histogramsCountEveryClip() throws {
        let folder = try TemporaryFolder()
        let curation = try workspace(in: folder)
        let clips = try curation.clips().count
        for (key, subject) in [
            ("filter.min_motion", "motion"), ("filter.max_border", "border"), ("propose.min_seconds", "duration"),
        ] {
            let said = try JSON.decode(Prediction.self, from: try curation.perform("tune", "--json", "\(key)=0.5"))
            let histogram = try #require(said.histograms.first)
            #expect(said.histograms.count == 1 && histogram.key == key && histogram.of == subject)
            #expect(histogram.bins.reduce(histogram.unmeasured) { $0 + $1.before } == clips)
            #expect(histogram.bins.reduce(histogram.unmeasured) { $0 + $1.after } == clips)
            #expect(zip(histogram.bins, histogram.bins.dropFirst()).allSatisfy { $0.to == $1.from })
            #expect(histogram.after == 0.5)
        }
        let cuts = try curation.count("SELECT count(*) AS n FROM transition WHERE kind = 'cut'")
        let said = try JSON.decode(
            Prediction.self, from: try curation.perform("tune", "--json", "detect.cut_threshold=0.6"))
        let bins = try #require(said.histograms.first).bins
        #expect(bins.filter { $0.from >= 0.5 }.reduce(0) { $0 + $1.before } >= cuts)
    }

    @Test func theDocumentKeepsToItsSchema() throws {
        let folder = try TemporaryFolder()
        let curation = try workspace(in: folder)
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let schema = try Schema(file: root.appending(path: "schemas/tuning.schema.json"))
        for words in [
            ["filter.min_motion=0.5"], ["propose.max_seconds=1.7", "filter.max_text=0"], ["detect.cut_threshold=0.99"],
            ["propose.rest=drop"],
        ] {
            let document = try Value(try curation.perform(["tune", "--json"] + words))
            #expect(schema.problems(in: document) == [], "\(words)")
            guard case .object(var fields) = document else { continue }
            fields["more"] = .null
            fields["sources"] = .text("2")
            fields["funnel"] = nil
            #expect(schema.problems(in: .object(fields)).count == 3)
        }
    }

    @Test func thePageShowsWhatFlips() throws {
        let folder = try TemporaryFolder()
        let curation = try workspace(in: folder)
        let page = try curation.perform("tune", "filter.min_motion=0.9", "-o", "-")
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">") && page.hasSuffix("</html>\n"))
        for loading in ["<script", "<link", "<iframe", "@import", "url(", "javascript:", "{{", "Optional("] {
            #expect(!page.contains(loading), "\(loading)")
        }
        let said = try JSON.decode(
            Prediction.self, from: try curation.perform("tune", "--json", "filter.min_motion=0.9"))
        let shown = Set(page.matches(of: /<code title="(clip-[0-9a-f]+)">/).map { String($0.1) })
        #expect(!shown.isEmpty && shown == Set(said.clips.map(\.clipId)))
        #expect(page.matches(of: /<img src="data:image\/jpeg;base64,/).count >= shown.count)
        #expect(page.contains("<svg class=\"plot\"") && page.contains("then 0.9") && page.contains("now 0.0001"))
        #expect(page == (try curation.perform("tune", "filter.min_motion=0.9", "-o", "-")))
    }
}
