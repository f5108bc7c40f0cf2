import Files
import Foundation
public import Model

/// A file of a release as written: path relative to the release, size and hash.
public struct ReleaseFile: Codable, Hashable, Sendable {
    public let path: String
    public let bytes: Int
    public let sha256: Digest
}

/// Where every release has what is said of it.
enum ReleasePath {
    static let clips = "clips.jsonl"
    static let table = "clips.parquet"
    static let document = "release.json"
    static let provenance = "provenance.jsonl"
    static let withheld = "withheld.jsonl"
}

/// Files of one kind that are told of together: `FOLDER/SPLIT/NAME` with its suffix.
struct FileSet: Sendable {
    let name: String
    let mediaType: String
    let folder: String
    /// With its dot.
    let suffix: String

    var pattern: String { "\(folder)/*/*\(suffix)" }

    func holds(_ path: String) -> Bool { path.hasPrefix(folder + "/") && path.hasSuffix(suffix) }
}

/// Writes one new file of a release, hashing as it goes.
final class OutputFile: ByteSink {
    /// Relative to the release's directory.
    let path: String
    private(set) var bytes = 0
    private let place: String
    private var descriptor: Descriptor?
    private var hash = RunningDigest()
    private var buffer: [UInt8] = []

    /// Folders on the way to it are made.
    ///
    /// - Throws: `Fault`, also where the file exists.
    init(_ path: String, in directory: String) throws {
        self.path = path
        let place = directory + "/" + path
        self.place = place
        do {
            descriptor = try Descriptor(place, .create)
        } catch .noSuchFile {
            let folder = (place as NSString).deletingLastPathComponent
            try Fault.ofRelease("cannot make the directory", at: folder) {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            descriptor = try Fault.ofRelease("cannot create the file", at: place) {
                try Descriptor(place, .create)
            }
        } catch {
            throw Fault.ofRelease(error, "cannot create the file", at: place)
        }
    }

    func write(_ block: ArraySlice<UInt8>) throws {
        bytes += block.count
        if buffer.isEmpty, block.count >= Self.capacity { return try block.withUnsafeBytes(flush) }
        buffer += block
        if buffer.count >= Self.capacity { try flush() }
    }

    /// Flushes and closes; with `durable` the bytes are on disk before it returns.
    func finish(durable: Bool = true) throws -> ReleaseFile {
        try flush()
        if durable {
            try Fault.ofRelease("cannot make the file durable", at: place) { try descriptor?.sync() }
        }
        try Fault.ofRelease("cannot close the file", at: place) { try descriptor.take()?.close() }
        return ReleaseFile(path: path, bytes: bytes, sha256: hash.digest)
    }

    private func flush() throws {
        try buffer.withUnsafeBytes(flush)
        buffer.removeAll(keepingCapacity: true)
    }

    private func flush(_ all: UnsafeRawBufferPointer) throws {
        hash.update(all)
        try Fault.ofRelease("cannot write", at: place) { try descriptor?.write(all) }
    }

    private static let capacity = 1 << 18
}

/// Reads a file from front to back, hashing as it goes.
final class InputFile {
    let path: String
    /// Bytes, as the file system says.
    let size: Int
    private(set) var offset = 0
    private let descriptor: Descriptor
    private var hash = RunningDigest()
    private var buffer: [UInt8]

    /// - Parameter offset: where reading begins; hashes are of what follows.
    init(_ path: String, from offset: Int = 0) throws {
        self.path = path
        let file = try Fault.ofRelease("cannot open the file", at: path) {
            try Descriptor(path, .read)
        }
        guard let node = try? FileNode(of: file), node.kind == .file else {
            throw Fault(.unreadable, "it is not a regular file", at: path, advice: "Put the file itself there.")
        }
        if offset > 0 {
            try Fault.ofRelease("cannot read at byte \(offset)", at: path) {
                try file.seek(to: offset)
            }
        }
        descriptor = file
        size = node.status.bytes
        self.offset = offset
        buffer = [UInt8](repeating: 0, count: min(max(size, 1), 1 << 18))
    }

    /// The next bytes, at most `limit` of them; fewer is no sign of the end, none is.
    func read(upTo limit: Int = .max) throws -> ArraySlice<UInt8> {
        let count = try buffer.withUnsafeMutableBytes { bytes in
            let room = UnsafeMutableRawBufferPointer(rebasing: bytes[..<min(limit, bytes.count)])
            let count = try Fault.ofRelease("cannot read", at: path) {
                try descriptor.read(into: room)
            }
            hash.update(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            return count
        }
        offset += count
        return buffer[..<count]
    }

    /// Exactly so many bytes; fewer only where the file ends.
    func read(exactly count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let block = try read(upTo: count - bytes.count)
            if block.isEmpty { break }
            bytes += block
        }
        return bytes
    }

    /// Reads to the end; the hash of the whole file.
    func drain() throws -> Digest {
        while try !read().isEmpty {}
        return hash.digest
    }
}
