import Foundation
import Model

/// The hidden directory `.NAME.partial` beside a release in the making. Nothing takes it for a release; `publish`
/// renames it, dropping it unpublished removes it, unless `keeps` is set. One that a stopped export left behind is
/// emptied and reused, but for what is to be resumed.
final class StagingDirectory {
    let path: String
    private let target: String
    private let parent: String
    private var lock: Int32
    private var published = false
    /// Whether it stays for `export --resume` where the release does not come about.
    var keeps = false
    /// What a stopped export completed; nil unless it is to be resumed.
    let stopped: StoppedExport?

    /// - Throws: `Fault` where `target` is something else than a release or an empty directory, or another process is
    ///   writing the same release.
    init(for target: String, resuming: Bool) throws {
        let url = URL(fileURLWithPath: target).standardizedFileURL
        self.target = url.path
        parent = url.deletingLastPathComponent().path
        path = parent + "/." + url.lastPathComponent + ".partial"
        if !FileManager.default.fileExists(atPath: url.path + "/" + ReleaseWriter.documentName) {
            try Self.refuseOccupied(url.path)
        }
        do {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw Fault(
                .readOnly, "cannot make the directory: \(error.localizedDescription)", at: parent,
                advice: "Give yourself access to it, or choose another place.")
        }
        lock = try Self.claim(path)
        stopped = resuming ? StoppedExport(in: path) : nil
        keeps = stopped?.chunks.isEmpty == false
        do {
            for name in try leftovers() { try FileManager.default.removeItem(atPath: path + "/" + name) }
        } catch {
            throw Fault(
                .readOnly, "cannot remove what a stopped export left: \(error.localizedDescription)", at: path,
                advice: "Remove this directory.")
        }
    }

    /// What a stopped export left and nobody resumes, relative to `path`.
    private func leftovers() throws -> [String] {
        guard let stopped else { return try FileManager.default.contentsOfDirectory(atPath: path) }
        let kept = stopped.files.union([ExportJournal.name])
        return try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            var isDirectory: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isDirectory)
            return !isDirectory.boolValue && !kept.contains(name)
        }
    }

    deinit {
        if !published, !keeps { try? FileManager.default.removeItem(atPath: path) }
        close(lock)
    }

    /// Makes all names durable and gives the release its own.
    func publish() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: path) where name.hasPrefix(".") {
            try FileManager.default.removeItem(atPath: path + "/" + name)
        }
        for name in [""] + (try FileManager.default.subpathsOfDirectory(atPath: path)) {
            var isDirectory: ObjCBool = false
            let place = path + "/" + name
            if FileManager.default.fileExists(atPath: place, isDirectory: &isDirectory), isDirectory.boolValue {
                try Self.sync(place)
            }
        }
        try Self.refuseOccupied(target)
        // rename(2) replaces an empty directory and refuses any other, so a race loses nothing.
        if rename(path, target) != 0 { throw Fault.system(errno, "cannot name the release", at: target) }
        published = true
        try Self.sync(parent)
    }

    static func refuseOccupied(_ target: String) throws {
        var status = stat()
        guard lstat(target, &status) == 0 else { return }
        let contents = try? FileManager.default.contentsOfDirectory(atPath: target)
        guard status.st_mode & S_IFMT == S_IFDIR, contents?.isEmpty == true else {
            throw Fault(
                .invalid, "there is something at this place already", at: target,
                advice: "Choose another place or version: a release is never overwritten.")
        }
    }

    /// Makes the directory and locks it. A lock on a directory that was renamed meanwhile does not count.
    private static func claim(_ path: String) throws -> Int32 {
        while true {
            if mkdir(path, 0o755) != 0, errno != EEXIST {
                throw Fault.system(errno, "cannot make the directory", at: path)
            }
            let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            if directory < 0, errno == ENOENT { continue }
            if directory < 0 { throw Fault.system(errno, "cannot open the directory", at: path) }
            // A file system without locks (ENOLCK, ENOTSUP) is written to unlocked.
            if flock(directory, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
                close(directory)
                throw Fault(
                    .busy, "another export is writing this release", at: path, advice: "Wait for it, or stop it.")
            }
            var held = stat()
            var named = stat()
            if fstat(directory, &held) == 0, lstat(path, &named) == 0, held.st_ino == named.st_ino,
                held.st_dev == named.st_dev
            {
                return directory
            }
            close(directory)
        }
    }

    private static func sync(_ directory: String) throws {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw Fault.system(errno, "cannot open the directory", at: directory) }
        defer { close(descriptor) }
        // Some file systems know no fsync of a directory (EINVAL).
        if fsync(descriptor) != 0, errno != EINVAL {
            throw Fault.system(errno, "cannot make the directory durable", at: directory)
        }
    }
}
