import Foundation
public import Manifest
public import Model

/// The directory of one dataset in the making.
///
///     recipe.yaml  manifest.sqlite  ledger/decisions.jsonl  lock  review.lock
///     tracks/  thumbnails/  renditions/  staging/  exports/
public struct Workspace: Sendable {
    public let root: String
    public let recipe: Recipe

    public var recipePath: String { path("recipe.yaml") }
    public var exports: String { path("exports") }

    /// Makes a workspace in `root`, which must be absent or empty.
    public static func create(at root: String, recipe yaml: String, recipeName: String) throws -> Workspace {
        let recipe = try RecipeDocument.parse(yaml, file: recipeName)
        let files = FileManager.default
        let content = (try? files.contentsOfDirectory(atPath: root)) ?? []
        guard content.isEmpty else {
            let isOne = content.contains("manifest.sqlite")
            throw Fault(
                .invalid, isOne ? "this is a workspace already" : "the directory is not empty", at: root,
                advice: isOne ? "Use it with 'microcurate -C \(root) ...'." : "Name a new directory.")
        }
        let workspace = Workspace(root: absolute(root), recipe: recipe)
        try guarding(root) {
            for folder in ["", "ledger", "tracks", "thumbnails", "renditions", "staging", "exports"] {
                try files.createDirectory(atPath: workspace.path(folder), withIntermediateDirectories: true)
            }
            try Data(yaml.utf8).write(to: URL(fileURLWithPath: workspace.recipePath), options: .atomic)
        }
        _ = try workspace.manifest()
        return workspace
    }

    /// Opens the workspace at `root` with its recipe.
    public static func open(_ root: String) throws -> Workspace {
        let path = absolute(root) + "/recipe.yaml"
        guard let data = FileManager.default.contents(atPath: path) else {
            let exists = FileManager.default.fileExists(atPath: path)
            throw Fault(
                .unreadable, exists ? "the recipe can't be read" : "this is no workspace: recipe.yaml is missing",
                at: root,
                advice: "Make one with 'microcurate init DIR', and name it with 'microcurate -C DIR ...'.")
        }
        return Workspace(
            root: absolute(root), recipe: try RecipeDocument.parse(String(decoding: data, as: UTF8.self), file: path))
    }

    private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    public func manifest(_ access: Manifest.Access = .write, recovers: Bool = true) throws -> Manifest {
        let manifest = try Manifest(
            path: path("manifest.sqlite"), ledger: path("ledger/decisions.jsonl"), access: access, recovers: recovers)
        if access == .write { try manifest.use(profile: recipe.mainProfile) }
        return manifest
    }

    /// Whether a file of the workspace is there.
    public func holds(_ relative: String) -> Bool { FileManager.default.fileExists(atPath: path(relative)) }

    /// A path relative to the workspace, as an absolute one.
    public func path(_ relative: String) -> String { relative.isEmpty ? root : "\(root)/\(relative)" }

    /// Moves a finished, synced file of the staging folder to its place for good.
    public func place(_ staged: String, at relative: String) throws {
        let target = path(relative)
        try Self.guarding(target) {
            let folder = (target as NSString).deletingLastPathComponent
            let isNew = !FileManager.default.fileExists(atPath: folder)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            guard rename(staged, target) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            FileSystem.syncFolder(folder)
            if isNew { FileSystem.syncFolder((folder as NSString).deletingLastPathComponent) }
        }
    }

    /// Writes a file into `folder` so that it is on disk when this returns.
    public static func writeSynced(_ bytes: [UInt8], to path: String) throws {
        try guarding(path) {
            let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try handle.write(contentsOf: bytes)
            try handle.synchronize()
            try handle.close()
        }
    }

    /// Turns the system's errors into faults that name `place`.
    public static func guarding<T>(_ place: String, _ body: () throws -> T) throws -> T {
        do { return try body() } catch let fault as Fault { throw fault } catch {
            let code = (error as? POSIXError)?.code.rawValue ?? underlying(error as NSError)
            let text = code.map { String(cString: strerror($0)) } ?? error.localizedDescription
            switch code {
            case ENOSPC, EDQUOT:
                throw Fault(
                    .diskFull, "the disk is full", at: place, advice: "Free some space and run again; nothing is lost.")
            case EACCES, EPERM, EROFS:
                throw Fault(
                    .readOnly, "it can't be written (\(text.lowercased()))", at: place,
                    advice: "Check the permissions of the folder.")
            default:
                throw Fault(.unreadable, text, at: place, advice: "Check the path and the disk.")
            }
        }
    }

    private static func underlying(_ error: NSError) -> Int32? {
        if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
        if error.domain == NSCocoaErrorDomain, error.code == CocoaError.fileWriteOutOfSpace.rawValue { return ENOSPC }
        if error.domain == NSCocoaErrorDomain, error.code == CocoaError.fileWriteNoPermission.rawValue { return EACCES }
        return (error.userInfo[NSUnderlyingErrorKey] as? NSError).flatMap(underlying)
    }

    /// Held by the one process that may run stages. The kernel lets go of it when the process ends, however it ends.
    public final class Lock: Sendable {
        private let descriptor: Int32
        fileprivate init(descriptor: Int32) { self.descriptor = descriptor }
        deinit { close(descriptor) }
    }

    /// Throws `Fault(.busy)` that names the holder while another process runs stages here.
    public func lock() throws -> Lock {
        try lock(
            "lock", busy: "another 'microcurate run' is at work here",
            advice: "Wait until it is done, or end it; reviewing goes on beside it.")
    }

    /// The same for the one process that serves the review.
    public func reviewLock() throws -> Lock {
        try lock(
            "review.lock", busy: "another 'microcurate review serve' serves this workspace",
            advice: "Open its address, or end it first.")
    }

    private func lock(_ name: String, busy: String, advice: String) throws -> Lock {
        let descriptor = Foundation.open(path(name), O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Fault(
                .readOnly, "the workspace can't be written (\(String(cString: strerror(errno))))", at: root,
                advice: "Check its permissions.")
        }
        let held = Lock(descriptor: descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = (try? String(contentsOfFile: path(name), encoding: .utf8))?.trimmingCharacters(
                in: .whitespacesAndNewlines)
            throw Fault(
                .busy, "\(busy) (process \(holder ?? "unknown"))", at: root, advice: advice)
        }
        ftruncate(descriptor, 0)
        let pid = Array("\(getpid())\n".utf8)
        _ = pid.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        return held
    }

    /// Empties the staging folder of what a killed run left; the folder itself stays. Only while holding the lock.
    public func clearStaging() throws {
        let staging = path("staging")
        try Self.guarding(staging) {
            let files = FileManager.default
            try files.createDirectory(atPath: staging, withIntermediateDirectories: true)
            for name in try files.contentsOfDirectory(atPath: staging) {
                // A worker of the killed run may write its last; what stays is overwritten or goes next time.
                try? files.removeItem(atPath: "\(staging)/\(name)")
            }
        }
    }
}
