import Foundation

/// How files of ours come to be: written, synced, and named last, so that a name never stands for half a file.
public enum DurableFile {
    /// Writes a file that nothing names yet; its bytes are on disk when this returns.
    public static func write(_ bytes: [UInt8], to path: String) throws(Errno) {
        let file = try Descriptor(path, .replace)
        try file.write(bytes)
        try file.sync()
        try file.close()
    }

    /// Replaces the file at `path`, or makes it: whole, or as it was. Its folder must be there; a symbolic link is
    /// replaced itself.
    public static func replace(_ path: String, with bytes: [UInt8]) throws(Errno) {
        let (folder, name) = parts(of: path)
        let part = "\(folder)/.\(name.prefix(100)).\(UUID().uuidString).part"
        var isPlaced = false
        defer { if !isPlaced { try? Folder.remove(part) } }
        let file = try Descriptor(part, .create, mode: 0o666)
        try file.write(bytes)
        try file.sync()
        try file.close()
        try Folder.rename(part, to: path)
        isPlaced = true
        try? Folder.sync(folder)
    }

    /// Gives a finished, synced file its name for good; the folder is made where it is not there.
    ///
    /// Throws an `Errno`, or an error of Foundation for the folder.
    public static func place(_ staged: String, at path: String) throws {
        let folder = parts(of: path).folder
        let isNew = FileNode.kind(at: folder) == nil
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Folder.rename(staged, to: path)
        try? Folder.sync(folder)
        if isNew { try? Folder.sync(parts(of: folder).folder) }
    }

    private static func parts(of path: String) -> (folder: String, name: String) {
        let path = path as NSString
        let folder = path.deletingLastPathComponent
        return (folder.isEmpty ? "." : folder, path.lastPathComponent)
    }
}
