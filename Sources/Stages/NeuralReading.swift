import Analysis
import Files
import Foundation
import Inference
import Media
public import Model
import Synchronization

/// What networks read of a source during its one decode, as the recipe's detector wants it and this machine can.
public struct NeuralReading: Codable, Hashable, Sendable {
    /// Whether TransNetV2 scores the frames.
    let scoresShots: Bool
    /// Whose embeddings of neighbouring frames are compared; nil for none.
    let encoder: Recipe.ImageEncoder?

    /// Nothing: the embedded detector needs no network.
    public static let none = NeuralReading(scoresShots: false, encoder: nil)

    private init(scoresShots: Bool, encoder: Recipe.ImageEncoder?) {
        self.scoresShots = scoresShots
        self.encoder = encoder
    }

    /// - Parameter folder: from which a relative path of the encoder's model counts.
    /// - Throws: a `Fault` where the recipe names a detector whose model isn't there; `auto` does without.
    public init(for recipe: Recipe, from folder: String) throws(Fault) {
        let isPresent = ModelDirectory.standard.isPresent
        switch recipe.detect.detector {
        case .embedded: self = .none
        case .auto: self.init(scoresShots: isPresent, encoder: nil)
        case .neural, .fused:
            guard isPresent else {
                throw Fault(
                    .unsupported, "the recipe's detector '\(recipe.detect.detector.rawValue)' needs TransNetV2",
                    at: ModelDirectory.standard.path,
                    advice: "Run 'make models', or set detect.detector to embedded or auto.")
            }
            self.init(scoresShots: true, encoder: nil)
        case .similarity:
            var encoder = recipe.scan.encoder
            guard !encoder.model.isEmpty else {
                throw Fault(
                    .invalid, "the recipe's detector 'similarity' needs an image encoder", at: "recipe",
                    advice: "Name an ONNX file in 'scan.encoder.model', with its width and height.")
            }
            if !encoder.model.hasPrefix("/") { encoder.model = folder + "/" + encoder.model }
            self.init(scoresShots: false, encoder: encoder)
        }
    }

    /// The parts of a frame track that it makes, each with the hash of what measures it.
    func makers() throws -> [String: Digest] {
        var makers: [String: Digest] = [:]
        if scoresShots { makers[NeuralScores.part] = try ModelDirectory.standard.contents().network }
        if let encoder {
            makers[FrameSimilarity.part] = try Digest(
                ofJSON: [
                    try Digest(ofFile: encoder.model).hex, String(decoding: try JSON.canonical(encoder), as: UTF8.self),
                ])
        }
        return makers
    }

    /// Consumers for one decode; networks are kept from one source to the next.
    func consumers(threads: Int) throws -> (shots: ShotScorer?, similarity: SimilarityMeter?) {
        let shots = scoresShots ? ShotScorer(try NetworkShelf.shotNetwork(threads: threads)) : nil
        let similarity = try encoder.map { SimilarityMeter(try NetworkShelf.encoder($0, threads: threads)) }
        return (shots, similarity)
    }
}

/// The networks that this process has loaded: loading takes longer than a short source.
private enum NetworkShelf {
    private static let shots = Mutex<[Int: ShotNetwork]>([:])
    private static let encoders = Mutex<[Recipe.ImageEncoder: EmbeddingNetwork]>([:])

    static func shotNetwork(threads: Int) throws -> ShotNetwork {
        try shots.withLock { known in
            if let network = known[threads] { return network }
            let network = try ShotNetwork(in: .standard, threads: threads)
            known[threads] = network
            return network
        }
    }

    static func encoder(_ encoder: Recipe.ImageEncoder, threads: Int) throws -> EmbeddingNetwork {
        try encoders.withLock { known in
            if let network = known[encoder] { return network }
            let network = try EmbeddingNetwork(encoder, in: .standard, threads: threads)
            known[encoder] = network
            return network
        }
    }
}

/// Feeds TransNetV2 during a decode.
final class ShotScorer: FrameConsumer {
    private let network: ShotNetwork
    private var stream: ShotStream

    init(_ network: ShotNetwork) {
        self.network = network
        stream = ShotStream(network)
    }

    func begin() { stream = ShotStream(network) }

    func take(_ frame: borrowing Frame, grid: FrameGrid) throws { try stream.append(grid) }

    /// The scores of all frames taken.
    func finish() throws -> NeuralScores {
        let scores = try stream.finish()
        return NeuralScores(middles: scores.middles, mixed: scores.mixed)
    }
}

/// Compares the embeddings of neighbouring frames during a decode.
final class SimilarityMeter: FrameConsumer {
    private let network: EmbeddingNetwork
    private var before: [Float]?
    private var cosines: [Float] = []

    init(_ network: EmbeddingNetwork) { self.network = network }

    func begin() {
        before = nil
        cosines = []
    }

    func take(_ frame: borrowing Frame, grid: FrameGrid) throws {
        let pixels = try frame.rgbPicture(width: network.width, height: network.height)
        let embedding = try network.embedding(of: pixels)
        cosines.append(before.map { EmbeddingNetwork.similarity($0, embedding) } ?? 1)
        before = embedding
    }

    /// The similarities of all frames taken.
    func finish() -> FrameSimilarity { FrameSimilarity(cosines: cosines) }
}
