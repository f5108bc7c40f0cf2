internal import Files

/// Where a workspace lies, without its recipe: what a stage may ask about files.
public struct WorkspaceFolder: Hashable, Sendable {
    public let root: String

    public init(root: String) { self.root = root }

    /// A path relative to the workspace, as an absolute one.
    public func path(_ relative: String) -> String { relative.isEmpty ? root : "\(root)/\(relative)" }

    /// Whether a file of the workspace is there.
    public func holds(_ relative: String) -> Bool { FileNode.kind(at: path(relative)) != nil }
}

extension Workspace {
    public var folder: WorkspaceFolder { WorkspaceFolder(root: root) }
}
