import Foundation
import Inference
import Model
import Footage
import Testing

@Suite(.enabled(if: Models.arePresent, Models.notice)) struct EmbeddingNetworkTests {
    /// 8 x 4: the left quarter red, the rest blue at 51.
    private let picture: [UInt8] = (0..<32).flatMap { $0 % 8 < 2 ? [255, 0, 0] : [0, 0, 51] as [UInt8] }

    @Test(arguments: [false, true]) func knownAnswers(channelsLast: Bool) throws {
        let folder = try Folder()
        let path = try folder.write(TinyEncoder.onnx(width: 8, height: 4, channelsLast: channelsLast), to: "tiny.onnx")
        let plain = try EmbeddingNetwork(encoder(path), in: Models.found(), threads: 1)
        #expect(isNear(try plain.embedding(of: picture), [0.25, 0, 0.15, 0.4]))
        // (x - 0.25) / 0.5, (x - 0) / 2, (x - 0.5) / 0.25
        var recipe = encoder(path)
        (recipe.mean, recipe.deviation) = ([0.25, 0, 0.5], [0.5, 2, 0.25])
        let scaled = try EmbeddingNetwork(recipe, in: Models.found(), threads: 2)
        #expect(isNear(try scaled.embedding(of: picture), [0, 0, -1.4, -1.4]))
        let white = [UInt8](repeating: 255, count: 96)
        #expect(isNear(try scaled.embedding(of: white), [1.5, 0.5, 2, 4]))
    }

    @Test func cosines() {
        #expect(EmbeddingNetwork.similarity([3, 4], [6, 8]) == 1)
        #expect(EmbeddingNetwork.similarity([3, 4], [-4, 3]) == 0)
        #expect(EmbeddingNetwork.similarity([1, 0], [-2, 0]) == -1)
        #expect(abs(EmbeddingNetwork.similarity([1, 0], [3, 4]) - 0.6) < 1e-6)
        #expect(EmbeddingNetwork.similarity([0, 0], [0, 0]) == 1)
        #expect(EmbeddingNetwork.similarity([0, 0], [0, 1]) == 0)
    }

    @Test func theRecipesSizeMustBeTheNetworks() throws {
        let folder = try Folder()
        let path = try folder.write(TinyEncoder.onnx(width: 8, height: 4), to: "tiny.onnx")
        var recipe = encoder(path)
        recipe.width = 16
        let found = try fault { _ = try EmbeddingNetwork(recipe, in: Models.found(), threads: 1) }
        #expect(found.reason == .unsupported && found.place == path)
        #expect(found.what.contains("1 x 3 x 4 x 8") && found.what.contains("1 x 3 x 4 x 16"))
    }

    @Test func everyCutOfTheFileIsAFault() throws {
        let folder = try Folder()
        let whole = TinyEncoder.onnx(width: 8, height: 4)
        for length in stride(from: 0, to: whole.count - 1, by: 23) {
            let path = try folder.write(whole.prefix(length), to: "cut-\(length).onnx")
            let found = try fault { _ = try EmbeddingNetwork(encoder(path), in: Models.found(), threads: 1) }
            #expect(found.place == path && found.advice.contains("scan.encoder"), "\(length) bytes: \(found)")
        }
    }

    @Test func whatIsNoEncoder() throws {
        let folder = try Folder()
        let network = try Models.found().path + "/transnetv2.onnx"
        let text = try folder.write("not a network".utf8, to: "text.onnx")
        let faults = try [network, text, folder.path + "/none.onnx", ""].map { path in
            try fault { _ = try EmbeddingNetwork(encoder(path), in: Models.found(), threads: 1) }
        }
        #expect(faults.map(\.reason) == [.unsupported, .corrupt, .unreadable, .unreadable])
        let path = try folder.write(TinyEncoder.onnx(width: 8, height: 4), to: "tiny.onnx")
        var recipe = encoder(path)
        recipe.deviation = [1, 0, 1]
        #expect(try fault { _ = try EmbeddingNetwork(recipe, in: Models.found(), threads: 1) }.reason == .invalid)
        let tiny = try EmbeddingNetwork(encoder(path), in: Models.found(), threads: 1)
        #expect(try fault { _ = try tiny.embedding(of: [1, 2, 3]) }.reason == .invalid)
    }

    private func encoder(_ path: String) -> Recipe.ImageEncoder {
        var encoder = Recipe.ImageEncoder()
        (encoder.model, encoder.width, encoder.height) = (path, 8, 4)
        (encoder.mean, encoder.deviation) = ([0, 0, 0], [1, 1, 1])
        return encoder
    }

    private func isNear(_ a: [Float], _ b: [Float]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 }
    }
}
