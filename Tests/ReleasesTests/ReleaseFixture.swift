import Foundation
import Model
import Releases

/// A temporary directory with renditions (noise, no video) and the clips that describe them. Removed at the end.
final class ReleaseFixture {
    let root: String

    init() throws {
        root = NSTemporaryDirectory() + "/shards-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root + "/renditions", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    static func id(_ index: Int) -> ClipID { ClipID(rawValue: "clip-" + Digest(of: "\(index)").hex.prefix(32)) }

    /// The clip number `index`: every third is for testing, the rest for training; three clips a source.
    func clip(_ index: Int, bytes: Int = 700, frames: Int = 5) throws -> ReleaseClip {
        let content = Data((0..<bytes).map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ (index &* 7) ^ ($0 >> 8)) })
        let path = root + "/renditions/\(Digest(of: content)).mp4"
        try content.write(to: URL(fileURLWithPath: path))
        let source = ReleaseClip.Source(
            id: SourceID(rawValue: "src-" + Digest(of: "source \(index / 3)").hex.prefix(32)),
            title: "Mitose \"\(index / 3)\"\tá", url: "https://example.org/\(index / 3)",
            licence: index / 3 == 0 ? "" : "CC-BY-4.0", attribution: "A. Nonyme", pixelSizeUm: Rational(13, 200))
        return ReleaseClip(
            id: Self.id(index), split: index % 3 == 2 ? .test : .train, caption: "Clip \(index): a cell divides, 5 µm.",
            captionKind: index.isMultiple(of: 2) ? .normalized : .expert,
            level: index.isMultiple(of: 2) ? "cellular" : "",
            acceptedBy: .experts,
            span: ClipSpan(
                ticks: TickSpan(start: Int64(index) * 1000, end: Int64(index) * 1000 + 5000),
                frames: FrameSpan(start: index, end: index + frames)),
            timing: .pts, timeBase: Rational(1, 16000), source: source,
            rendition: .init(
                path: path, sha256: Digest(of: content), bytes: bytes, profile: "wan2.1-t2v-1.3b", width: 832,
                height: 480, frameRate: Rational(16), sourceFrames: Array(index..<index + frames)))
    }

    func clips(_ count: Int, bytes: Int = 700) throws -> [ReleaseClip] {
        try (0..<count).map { try clip($0, bytes: bytes) }
    }

    static func description(samples: Int = 100, bytes: Int = 1_000_000) -> ReleaseDescription {
        var recipe = Recipe()
        recipe.name = "microsim-10k"
        recipe.targets.levels = ["organ": 59.1, "cellular": 22.4]
        recipe.targets.funnel = ["accepted": 9601]
        recipe.export.shardSamples = samples
        recipe.export.shardBytes = bytes
        return ReleaseDescription(
            name: "Micro \"Sim\"", version: "1.0", about: .init(datePublished: "2026-05-04"), recipe: recipe,
            profile: .wan, funnel: [.init("sources", 2), .init("accepted", 6)], ledgerHead: "")
    }

    @discardableResult
    func release(
        _ clips: [ReleaseClip], as name: String = "release", layouts: [Layout] = Layouts.all,
        _ description: ReleaseDescription = description(), resume: Bool = false, workers: Int = 2
    ) throws -> ReleaseWriter.Summary {
        var rest = clips[...]
        return try ReleaseWriter(description, layouts: layouts)
            .write(to: "\(root)/\(name)", resume: resume, workers: workers) { rest.popFirst() }
    }

    /// Paths and bytes of every file of a release.
    func contents(_ name: String = "release") throws -> [String: Data] {
        let root = "\(root)/\(name)"
        var contents: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
            let data = FileManager.default.contents(atPath: root + "/" + path)
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: root + "/" + path, isDirectory: &isDirectory)
            if !isDirectory.boolValue { contents[path] = data }
        }
        return contents
    }
}

/// Runs a command found on the PATH; its output and exit status.
func run(_ command: [String], in directory: String) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

func has(_ command: String) -> Bool {
    (try? run([command, "--version"], in: "/"))?.status == 0
}

/// The fault that `body` throws; nil when it throws none.
func fault(_ body: () throws -> Void) -> Fault? {
    do {
        try body()
        return nil
    } catch {
        return error as? Fault
    }
}
