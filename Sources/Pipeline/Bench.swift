internal import Files
internal import Foundation
public import Manifest
public import Model

/// A file that `process` reads.
public struct BenchInput: Codable, Hashable, Sendable {
    /// nil where finding it out is the work.
    public var sha256: Digest?
    /// Where it lies on the machine that works.
    public var path: String
    public var bytes: Int
    /// nil for a file of the workspace, which is written once.
    public var modifiedNanoseconds: Int?

    public init(sha256: Digest?, path: String, bytes: Int, modifiedNanoseconds: Int? = nil) {
        self.sha256 = sha256
        self.path = path
        self.bytes = bytes
        self.modifiedNanoseconds = modifiedNanoseconds
    }

    /// A file of the user's footage.
    public init(_ file: FileRecord) {
        self.init(
            sha256: file.sha256, path: file.path, bytes: file.bytes, modifiedNanoseconds: file.modifiedNanoseconds)
    }

    /// Throws a `Fault` unless the path holds these bytes: `unreadable` where it is gone, `mismatch` where they are
    /// others. They are hashed only where the time of modification is another.
    func check() throws {
        guard !path.isEmpty else {
            throw Fault(
                .unreadable, "all its paths hold other bytes by now",
                at: "the file with SHA-256 \(sha256?.hex ?? "unknown")",
                advice: "Ingest a copy of it and run 'microcurate retry', or withdraw the source.")
        }
        guard let status = try? FileStatus(path) else {
            throw Fault(
                .unreadable, "the file is gone since it was ingested", at: path,
                advice: "Put it back, or ingest it from where it is now; then run 'microcurate retry'.")
        }
        if status.bytes == bytes {
            if status.modifiedNanoseconds == modifiedNanoseconds { return }
            if try Digest(ofFile: path) == sha256 { return }
        }
        throw Fault(
            .mismatch, "the file changed since it was ingested", at: path,
            advice: "Ingest it again as a source of its own, or put the old bytes back and run 'microcurate retry'.")
    }
}

/// Where `process` works: its inputs by digest, a folder of the attempt's own for its outputs, and a share of the
/// machine. It knows no workspace; every path is this machine's.
public struct Bench: Sendable {
    public let inputs: [BenchInput]
    /// For outputs and whatever else is written on the way; removed afterwards.
    public let folder: String
    /// Decoder threads, and clips to encode at once; results don't depend on it.
    public let threads: Int
    private let byDigest: [Digest: [BenchInput]]

    public init(inputs: [BenchInput], folder: String, threads: Int) {
        self.inputs = inputs
        self.folder = folder
        self.threads = threads
        byDigest = inputs.reduce(into: [:]) { all, input in
            if let digest = input.sha256 { all[digest, default: []].append(input) }
        }
    }

    /// The path of an input. Throws `Fault(.internal)` for a digest that the stage didn't declare.
    public func path(of digest: Digest) throws -> String { try inputs(digest)[0].path }

    /// Equal pictures of a sequence are files of their own.
    private func inputs(_ digest: Digest) throws -> [BenchInput] {
        guard let inputs = byDigest[digest] else {
            throw Fault(
                .internal, "an input was not declared", at: "the file with SHA-256 \(digest)", advice: "Report this.")
        }
        return inputs
    }

    /// A source whose files are inputs, as readers want it, once they are what they were when they were ingested.
    public func open(_ source: BenchSource) throws -> SourceLocation {
        var location = source.location
        var used: [Digest: Int] = [:]
        location.paths = try source.files.map { digest in
            let same = try inputs(digest)
            let input = same[min(used[digest, default: 0], same.count - 1)]
            used[digest, default: 0] += 1
            try input.check()
            return input.path
        }
        return location
    }

    /// All bytes of an input that is a part of a frame track. Throws a `Fault` where it is gone or cut short.
    public func bytes(of digest: Digest) throws -> [UInt8] {
        let input = try inputs(digest)[0]
        guard let data = FileManager.default.contents(atPath: input.path), data.count == input.bytes else {
            throw Fault(
                .corrupt, "a part of the frame track is missing or damaged", at: input.path,
                advice: "Delete it and run 'microcurate run': what is missing is made again.")
        }
        return [UInt8](data)
    }

    /// Where an output of this name is written.
    public func path(ofOutput name: String) -> String { "\(folder)/\(name)" }

    /// Writes an output, synced.
    public func write(_ bytes: [UInt8], as name: String, to shelf: Shelf) throws -> Artifact {
        try Fault.guarding(path(ofOutput: name)) { try DurableFile.write(bytes, to: path(ofOutput: name)) }
        return Artifact(name: name, sha256: Digest(of: bytes), bytes: bytes.count, shelf: shelf)
    }
}

/// A source without its paths: they depend on the machine.
public struct BenchSource: Codable, Hashable, Sendable {
    fileprivate var location: SourceLocation
    /// In order.
    public var files: [Digest]

    public init(_ location: SourceLocation, files: [FileRecord]) {
        self.location = location
        self.location.paths = []
        self.files = files.map(\.sha256)
    }

    public var id: SourceID { location.id }
    public var view: View { location.view }

    /// Seconds a tick in playback.
    public func playbackTimeBase(_ profile: Profile) -> Rational { location.playbackTimeBase(profile) }
}

/// The folders of a workspace for files that are named by their hash.
public enum Shelf: String, Codable, Sendable, CaseIterable { case tracks, thumbnails, renditions }

/// A file that `process` has written: by its name at the bench, which says nothing of where it will lie.
public struct Artifact: Codable, Hashable, Sendable {
    public var name: String
    public var sha256: Digest
    public var bytes: Int
    public var shelf: Shelf
    /// The suffix of its final name, with the dot; may be empty.
    public var suffix: String

    public init(name: String, sha256: Digest, bytes: Int, shelf: Shelf, suffix: String = "") {
        self.name = name
        self.sha256 = sha256
        self.bytes = bytes
        self.shelf = shelf
        self.suffix = suffix
    }

    /// Its place for good, relative to the workspace.
    public var file: String { "\(shelf.rawValue)/\(sha256.hex.prefix(2))/\(sha256.hex)\(suffix)" }
}

extension Workspace {
    /// Moves an artifact from the bench's folder to its place for good.
    ///
    /// Throws a `Fault` for a name that leads outside of the folder, and for what is not the regular file that it
    /// promises.
    func take(_ artifact: Artifact, from folder: String) throws {
        let name = artifact.name
        let suffix = artifact.suffix
        guard !name.isEmpty, !name.contains("/"), name != ".", name != "..", !suffix.contains("/") else {
            throw Fault(
                .invalid, "an output names a path outside of its bench: '\(name)\(suffix)'", at: "bench",
                advice: "Report this: a stage names its outputs by single names.")
        }
        let path = "\(folder)/\(name)"
        guard let node = try? FileNode(path, followingLinks: false), node.kind == .file,
            node.status.bytes == artifact.bytes
        else {
            throw Fault(
                .mismatch, "an output is not there as it was promised", at: path,
                advice: "Run 'microcurate retry', then 'microcurate run'; if it happens again, report it.")
        }
        try place(path, at: artifact.file)
    }
}
