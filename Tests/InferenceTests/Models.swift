import Foundation
import Inference
import Model
import Testing

/// The models that the tests of the networks run on: they are skipped where there are none.
enum Models {
    static let notice: Comment = "no neural models here: `make models` fetches them"

    /// `$MICROCURATE_MODELS`, else the repository's .cache/models, else the standard place; nil where none has them.
    static let directory: ModelDirectory? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
            .path
        let named = ProcessInfo.processInfo.environment["MICROCURATE_MODELS"].map { [ModelDirectory(path: $0)] }
        let places = named ?? [ModelDirectory(path: root + "/.cache/models"), .standard]
        return places.first(where: \.isPresent)
    }()

    static var arePresent: Bool { directory != nil }

    /// TransNetV2 on two threads, loaded once.
    static func network() throws -> ShotNetwork { try loaded.get() }
    private static let loaded = Result { try ShotNetwork(in: found(), threads: 2) }

    static func found() throws -> ModelDirectory { try #require(directory) }
}

/// A folder that goes with the test.
final class Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/inference-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func write(_ bytes: some Collection<UInt8>, to name: String) throws -> String {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The fault that `body` throws.
func fault(_ body: () throws -> Void) throws -> Fault {
    let thrown = #expect(throws: Fault.self, performing: body)
    return try #require(thrown)
}
