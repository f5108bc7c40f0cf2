import Files
import Foundation
import Inference
import Model
import Footage
import Testing

@Suite struct ModelDirectoryTests {
    @Test func theEnvironmentNamesTheFolder() {
        func path(_ environment: [String: String]) -> String { ModelDirectory(environment: environment).path }
        #expect(path(["MICROCURATE_MODELS": "/m", "XDG_DATA_HOME": "/x", "HOME": "/h"]) == "/m")
        #expect(path(["XDG_DATA_HOME": "/x", "HOME": "/h"]) == "/x/microcurate/models")
        #expect(
            path(["MICROCURATE_MODELS": "", "XDG_DATA_HOME": "", "HOME": "/h"]) == "/h/.local/share/microcurate/models")
    }

    @Test func absenceSaysHowToGetThem() throws {
        let folder = try Folder()
        let models = ModelDirectory(path: folder.path + "/none")
        #expect(!models.isPresent)
        let found = try fault { _ = try ShotNetwork(in: models, threads: 1) }
        #expect(found.reason == .unreadable && found.place == models.path)
        #expect(found.advice.contains("make models"))
        #expect(try fault { try models.verify() } == found)
    }

    @Test func aListingThatIsNone() throws {
        let folder = try Folder()
        let listing = try folder.write("{\"files\": 3}".utf8, to: "models.json")
        let models = ModelDirectory(path: folder.path)
        let found = try fault { _ = try ShotNetwork(in: models, threads: 1) }
        #expect(found.reason == .corrupt && found.place == listing)
    }

    @Test(arguments: ["no library", "\u{7f}ELF and nothing behind it"])
    func aLibraryThatIsNone(text: String) throws {
        let folder = try Folder()
        let library = try folder.write(text.utf8, to: "openvino/libopenvino_c.so.1")
        let encoder = try folder.write(TinyEncoder.onnx(width: 4, height: 4), to: "encoder.onnx")
        try list(["openvino/libopenvino_c.so.1"], in: folder)
        let found = try fault {
            _ = try EmbeddingNetwork(tiny(encoder), in: ModelDirectory(path: folder.path), threads: 1)
        }
        #expect(found.reason == .unsupported && found.place == library)
        #expect(found.what.contains("can't be opened"))
    }

    @Test func aDamagedLibraryIsNeverOpened() throws {
        let folder = try Folder()
        let library = try folder.write("a library".utf8, to: "openvino/libopenvino_c.so.1")
        let plugin = try folder.write("a plugin".utf8, to: "openvino/plugin.so")
        let encoder = try folder.write(TinyEncoder.onnx(width: 4, height: 4), to: "encoder.onnx")
        try list(["openvino/libopenvino_c.so.1", "openvino/plugin.so"], in: folder)
        _ = try folder.write("a plugim".utf8, to: "openvino/plugin.so")
        let models = ModelDirectory(path: folder.path)
        var found = try fault { _ = try EmbeddingNetwork(tiny(encoder), in: models, threads: 1) }
        #expect(found.reason == .corrupt && found.place == plugin)
        try FileManager.default.removeItem(atPath: library)
        found = try fault { _ = try EmbeddingNetwork(tiny(encoder), in: models, threads: 1) }
        #expect(found.reason == .unreadable && found.place == library)
    }

    @Test(.enabled(if: Models.arePresent, Models.notice)) func aTruncatedNetwork() throws {
        let models = try Models.found()
        try models.verify()
        #expect(try models.contents().network == Digest(ofFile: models.path + "/transnetv2.onnx"))
        let folder = try Folder()
        for name in ["models.json", "openvino"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.path + "/" + name, withDestinationPath: models.path + "/" + name)
        }
        let whole = try Data(contentsOf: URL(fileURLWithPath: models.path + "/transnetv2.onnx"))
        let cut = try folder.write(whole.prefix(whole.count / 2), to: "transnetv2.onnx")
        let found = try fault { _ = try ShotNetwork(in: ModelDirectory(path: folder.path), threads: 1) }
        #expect(found.reason == .corrupt && found.place == cut)
        #expect(found.advice.contains("make models"))
    }

    private func tiny(_ path: String) -> Recipe.ImageEncoder {
        var encoder = Recipe.ImageEncoder()
        (encoder.model, encoder.width, encoder.height) = (path, 4, 4)
        return encoder
    }

    private func list(_ names: [String], in folder: Folder) throws {
        let entries = try names.map { "\"\($0)\": {\"sha256\": \"\(try Digest(ofFile: folder.path + "/" + $0))\"}" }
        _ = try folder.write(
            "{\"openvino\": \"1\", \"files\": {\(entries.joined(separator: ", "))}}".utf8, to: "models.json")
    }
}
