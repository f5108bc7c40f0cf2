import Foundation
import Model
import Footage
import Testing

/// Floors under what the detectors reach on a small set of drawn edits, a little below what they reached when this was
/// written. Figures for real footage are in docs/shot-detection.md.
@Suite(.serialized) struct DetectionQualityTests {
    private struct Evaluation: Decodable {
        struct Score: Decodable {
            var f1: Double?
            var transitions: Int
            var recallByKind: [String: Double]
            var falsePerMinute: Double
        }
        struct Detector: Decodable {
            var detector: String
            var score: Score
            var videos: [Video]
        }
        struct Video: Decodable {
            var video: String
            var score: Score
        }
        var detectors: [Detector]
    }

    /// Floors of one detector.
    private struct Floors {
        var f1: Double
        var kinds: [Transition.Kind: Double]
        var falsePerMinute: Double
    }

    private static let evaluation = Result {
        let folder = try TemporaryFolder()
        _ = try EditFootage.write(edits: 3, seed: 41, to: folder.path)
        return try Command.run("evaluate", "shots", folder.path, "--json", "--quiet", "--bootstrap", "0")
            .json(Evaluation.self)
    }

    private func check(_ detector: String, _ floors: Floors) throws {
        let evaluation = try Self.evaluation.get()
        guard let found = evaluation.detectors.first(where: { $0.detector == detector }) else {
            print("notice: no scores of '\(detector)': its model is not there, so its floors are not checked")
            return
        }
        let score = found.score
        #expect(score.transitions == 72)
        #expect(try #require(score.f1) >= floors.f1, "\(detector): \(score)")
        for (kind, floor) in floors.kinds {
            #expect(try #require(score.recallByKind[kind.rawValue]) >= floor, "\(detector), \(kind): \(score)")
        }
        #expect(score.falsePerMinute <= floors.falsePerMinute, "\(detector): \(score)")
    }

    @Test func embedded() throws {
        try check(
            "embedded",
            Floors(f1: 0.93, kinds: [.cut: 0.91, .dissolve: 0.75, .fade: 0.85, .wipe: 0.85], falsePerMinute: 1.5))
    }

    @Test func fused() throws {
        try check(
            "fused",
            Floors(f1: 0.93, kinds: [.cut: 0.91, .dissolve: 0.75, .fade: 0.85, .wipe: 0.85], falsePerMinute: 1.5))
    }

    /// The truth is of what was written, and the same seed writes the same.
    @Test func editsAreAFunctionOfTheirSeed() throws {
        let folder = try TemporaryFolder()
        var small = EditFootage(seed: 5)
        (small.shots, small.width, small.height) = (4, 96, 54)
        let truth = try small.write(to: folder.path("a.mp4"))
        #expect(try small.write(to: folder.path("b.mp4")) == truth)
        let bytes = ["a.mp4", "b.mp4"].map { FileManager.default.contents(atPath: folder.path($0)) }
        #expect(bytes[0] != nil && bytes[0] == bytes[1])
        let read = try #require(FileManager.default.contents(atPath: folder.path("a.truth.json")))
        #expect(try ShotTruth.parse(read, file: "a.truth.json") == truth)
        #expect(truth.transitions.count == 3 && truth.shots.count == 4 && truth.shots.last?.end == truth.frames)
        small.seed = 6
        #expect(try small.write(to: folder.path("c.mp4")) != truth)
    }
}
