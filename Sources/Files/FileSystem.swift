import Foundation

/// The file system that a path lies on.
public struct FileSystem {
    /// Its type where it is a network file system, else nil.
    public let network: String?

    /// - Parameter path: of a file, which need not be there yet, nor its folder.
    public init(containing path: String) {
        var folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent()
        while FileNode.kind(at: folder.path) == nil, folder.path != "/" { folder.deleteLastPathComponent() }
        let place = folder.resolvingSymlinksInPath().path
        var best: (mount: String, type: String) = ("", "")
        for (mount, type) in Self.mounts()
        where (place == mount || place.hasPrefix(mount == "/" ? "/" : mount + "/")) && mount.count >= best.mount.count {
            best = (mount, type)
        }
        network = Self.networks.contains { best.type == $0 || best.type.hasPrefix($0 + "4") } ? best.type : nil
    }

    /// Bytes that a process without privileges may still write in `folder`; nil where that can't be told.
    public static func freeBytes(in folder: String) -> Int? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        let (product, isOver) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return isOver ? Int.max : Int(clamping: product)
    }

    private static let networks = [
        "nfs", "cifs", "smb3", "smbfs", "lustre", "afs", "ceph", "ocfs2", "9p", "gpfs", "fuse.sshfs", "beegfs",
    ]

    /// Mount points with their types, out of /proc/self/mountinfo (proc(5)).
    private static func mounts() -> [(mount: String, type: String)] {
        let text = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 4, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else { return nil }
            return (fields[4].replacingOccurrences(of: "\\040", with: " "), String(fields[dash + 1]))
        }
    }
}
