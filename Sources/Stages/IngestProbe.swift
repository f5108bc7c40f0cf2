import Foundation
import Media
public import Model

/// What one candidate turns out to be: hashes of its files and the sources in it. Runs in a worker process, as a
/// damaged file may kill a demuxer.
public enum IngestProbe {
    public struct Item: Codable, Sendable {
        var paths: [String]
        var notes: [String]
        var declared = ViewDeclaration()
        /// Hashes known from before, where the file didn't change; nil where it must be read.
        var known: [Digest?]
    }

    public struct Output: Codable, Sendable {
        struct Source: Codable, Sendable {
            var stream: Int
            var view: View
            var description: MediaDescription
            var timing: Timing
            var timeBase: Rational?

            func location(of digests: [Digest], at paths: [String]) throws -> SourceLocation {
                SourceLocation(
                    id: try SourceID(files: digests, stream: stream, view: view), kind: description.kind, paths: paths,
                    stream: stream, view: view, timing: timing, timeBase: timeBase)
            }
        }
        var digests: [Digest]
        var sources: [Source]
        /// The files, taken for the pictures of a sequence, have several pages each: they are stacks of their own.
        var areStacks = false
    }

    public static let name = "ingest"

    public static func process(json item: String) throws -> String {
        try JSON.line(try process(try JSON.decode(Item.self, from: item)))
    }

    static func process(_ item: Item) throws -> Output {
        for path in item.paths { try checkReadable(path) }
        if item.paths.count > 1, StackProbe.isStack(path: item.paths[0]),
            try StackProbe.describe(paths: [item.paths[0]]).first?.frames ?? 0 > 1
        {
            return Output(digests: [], sources: [], areStacks: true)
        }
        let sources = StackProbe.isStack(path: item.paths[0]) ? try stacks(item) : try video(item)
        let digests = try zip(item.paths, item.known).map { path, known in
            try known ?? Digest(ofFile: path)
        }
        return Output(digests: digests, sources: sources)
    }

    private static func checkReadable(_ path: String) throws {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int,
            FileManager.default.isReadableFile(atPath: path)
        else {
            throw Fault(.unreadable, "the file can't be read", at: path, advice: "Check its permissions.")
        }
        if size == 0 { throw Fault(.empty, "the file is empty", at: path, advice: "Copy or download it again.") }
    }

    private static func stacks(_ item: Item) throws -> [Output.Source] {
        let descriptions = try StackProbe.describe(paths: item.paths)
        guard item.paths.count > 1 || (descriptions.first?.frames ?? 0) > 1 else { throw single(item.paths[0]) }
        return try descriptions.map { description in
            var description = description
            description.notes += item.notes
            let view = try StackProbe.view(
                paths: item.paths, series: description.stream, declared: item.declared)
            return Output.Source(
                stream: description.stream, view: view, description: description, timing: .ordinal, timeBase: nil)
        }
    }

    private static func video(_ item: Item) throws -> [Output.Source] {
        guard var description = try ContainerProbe.describe(path: item.paths[0]).first else {
            throw Fault(.notMedia, "there is no video in it", at: item.paths[0], advice: "Leave it out.")
        }
        let view = View(
            intervalSeconds: item.declared.intervalSeconds, pixelSizeUm: item.declared.pixelSizeUm)
        guard description.kind == .sequence else {
            return [
                Output.Source(
                    stream: description.stream, view: view, description: description,
                    timing: description.timeBase == nil ? .ordinal : .pts, timeBase: description.timeBase)
            ]
        }
        guard item.paths.count > 1 else { throw single(item.paths[0]) }
        description.frames = item.paths.count
        description.notes += item.notes
        return [
            Output.Source(
                stream: description.stream, view: view, description: description, timing: .ordinal, timeBase: nil)
        ]
    }

    /// The sources in loose files: one file, or the pictures of a sequence in order.
    public static func sources(in paths: [String]) throws -> [(location: SourceLocation, description: MediaDescription)]
    {
        let output = try process(Item(paths: paths, notes: [], known: paths.map { _ in nil }))
        if output.areStacks {
            throw Fault(.unsupported, "the files are stacks of their own", at: paths[0], advice: "Give one of them.")
        }
        return try output.sources.map { (try $0.location(of: output.digests, at: paths), $0.description) }
    }

    private static func single(_ path: String) -> Fault {
        Fault(
            .unsupported, "a single picture is no recording", at: path,
            advice: "Give a folder with numbered pictures, a stack or a video.")
    }
}
