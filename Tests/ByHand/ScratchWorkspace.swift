import Foundation
public import Manifest
public import Pipeline

/// A workspace in a folder of its own, which goes with its owner.
public final class ScratchWorkspace: Sendable {
    public let workspace: Workspace
    public let manifest: Manifest

    /// - Parameter recipe: YAML.
    public init(_ recipe: String) throws {
        workspace = try Workspace.create(
            at: NSTemporaryDirectory() + "scratch-\(UUID().uuidString)", recipe: recipe, recipeName: "test")
        manifest = try workspace.manifest()
    }

    deinit { try? FileManager.default.removeItem(atPath: workspace.root) }
}
