import Foundation
public import Manifest
import Model

/// Raw captions as JSONL: `{"clip_id": "clip-...", "text": "..."}` a line.
public struct CaptionFile {
    private struct Line: Decodable {
        var clipId: ClipID
        var text: String
    }

    private let path: String
    private let captions: [CaptionRecord]

    /// Throws a `Fault` that names the first bad line.
    public init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Fault(.unreadable, "the file can't be read", at: path, advice: "Check the path.")
        }
        self.path = path
        captions = try data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
            .filter { !$1.isEmpty }.map { index, text in
                guard let line = try? JSON.decode(Line.self, from: Data(text)) else {
                    throw Fault(
                        .invalid, "not a JSON object with 'clip_id' and 'text'", at: "\(path):\(index + 1)",
                        advice: "Write one object a line, such as {\"clip_id\": \"clip-...\", \"text\": \"...\"}.")
                }
                return CaptionRecord(clip: line.clipId, kind: .raw, text: line.text, origin: "file")
            }
    }

    /// Adds all of them, or none where one names an unknown clip.
    /// - Returns: how many were new.
    public func add(to manifest: Manifest) throws -> Int {
        for caption in captions { _ = try manifest.clip(caption.clip) }
        return try manifest.add(captions: captions)
    }
}
