import Files
import Foundation
import Model

/// The hidden directory `.NAME.partial` beside a release in the making. Nothing takes it for a release; `publish`
/// renames it, dropping it unpublished removes it, unless `keeps` is set. One that a stopped export left behind is
/// emptied and reused, but for what is to be resumed.
final class StagingDirectory {
    let path: String
    private let target: String
    private let parent: String
    private let lock: Descriptor
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
        let parent = url.deletingLastPathComponent().path
        self.parent = parent
        path = parent + "/." + url.lastPathComponent + ".partial"
        if !FileManager.default.fileExists(atPath: url.path + "/" + ReleasePath.document) {
            try Self.refuseOccupied(url.path)
        }
        try Fault.ofRelease("cannot make the directory", at: parent) {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
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
            FileNode.kind(at: path + "/" + name) != .folder && !kept.contains(name)
        }
    }

    deinit {
        if !published, !keeps { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Makes all names durable and gives the release its own.
    func publish() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: path) where name.hasPrefix(".") {
            try FileManager.default.removeItem(atPath: path + "/" + name)
        }
        for name in [""] + (try FileManager.default.subpathsOfDirectory(atPath: path)) {
            let place = path + "/" + name
            if FileNode.kind(at: place) == .folder { try Self.sync(place) }
        }
        try Self.refuseOccupied(target)
        // rename(2) replaces an empty directory and refuses any other, so a race loses nothing.
        try Fault.ofRelease("cannot name the release", at: target) {
            try Folder.rename(path, to: target)
        }
        published = true
        try Self.sync(parent)
    }

    static func refuseOccupied(_ target: String) throws {
        guard let node = try? FileNode(target, followingLinks: false) else { return }
        let contents = try? FileManager.default.contentsOfDirectory(atPath: target)
        guard node.kind == .folder, contents?.isEmpty == true else {
            throw Fault(
                .invalid, "there is something at this place already", at: target,
                advice: "Choose another place or version: a release is never overwritten.")
        }
    }

    /// Makes the directory and locks it. A lock on a directory that was renamed meanwhile does not count.
    private static func claim(_ path: String) throws -> Descriptor {
        while true {
            try Fault.ofRelease("cannot make the directory", at: path) { try Folder.make(path) }
            let directory: Descriptor
            do {
                directory = try Descriptor(path, .folderItself)
            } catch .noSuchFile {
                continue
            } catch {
                throw Fault.ofRelease(error, "cannot open the directory", at: path)
            }
            // A file system without locks (ENOLCK, ENOTSUP) is written to unlocked.
            if (try? directory.lock()) == false {
                throw Fault(
                    .busy, "another export is writing this release", at: path, advice: "Wait for it, or stop it.")
            }
            let held = try? FileNode(of: directory)
            if let held, (try? FileNode(path, followingLinks: false))?.identity == held.identity { return directory }
        }
    }

    private static func sync(_ directory: String) throws {
        try Fault.ofRelease("cannot make the directory durable", at: directory) {
            try Folder.sync(directory)
        }
    }
}
