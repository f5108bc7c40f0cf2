public import Files
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
    private var manifestPath: String { path("manifest.sqlite") }

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
        try Fault.guarding(root) {
            for folder in ["", "ledger", "staging", "exports"] + Shelf.allCases.map(\.rawValue) {
                try files.createDirectory(atPath: workspace.path(folder), withIntermediateDirectories: true)
            }
            try DurableFile.replace(workspace.recipePath, with: Array(yaml.utf8))
        }
        _ = try workspace.manifest()
        return workspace
    }

    /// Opens the workspace at `root` with its recipe.
    public static func open(_ root: String) throws -> Workspace {
        let path = absolute(root) + "/recipe.yaml"
        guard let data = FileManager.default.contents(atPath: path) else {
            let exists = FileNode.kind(at: path) != nil
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
            path: manifestPath, ledger: path("ledger/decisions.jsonl"), access: access, recovers: recovers)
        if access == .write { try manifest.use(profile: recipe.mainProfile) }
        return manifest
    }

    /// Whether the manifest's file is there.
    public var hasManifest: Bool { FileNode.kind(at: manifestPath) != nil }

    /// Whether a file of the workspace is there.
    public func holds(_ relative: String) -> Bool { folder.holds(relative) }

    /// A path relative to the workspace, as an absolute one.
    public func path(_ relative: String) -> String { folder.path(relative) }

    /// Moves a finished, synced file of the staging folder to its place for good.
    public func place(_ staged: String, at relative: String) throws {
        let target = path(relative)
        try Fault.guarding(target) { try DurableFile.place(staged, at: target) }
    }

    /// Throws `Fault(.busy)` that names the holder while another process runs stages here: one at a time may.
    public func lock() throws -> FileLock {
        try lock(
            "lock", busy: "another 'microcurate run' is at work here",
            advice: "Wait until it is done, or end it; reviewing goes on beside it.")
    }

    /// The same for the one process that serves the review.
    public func reviewLock() throws -> FileLock {
        try lock(
            "review.lock", busy: "another 'microcurate review serve' serves this workspace",
            advice: "Open its address, or end it first.")
    }

    private func lock(_ name: String, busy: String, advice: String) throws -> FileLock {
        let held: FileLock?
        do { held = try FileLock(path(name)) } catch {
            throw Fault(
                error, "the workspace can't be written", at: root, advice: "Check its permissions.",
                otherwise: .readOnly)
        }
        guard let held else {
            let holder = FileLock.holder(of: path(name)) ?? "unknown"
            throw Fault(.busy, "\(busy) (process \(holder))", at: root, advice: advice)
        }
        return held
    }

    /// Empties the staging folder of what a killed run left; the folder itself stays. Only while holding the lock.
    public func clearStaging() throws {
        let staging = path("staging")
        try Fault.guarding(staging) {
            let files = FileManager.default
            try files.createDirectory(atPath: staging, withIntermediateDirectories: true)
            for name in try files.contentsOfDirectory(atPath: staging) {
                // A worker of the killed run may write its last; what stays is overwritten or goes next time.
                try? files.removeItem(atPath: "\(staging)/\(name)")
            }
        }
    }
}
