import Foundation
import Model

/// The MicroVerse trainer's layout: a JSON array of `{id, prompt, video}` and the clips in `videos/`.
///
/// `metadata.json` holds the training split alone, so that a trainer that is pointed at the directory never sees the
/// others; those are in `metadata_validation.json` and `metadata_test.json`, where they have clips.
final class MicroVerseWriter: FormatWriter {
    static func metadataName(_ split: Split) -> String {
        split == .train ? "metadata.json" : "metadata_\(split).json"
    }

    private let directory: String
    private var metadata: [Split: OutputFile] = [:]
    private var files: [ReleaseFile] = []

    init(in directory: String) throws {
        self.directory = directory
        if mkdir(directory + "/videos", 0o755) != 0 {
            throw Fault.system(errno, "cannot make the directory", at: directory + "/videos")
        }
        metadata[.train] = try begin(.train)
    }

    func append(_ sample: Sample) throws {
        let clip = sample.clip
        guard clip.caption.contains(where: { !$0.isWhitespace }) else {
            throw Fault(
                .invalid, "the MicroVerse trainer needs a prompt, and this clip has no caption", at: sample.key,
                advice: "Caption the clip, set caption.required, or leave this format out.")
        }
        let video = try OutputFile("videos/\(sample.key).mp4", in: directory)
        try sample.streamRendition(video.write)
        files.append(try video.finish())

        let file = try metadata[clip.split] ?? begin(clip.split)
        metadata[clip.split] = file
        let entry = JSONNode.object([
            "id": .text(sample.key), "prompt": .text(clip.caption), "video": .text(video.path),
        ])
        try file.write((file.bytes > 1 ? ",\n  " : "\n  ") + entry.line)
    }

    func finish() throws -> [ReleaseFile] {
        for split in Split.allCases {
            guard let file = metadata.removeValue(forKey: split) else { continue }
            try file.write("\n]\n")
            files.append(try file.finish())
        }
        return files
    }

    private func begin(_ split: Split) throws -> OutputFile {
        let file = try OutputFile(Self.metadataName(split), in: directory)
        try file.write("[")
        return file
    }
}
