import Foundation
public import Model

/// A file of a release as written: path relative to the release, size and hash.
public struct ReleaseFile: Codable, Hashable, Sendable {
    public let path: String
    public let bytes: Int
    public let sha256: Digest

    /// Whether it holds many clips' videos.
    var isShard: Bool { path.hasSuffix(".tar") || path.hasSuffix(".mds") }
}

/// Writes one new file of a release, hashing as it goes.
final class OutputFile: ByteSink {
    /// Relative to the release's directory.
    let path: String
    private(set) var bytes = 0
    private let place: String
    private var descriptor: Int32
    private var hash = RunningDigest()
    private var buffer: [UInt8] = []

    /// Folders on the way to it are made.
    ///
    /// - Throws: `Fault`, also where the file exists.
    init(_ path: String, in directory: String) throws {
        self.path = path
        place = directory + "/" + path
        descriptor = Self.create(place)
        if descriptor < 0, errno == ENOENT {
            let folder = (place as NSString).deletingLastPathComponent
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw Fault(
                    .readOnly, "cannot make the directory: \(error.localizedDescription)", at: folder,
                    advice: "Give yourself access to it, or choose another place.")
            }
            descriptor = Self.create(place)
        }
        if descriptor < 0 { throw Fault.system(errno, "cannot create the file", at: place) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private static func create(_ place: String) -> Int32 {
        open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
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
        if durable, fsync(descriptor) != 0 { throw Fault.system(errno, "cannot make the file durable", at: place) }
        let closed = close(descriptor)
        descriptor = -1
        if closed != 0 { throw Fault.system(errno, "cannot close the file", at: place) }
        return ReleaseFile(path: path, bytes: bytes, sha256: hash.digest)
    }

    private func flush() throws {
        try buffer.withUnsafeBytes(flush)
        buffer.removeAll(keepingCapacity: true)
    }

    private func flush(_ all: UnsafeRawBufferPointer) throws {
        hash.update(all)
        var done = 0
        while done < all.count {
            let rest = UnsafeRawBufferPointer(rebasing: all[done...])
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw Fault.system(errno, "cannot write", at: place) }
            done += count
        }
    }

    private static let capacity = 1 << 18
}

/// Reads a file from front to back, hashing as it goes.
final class InputFile {
    let path: String
    /// Bytes, as the file system says.
    let size: Int
    private(set) var offset = 0
    private let descriptor: Int32
    private var hash = RunningDigest()
    private var buffer: [UInt8]

    /// - Parameter offset: where reading begins; hashes are of what follows.
    init(_ path: String, from offset: Int = 0) throws {
        self.path = path
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 { throw Fault.system(errno, "cannot open the file", at: path) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw Fault(.unreadable, "it is not a regular file", at: path, advice: "Put the file itself there.")
        }
        descriptor = file
        size = Int(status.st_size)
        self.offset = offset
        buffer = [UInt8](repeating: 0, count: min(max(size, 1), 1 << 18))
        if offset > 0, lseek(file, off_t(offset), SEEK_SET) < 0 {
            throw Fault.system(errno, "cannot read at byte \(offset)", at: path)
        }
    }

    deinit { close(descriptor) }

    /// The next bytes, at most `limit` of them; fewer is no sign of the end, none is.
    func read(upTo limit: Int = .max) throws -> ArraySlice<UInt8> {
        let count = try buffer.withUnsafeMutableBytes { bytes in
            while true {
                let count = Foundation.read(descriptor, bytes.baseAddress, min(limit, bytes.count))
                if count < 0 && errno == EINTR { continue }
                if count < 0 { throw Fault.system(errno, "cannot read", at: path) }
                hash.update(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                return count
            }
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

extension Fault {
    /// A failed system call, in the words of the system.
    static func system(_ code: Int32, _ what: String, at place: String) -> Fault {
        let (reason, advice): (Fault.Reason, String) =
            switch code {
            case ENOSPC, EDQUOT: (.diskFull, "Free some space, then export again.")
            case EROFS, EACCES, EPERM: (.readOnly, "Give yourself access to it, or choose another place.")
            case ENOENT: (.unreadable, "Restore the file; renditions are made again by 'microcurate run'.")
            case EEXIST, ENOTEMPTY: (.invalid, "Choose another place: a release is never overwritten.")
            default: (.unreadable, "Check the disk and the path.")
            }
        return Fault(reason, "\(what): \(String(cString: strerror(code)))", at: place, advice: advice)
    }
}
