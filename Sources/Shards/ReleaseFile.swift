import Foundation
public import Model

/// A file of a release as written: path relative to the release, size and hash.
public struct ReleaseFile: Hashable, Sendable {
    public let path: String
    public let bytes: Int
    public let sha256: Digest
}

/// Writes one new file of a release, hashing as it goes; `finish` makes it durable.
final class OutputFile {
    /// Relative to the release's directory.
    let path: String
    private(set) var bytes = 0
    private let place: String
    private var descriptor: Int32
    private var hash = RunningDigest()
    private var buffer: [UInt8] = []

    /// - Throws: `Fault`, also where the file exists.
    init(_ path: String, in directory: String) throws {
        self.path = path
        place = directory + "/" + path
        buffer.reserveCapacity(Self.capacity)
        descriptor = open(place, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw Fault.system(errno, "cannot create the file", at: place) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func write(_ text: String) throws { try write(Array(text.utf8)[...]) }

    func write(_ block: ArraySlice<UInt8>) throws {
        bytes += block.count
        buffer += block
        if buffer.count >= Self.capacity { try flush() }
    }

    /// Flushes, fsyncs and closes.
    func finish() throws -> ReleaseFile {
        try flush()
        if fsync(descriptor) != 0 { throw Fault.system(errno, "cannot make the file durable", at: place) }
        let closed = close(descriptor)
        descriptor = -1
        if closed != 0 { throw Fault.system(errno, "cannot close the file", at: place) }
        return ReleaseFile(path: path, bytes: bytes, sha256: hash.digest)
    }

    private func flush() throws {
        try buffer.withUnsafeBytes { all in
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
        buffer.removeAll(keepingCapacity: true)
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
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)

    init(_ path: String) throws {
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
