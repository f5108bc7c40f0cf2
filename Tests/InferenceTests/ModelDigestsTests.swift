import Foundation
import Inference
import Model
import Testing

@Suite struct ModelDigestsTests {
    /// Whether a file was read again shows where its bytes change and its size and time don't.
    @Test func aFileIsReadOnceWhileItStaysAsItIs() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "digests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "model.onnx")
        func write(_ text: String, at seconds: Double) throws {
            try Data(text.utf8).write(to: file)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: file.path)
        }
        let digests = ModelDigests()
        try write("weights", at: 1000)
        #expect(try digests.digest(of: file.path) == Digest(of: "weights"))
        try write("Weights", at: 1000)
        #expect(try digests.digest(of: file.path) == Digest(of: "weights"), "not read again")
        #expect(try ModelDigests().digest(of: file.path) == Digest(of: "Weights"), "another run")
        try write("Weights", at: 1001)
        #expect(try digests.digest(of: file.path) == Digest(of: "Weights"))
        try write("more weights", at: 1001)
        #expect(try digests.digest(of: file.path) == Digest(of: "more weights"))
        try FileManager.default.removeItem(at: file)
        #expect(throws: Fault.self) { try digests.digest(of: file.path) }
    }
}
