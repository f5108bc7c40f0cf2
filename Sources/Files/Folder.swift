import Glibc

/// The names in folders, each call by the path of what is named.
public enum Folder {
    /// Makes a folder in one that is there; one that is there already is fine.
    public static func make(_ path: String) throws(Errno) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .last }
    }

    /// rename(2): replaces a file, or an empty folder by a folder. The name is on disk after a `sync` of its folder.
    public static func rename(_ path: String, to other: String) throws(Errno) {
        guard Glibc.rename(path, other) == 0 else { throw .last }
    }

    /// Removes the name of a file; one that is gone is fine.
    public static func remove(_ path: String) throws(Errno) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .last }
    }

    /// Makes new and renamed entries of the folder at `path` durable, where its file system knows how to.
    public static func sync(_ path: String) throws(Errno) {
        do throws(Errno) {
            try Descriptor(path, .folder).sync()
        } catch {
            guard error.code == EINVAL else { throw error }
        }
    }
}
