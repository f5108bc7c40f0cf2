import CFileSystem
import Glibc

/// An open file and its owner. Each call is made again where a signal interrupted it; no child process inherits it.
public struct Descriptor: ~Copyable, Sendable {
    /// What a path is opened for.
    public enum Access: Sendable {
        case read
        /// The folder itself, to sync or lock it.
        case folder
        /// The same; a symbolic link is refused.
        case folderItself
        case write
        /// A file that is not there yet, to write it.
        case create
        /// To write it from its start, made where it is not there.
        case replace
        /// To read and write it, made where it is not there.
        case update

        fileprivate var flags: Int32 {
            switch self {
            case .read: O_RDONLY
            case .folder: O_RDONLY | O_DIRECTORY
            case .folderItself: O_RDONLY | O_DIRECTORY | O_NOFOLLOW
            case .write: O_WRONLY
            case .create: O_WRONLY | O_CREAT | O_EXCL
            case .replace: O_WRONLY | O_CREAT | O_TRUNC
            case .update: O_RDWR | O_CREAT
            }
        }
    }

    /// The number, for calls that are not here. It stays this value's.
    public let raw: Int32

    public init(adopting raw: Int32) { self.raw = raw }

    /// - Parameter mode: the rights of a file that is made, before the process's umask.
    public init(_ path: String, _ access: Access, mode: UInt32 = 0o644) throws(Errno) {
        // The C library would end the path at its zero byte.
        guard !path.utf8.contains(0) else { throw .noSuchFile }
        let raw = open(path, access.flags | O_CLOEXEC, mode_t(mode))
        guard raw >= 0 else { throw .last }
        self.raw = raw
    }

    deinit { _ = Glibc.close(raw) }

    /// Closes it; the system may tell only now that something could not be written.
    public consuming func close() throws(Errno) {
        let raw = raw
        discard self
        guard Glibc.close(raw) == 0 else { throw .last }
    }

    // MARK: - Reading

    /// Reads what is there, at most so much as fits, waiting for the first byte.
    /// - Returns: how many bytes; 0 at the end.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        while true {
            let count = Glibc.read(raw, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw .last }
        }
    }

    /// Bytes that are there, at most 64 KiB, waiting for the first; empty at the end of the stream and on an error.
    public func read() -> [UInt8] {
        Array(unsafeUninitializedCapacity: 1 << 16) { buffer, count in
            count = (try? read(into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
        }
    }

    // MARK: - Writing

    /// Writes all of it.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(Errno) { try Self.write(bytes, to: raw) }

    public func write(_ bytes: [UInt8]) throws(Errno) { try Self.write(bytes, to: raw) }

    /// Writes all of it to an open file of another owner, such as standard error.
    public static func write(_ bytes: [UInt8], to raw: Int32) throws(Errno) {
        try bytes.withUnsafeBufferPointer { (all) throws(Errno) in try write(UnsafeRawBufferPointer(all), to: raw) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to raw: Int32) throws(Errno) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(raw, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw .last }
            // The system never takes nothing of something without saying why.
            if count == 0 { throw Errno(EIO) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Writes at the end of the file; on disk when it returns. On an error nothing of it stays.
    public func append(_ bytes: [UInt8]) throws(Errno) {
        let end = try seekToEnd()
        do throws(Errno) {
            try write(bytes)
            try sync()
        } catch {
            try? truncate(to: end)
            throw error
        }
    }

    // MARK: - The file

    public func seek(to offset: Int) throws(Errno) {
        guard lseek(raw, off_t(offset), SEEK_SET) >= 0 else { throw .last }
    }

    /// - Returns: the file's length in bytes.
    @discardableResult
    public func seekToEnd() throws(Errno) -> Int {
        let end = lseek(raw, 0, SEEK_END)
        guard end >= 0 else { throw .last }
        return Int(end)
    }

    public func truncate(to length: Int) throws(Errno) {
        guard ftruncate(raw, off_t(length)) == 0 else { throw .last }
    }

    /// Its bytes and, of a folder, its names are on disk when this returns.
    public func sync() throws(Errno) {
        guard fsync(raw) == 0 else { throw .last }
    }

    /// Everything on the file system that holds it is on disk when this returns: one call for thousands of files.
    public func syncFileSystem() throws(Errno) {
        guard sync_file_system(raw) == 0 else { throw .last }
    }

    /// Locks the file for this open of it alone, without waiting. The lock goes with the descriptor.
    /// - Returns: false where another holds it. An error is a file system without locks.
    public func lock() throws(Errno) -> Bool {
        if flock(raw, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK else { throw .last }
        return false
    }
}
