import Analysis
import Inference
import Model
import Synchronization

/// Compares the embeddings of neighbouring frames during a decode, by the image encoder that the recipe names.
final class SimilarityMeter: Measurer {
    static let name = "similarity"
    static let parts: [any TrackPart.Type] = [FrameSimilarity.self]
    static let standsAlone = true

    static func isWanted(by rule: ScanRule) throws -> Bool {
        guard rule.detector == .similarity else { return false }
        guard !rule.scan.encoder.model.isEmpty else {
            throw Fault(
                .invalid, "the recipe's detector 'similarity' needs an image encoder", at: "recipe",
                advice: "Name an ONNX file in 'scan.encoder.model', with its width and height.")
        }
        return true
    }

    static func maker(by rule: ScanRule, digest: (_ path: String) throws -> Digest) throws -> Digest? {
        let encoder = rule.scan.encoder
        return try Digest(
            ofJSON: [try digest(encoder.model).hex, String(decoding: try JSON.canonical(encoder), as: UTF8.self)])
    }

    private let network: EmbeddingNetwork
    private var before: [Float]?
    private var cosines: [Float] = []

    init(_ rule: ScanRule, threads: Int) throws {
        network = try Self.network(rule.scan.encoder, threads: threads)
    }

    func begin() {
        before = nil
        cosines = []
    }

    func take<Frame: MeasuredFrame & ~Copyable>(_ frame: borrowing Frame, _ seen: SeenFrame) throws {
        let pixels = try frame.rgbPicture(width: network.width, height: network.height)
        let embedding = try network.embedding(of: pixels)
        cosines.append(before.map { EmbeddingNetwork.similarity($0, embedding) } ?? 1)
        before = embedding
    }

    func finish() -> [any TrackPart] { [FrameSimilarity(cosines: cosines)] }

    /// Those that this process has loaded: loading takes longer than a short source.
    private static let networks = Mutex<[Recipe.ImageEncoder: EmbeddingNetwork]>([:])

    private static func network(_ encoder: Recipe.ImageEncoder, threads: Int) throws -> EmbeddingNetwork {
        try networks.withLock { known in
            if let network = known[encoder] { return network }
            let network = try EmbeddingNetwork(encoder, in: .standard, threads: threads)
            known[encoder] = network
            return network
        }
    }
}
