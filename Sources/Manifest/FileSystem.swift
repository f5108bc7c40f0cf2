import Foundation

/// The file system that a path lies on.
public struct FileSystem {
    /// Its type where it is a network file system, else nil.
    let network: String?

    init(containing path: String) {
        var folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.path), folder.path != "/" {
            folder.deleteLastPathComponent()
        }
        let place = folder.resolvingSymlinksInPath().path
        var best: (mount: String, type: String) = ("", "")
        for (mount, type) in Self.mounts()
        where (place == mount || place.hasPrefix(mount == "/" ? "/" : mount + "/")) && mount.count >= best.mount.count {
            best = (mount, type)
        }
        network = Self.networks.contains { best.type == $0 || best.type.hasPrefix($0 + "4") } ? best.type : nil
    }

    /// Makes new and renamed entries of a folder durable.
    public static func syncFolder(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
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
