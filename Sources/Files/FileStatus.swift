import Glibc
public import Model

/// What lies under a path, as stat(2) tells.
public struct FileNode: Hashable, Sendable {
    public enum Kind: Sendable { case file, folder, link, other }

    /// Tells whether two paths lead to the same bytes, as long as they exist.
    public struct Identity: Hashable, Sendable {
        let device: UInt64
        let node: UInt64
    }

    public let kind: Kind
    public let status: FileStatus
    public let identity: Identity

    /// - Parameter followingLinks: whether a symbolic link stands for what it leads to.
    public init(_ path: String, followingLinks: Bool = true) throws(Errno) {
        guard !path.utf8.contains(0) else { throw .noSuchFile }
        var status = stat()
        guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { throw .last }
        self.init(status)
    }

    public init(of descriptor: borrowing Descriptor) throws(Errno) {
        var status = stat()
        guard fstat(descriptor.raw, &status) == 0 else { throw .last }
        self.init(status)
    }

    private init(_ found: stat) {
        switch found.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        case S_IFLNK: kind = .link
        default: kind = .other
        }
        status = FileStatus(
            bytes: Int(found.st_size),
            modifiedNanoseconds: Int(found.st_mtim.tv_sec) * 1_000_000_000 + Int(found.st_mtim.tv_nsec))
        identity = Identity(device: UInt64(found.st_dev), node: UInt64(found.st_ino))
    }

    /// What a path leads to; nil where it leads nowhere, or may not be asked.
    public static func kind(at path: String) -> Kind? { (try? FileNode(path))?.kind }
}

/// Size and time of modification of a file: while both stay, its bytes are taken to stay.
public struct FileStatus: Hashable, Sendable {
    public let bytes: Int
    public let modifiedNanoseconds: Int

    init(bytes: Int, modifiedNanoseconds: Int) {
        self.bytes = bytes
        self.modifiedNanoseconds = modifiedNanoseconds
    }

    /// Throws `Fault(.unreadable)` where there is no such file.
    public init(_ path: String) throws(Fault) {
        do {
            self = try FileNode(path).status
        } catch {
            throw Fault(
                .unreadable, "it can't be opened (\(error.text))", at: path,
                advice: "Check the path and its permissions.")
        }
    }
}
