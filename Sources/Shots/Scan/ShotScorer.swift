import Analysis
import Inference
import Model
import Synchronization

/// Feeds TransNetV2 during a decode.
final class ShotScorer: Measurer {
    static let name = "transnetv2"
    static let parts: [any TrackPart.Type] = [NeuralScores.self]
    static let standsAlone = true

    static func isWanted(by rule: ScanRule) throws -> Bool {
        let isPresent = ModelDirectory.standard.isPresent
        switch rule.detector {
        case .embedded, .similarity: return false
        case .auto: return isPresent
        case .neural, .fused:
            guard isPresent else {
                throw Fault(
                    .unsupported, "the recipe's detector '\(rule.detector.rawValue)' needs TransNetV2",
                    at: ModelDirectory.standard.path,
                    advice: "Run 'make models', or set detect.detector to embedded or auto.")
            }
            return true
        }
    }

    static func maker(by rule: ScanRule, digest: (_ path: String) throws -> Digest) throws -> Digest? {
        try ModelDirectory.standard.contents().network
    }

    private let network: ShotNetwork
    private var stream: ShotStream

    init(_ rule: ScanRule, threads: Int) throws {
        network = try Self.network(threads: threads)
        stream = ShotStream(network)
    }

    func begin() { stream = ShotStream(network) }

    func take<Frame: MeasuredFrame & ~Copyable>(_ frame: borrowing Frame, _ seen: SeenFrame) throws {
        try stream.append(seen.grid)
    }

    func finish() throws -> [any TrackPart] {
        let scores = try stream.finish()
        return [NeuralScores(middles: scores.middles, mixed: scores.mixed)]
    }

    /// Those that this process has loaded, by their threads: loading takes longer than a short source.
    private static let networks = Mutex<[Int: ShotNetwork]>([:])

    private static func network(threads: Int) throws -> ShotNetwork {
        try networks.withLock { known in
            if let network = known[threads] { return network }
            let network = try ShotNetwork(in: .standard, threads: threads)
            known[threads] = network
            return network
        }
    }
}
