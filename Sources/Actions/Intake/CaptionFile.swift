import Files
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
        self.path = path
        captions = try JSONLines(path: path, advice: "Check the path.").lines.filter { !$0.bytes.isEmpty }.map {
            guard let line = try? $0.decode(Line.self) else {
                throw $0.fault(
                    "not a JSON object with 'clip_id' and 'text'",
                    advice: "Write one object a line, such as {\"clip_id\": \"clip-...\", \"text\": \"...\"}.")
            }
            return CaptionRecord(clip: line.clipId, kind: .raw, text: line.text, origin: "file")
        }
    }

    /// Adds all of them, or none where one names an unknown clip.
    /// - Returns: how many were new.
    public func add(to manifest: Manifest) throws -> Int {
        _ = try manifest.clips.named(captions.map(\.clip))
        return try manifest.commit { try $0.captions.add(captions) }
    }
}
