import Foundation
import Model
import Footage
import Testing

/// `status` says how far the dataset is from what the recipe aims at.
@Suite(.serialized, Decided.Shared())
struct TargetsTests {
    private var decided: Decided { get throws { try #require(Decided.current) } }

    private struct Status: Decodable {
        struct Step: Decodable, Equatable {
            var step: String
            var count: Int
            var target: Int?
            var percent: Double?
        }
        struct Level: Decodable, Equatable {
            var level: String
            var clips: Int
            var share: Double
            var target: Double?
            var difference: Double?
        }
        struct Comparison: Decodable {
            var funnel: [Step]
            var levels: [Level]
        }
        var levels: [String: Int]
        var levelsOf: String
        var againstTargets: Comparison
    }

    private static let targets = """
        targets:
          clips: 8
          levels: {organ: 59.1, cellular: 22.4, subcellular: 18.5}
          funnel: {sources: 3, proposed: 50}
        """

    private func status(_ curation: Curation) throws -> Status {
        try JSON.decode(Status.self, from: try curation.perform("status", "--json"))
    }

    /// Two clips are accepted, one of organ and one of subcellular level.
    @Test func acceptedClipsAreHeldAgainstTheTargets() throws {
        let folder = try TemporaryFolder()
        let curation = try decided.after.copy(to: folder.path("workspace"))
        try curation.use(Decided.native() + "\n" + Self.targets, quorum: 2)
        let status = try status(curation)
        #expect(status.levelsOf == "accepted" && status.levels == ["organ": 1, "subcellular": 1])
        #expect(
            status.againstTargets.levels == [
                .init(level: "organ", clips: 1, share: 50, target: 59.1, difference: -9.1),
                .init(level: "subcellular", clips: 1, share: 50, target: 18.5, difference: 31.5),
                .init(level: "cellular", clips: 0, share: 0, target: 22.4, difference: -22.4),
            ])
        let steps = Dictionary(uniqueKeysWithValues: status.againstTargets.funnel.map { ($0.step, $0) })
        #expect(steps["sources"] == .init(step: "sources", count: 2, target: 3, percent: 66.7))
        #expect(steps["proposed"] == .init(step: "proposed", count: 5, target: 50, percent: 10))
        #expect(steps["accepted"] == .init(step: "accepted", count: 2, target: 8, percent: 25))
        #expect(steps["unique"]?.target == nil && steps["unique"]?.percent == nil)
        let text = try curation.perform("status")
        let lines = text.split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        for line in [
            "level accepted clips share target", "organ 1 50.0 % of 59.1 % -9.1 points",
            "subcellular 1 50.0 % of 18.5 % +31.5 points", "cellular 0 0.0 % of 22.4 % -22.4 points",
            "accepted 2 of 8 25.0 %", "sources 2 of 3 66.7 %",
        ] {
            #expect(lines.contains(line), "\(line) in\n\(text)")
        }
    }

    /// While nothing is accepted, what is ready tells where the dataset goes, and says so.
    @Test func readyClipsCountUntilSomeAreAccepted() throws {
        let folder = try TemporaryFolder()
        let curation = try decided.before.copy(to: folder.path("workspace"))
        try curation.use(Decided.native() + "\n" + Self.targets, quorum: 2)
        let status = try status(curation)
        #expect(status.levelsOf == "ready" && status.levels == ["unknown": 4])
        #expect(
            status.againstTargets.levels.map { "\($0.level) \($0.clips) \($0.target.map { "\($0)" } ?? "-")" }
                == ["unknown 4 -", "cellular 0 22.4", "organ 0 59.1", "subcellular 0 18.5"])
        #expect(try curation.perform("status").contains("ready clips"))
    }

    @Test func withoutTargetsNothingIsCompared() throws {
        let status = try status(try decided.after)
        #expect(status.againstTargets.funnel.allSatisfy { $0.target == nil && $0.percent == nil })
        #expect(status.againstTargets.levels.allSatisfy { $0.target == nil && $0.difference == nil })
        let text = try decided.after.perform("status")
        #expect(!text.contains("target") && !text.contains(" of ") && !text.contains("points"))
    }

    /// The published dataset's numbers.
    @Test func theBuiltInRecipeAimsAtMicroSim10K() throws {
        let folder = try TemporaryFolder()
        try #require(try Command.run("init", folder.path("new")).status == 0)
        let curation = Curation(root: folder.path("new"))
        let status = try status(curation)
        let aims = status.againstTargets.funnel.filter { $0.target != nil }
        #expect(
            aims.map { "\($0.step) \($0.target ?? 0) \($0.percent ?? -1)" } == [
                "sources 12848 0.0", "proposed 67853 0.0", "passed 12194 0.0", "accepted 9601 0.0",
            ])
        struct Targets: Decodable {
            struct Aims: Decodable { var levels: [String: Double] }
            var targets: Aims
        }
        let targets = try JSON.decode(Targets.self, from: try curation.perform("status", "--json"))
        #expect(targets.targets.levels == ["organ": 59.1, "cellular": 22.4, "subcellular": 18.5])
    }
}
