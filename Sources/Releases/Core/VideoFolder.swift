import Model

/// `videos/SPLIT/CLIPID.mp4`, with the caption beside it as `CLIPID.txt` where a layout asks for it.
enum VideoFolder {
    static let name = "videos"

    static func path(_ key: String, _ split: Split, _ suffix: String) -> String { "\(name)/\(split)/\(key).\(suffix)" }

    static func holds(_ path: String) -> Bool { path.hasPrefix(name + "/") }

    static let sets = [
        FileSet(name: "videos", mediaType: "video/mp4", folder: name, suffix: ".mp4"),
        FileSet(name: "captions", mediaType: "text/plain", folder: name, suffix: ".txt"),
    ]
}

/// Files are not made durable one by one: `ChunkWork` syncs the file system once a chunk.
final class VideoFolderWriter: ChunkWriter {
    private let directory: String
    private let hasTexts: Bool
    private var video: OutputFile?
    private var files: [ReleaseFile] = []

    init(in directory: String, texts: Bool) {
        self.directory = directory
        hasTexts = texts
    }

    func begin(_ sample: Sample) throws {
        video = try OutputFile(VideoFolder.path(sample.key, sample.split, "mp4"), in: directory)
    }

    func video(_ block: ArraySlice<UInt8>) throws { try video?.write(block) }

    func end(_ sample: Sample) throws {
        if let video { files.append(try video.finish(durable: false)) }
        guard hasTexts else { return }
        let text = try OutputFile(VideoFolder.path(sample.key, sample.split, "txt"), in: directory)
        try text.write(sample.caption[...])
        files.append(try text.finish(durable: false))
    }

    func finish() throws -> [ReleaseFile] { files }
}
