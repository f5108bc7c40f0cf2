import Foundation
import Model
import Footage
import Testing

/// The detectors that read networks, through the command.
@Suite struct NeuralDetectionTests {
    private let folder: TemporaryFolder
    private var film: String { folder.path("film.mp4") }

    /// A film with cuts at 50 and 125.
    init() throws {
        folder = try TemporaryFolder()
        try ShotsFilm.write(folder.path("film.mp4"))
    }

    /// The repository's .cache/models, or where the environment says; nil where `make models` has not run.
    private static let models: String? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let path = ProcessInfo.processInfo.environment["MICROCURATE_MODELS"] ?? root.path + "/.cache/models"
        return FileManager.default.fileExists(atPath: path + "/models.json") ? path : nil
    }()

    private static let notice: Comment = "no neural models here: `make models` fetches them"
    private static var environment: [String: String] { models.map { ["MICROCURATE_MODELS": $0] } ?? [:] }

    private struct Part: Decodable, Equatable {
        var part: String
        var sha256: String
        var maker: String?
    }

    private func parts(_ curation: Curation) throws -> [Part] {
        try curation.rows(Part.self, "SELECT part, sha256, maker FROM track ORDER BY part")
    }

    private func run(_ curation: Curation, _ words: String..., environment: [String: String] = [:]) throws -> String {
        let answer = try Command.run(curation.words(words), environment: environment)
        try #require(answer.status == 0, "\(answer.errors)")
        return answer.output
    }

    @Test(.enabled(if: models != nil, notice)) func aModelThatComesLaterAddsOnePart() throws {
        let curation = try Curation.begin(at: folder.path("cells"), recipe: Curation.recipe(Curation.smallProfile))
        try curation.perform("ingest", film)
        try curation.perform("run", "--until", "filter")
        let before = try parts(curation)
        #expect(!before.contains { $0.part == "neural" })

        _ = try run(curation, "run", "--until", "filter", environment: Self.environment)
        let after = try parts(curation)
        let neural = try #require(after.first { $0.part == "neural" })
        #expect(neural.maker?.count == 64)
        #expect(after.filter { $0.part != "neural" } == before, "what was there stays")

        // Without the model nothing is pending, and nothing is lost.
        #expect(try run(curation, "run", "--until", "filter", "--dry-run").contains("scan        1") == false)
        #expect(try parts(curation) == after)
    }

    @Test(.enabled(if: models != nil, notice), arguments: ["auto", "neural", "fused"])
    func everyDetectorFindsPlainCuts(detector: String) throws {
        let answer = try Command.run(
            "shots", film, "--json", "--set", "detect.detector=\(detector)", environment: Self.environment)
        #expect(try answer.json(ShotsAnswer.self).transitions.map(\.middle.frame) == [50, 125])
    }

    @Test func aDetectorWithoutItsModelSaysHowToGetIt() throws {
        let answer = try Command.run("shots", film, "--set", "detect.detector=fused")
        #expect(answer.status == 1)
        #expect(answer.errors.contains("TransNetV2") && answer.errors.contains("make models"), "\(answer.errors)")
        #expect(try Command.run("shots", film).status == 0)
    }

    @Test func similarityNeedsAnEncoder() throws {
        let answer = try Command.run("shots", film, "--set", "detect.detector=similarity")
        #expect(answer.status == 1)
        #expect(answer.errors.contains("scan.encoder.model"), "\(answer.errors)")
    }

    /// Red, green, then a darker green: the embedding (means of R, G, B and their sum) turns at the first cut alone.
    @Test(.enabled(if: models != nil, notice)) func similarityCutsWhereEmbeddingsTurn() throws {
        let colours = folder.path("colours.mkv")
        let inputs = ["red", "0x00ff00", "0x00a000"].flatMap {
            ["-f", "lavfi", "-i", "color=\($0):s=64x48:r=25:d=1"]
        }
        try ShotsFilm.tool(
            "ffmpeg",
            ["-nostdin", "-v", "error", "-y"] + inputs
                + ["-filter_complex", "concat=n=3:v=1", "-c:v", "ffv1", "-pix_fmt", "bgr0", colours])
        try Data(TinyEncoder.onnx(width: 16, height: 12)).write(
            to: URL(fileURLWithPath: folder.path("tiny.onnx")))
        let recipe = """
            detect: {detector: similarity, similarity_threshold: 0.9}
            scan: {encoder: {model: tiny.onnx, width: 16, height: 12, mean: [0, 0, 0], deviation: [1, 1, 1]}}
            """
        let curation = try Curation.begin(
            at: folder.path("cells"), recipe: Curation.recipe(Curation.smallProfile + "\n" + recipe))
        try FileManager.default.copyItem(atPath: folder.path("tiny.onnx"), toPath: curation.path("tiny.onnx"))
        try curation.perform("ingest", colours)
        _ = try run(curation, "run", "--until", "propose", environment: Self.environment)
        struct Cut: Decodable, Equatable {
            var kind: String
            var startFrame: Int
        }
        #expect(
            try curation.rows(Cut.self, "SELECT kind, start_frame FROM transition") == [
                Cut(kind: "cut", startFrame: 25)
            ])
    }
}
