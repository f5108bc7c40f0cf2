internal import Foundation
public import Model
internal import Synchronization

/// An image encoder that the user names: one RGB picture in, one embedding out.
///
/// Any ONNX file with one input of 32-bit floats, 1 x 3 x height x width or 1 x height x width x 3 (open axes take the
/// recipe's size). All values of its first output, 32-bit floats too, are the embedding.
public final class EmbeddingNetwork: Sendable {
    /// Of the pictures that it takes.
    public let width: Int
    public let height: Int
    private let network: Mutex<Network>
    private let path: String
    private let channelsFirst: Bool
    /// What a byte of R, G and B becomes.
    private let values: [[Float]]

    private static let advice = "Check `scan.encoder`: its model, and the width and height that it takes."

    /// - Parameters:
    ///   - encoder: as in the recipe; its `model` is taken as a path from the current folder.
    ///   - threads: of the processor that it may use, at least 1.
    /// - Throws: a `Fault` where the runtime is missing, or the file is missing, damaged or no such encoder.
    public init(_ encoder: Recipe.ImageEncoder, in directory: ModelDirectory, threads: Int) throws {
        (width, height, path) = (encoder.width, encoder.height, encoder.model)
        guard (1...4096).contains(width), (1...4096).contains(height), encoder.mean.count == 3,
            encoder.deviation.count == 3,
            (encoder.mean + encoder.deviation).allSatisfy(\.isFinite), encoder.deviation.allSatisfy({ $0 != 0 })
        else {
            throw Fault(
                .invalid, "no picture can be prepared for the encoder", at: path,
                advice:
                    "Give `scan.encoder` a width and a height of 1 to 4096, 3 means and 3 deviations other than 0."
            )
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw Fault(.unreadable, "the encoder's model can't be read", at: path, advice: Self.advice)
        }
        values = zip(encoder.mean, encoder.deviation).map { mean, deviation in
            (0...255).map { Float((Double($0) / 255 - mean) / deviation) }
        }
        let (first, last) = ([1, 3, height, width], [1, height, width, 3])
        var isFirst = true
        let gate = Gate(library: try directory.openRuntime(), path: path, advice: Self.advice)
        let network = try Network.open(gate, taking: .float, threads: threads) { axes throws(Fault) in
            func takes(_ shape: [Int]) -> Bool {
                axes.count == shape.count && zip(axes, shape).allSatisfy { $0.allows($1) }
            }
            guard takes(first) || takes(last) else {
                let given = axes.map(\.text).joined(separator: " x ")
                throw gate.fault(.unsupported, "its input is \(given), not \(first.text) or \(last.text)")
            }
            isFirst = takes(first)
            return isFirst ? first : last
        }
        channelsFirst = isFirst
        self.network = Mutex(network)
    }

    /// The embedding of a picture of `width` x `height`: interleaved RGB bytes, rows from the top without padding.
    public func embedding(of pixels: [UInt8]) throws -> [Float] {
        let area = width * height
        guard pixels.count == 3 * area else {
            throw Fault(
                .invalid, "a picture of \(pixels.count) bytes instead of \(3 * area)", at: path, advice: Self.advice)
        }
        let shape = channelsFirst ? [1, 3, height, width] : [1, height, width, 3]
        let (plane, pixel) = channelsFirst ? (area, 1) : (1, 3)
        let embedding = try network.withLock { network throws(Fault) in
            try network.run(shape) { input in
                let input = input.bindMemory(to: Float.self)
                for i in 0..<area {
                    for channel in 0..<3 {
                        input[channel * plane + i * pixel] = values[channel][Int(pixels[3 * i + channel])]
                    }
                }
            }
        }
        guard !embedding.isEmpty, embedding.allSatisfy(\.isFinite) else {
            throw Fault(.invalid, "the embedding is empty or not finite", at: path, advice: Self.advice)
        }
        return embedding
    }

    /// The cosine of two embeddings, -1...1; 1 for two of zeros, 0 where one alone is. Zeros follow a shorter one.
    public static func similarity(_ a: [Float], _ b: [Float]) -> Float {
        var (product, first, second) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) { product += Double(x) * Double(y) }
        for x in a { first += Double(x) * Double(x) }
        for y in b { second += Double(y) * Double(y) }
        if first == 0 || second == 0 { return first == second ? 1 : 0 }
        return Float(max(-1, min(1, product / (first.squareRoot() * second.squareRoot()))))
    }
}

extension Network.Axis {
    fileprivate var text: String { least == most ? "\(least)" : "?" }
}

extension [Int] {
    fileprivate var text: String { map(String.init).joined(separator: " x ") }
}
