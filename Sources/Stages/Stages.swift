public import Manifest
public import Pipeline

/// The table of contents: every automatic stage, in order. `ingest` and `export` stand before and after them.
public enum Stages {
    public static let all: [any Stage.Type] = [
        ProbeStage.self,
        ScanStage.self,
        ProposeStage.self,
        CarryStage.self,
        FilterStage.self,
        DedupStage.self,
        CutStage.self,
        CaptionStage.self,
    ]

    public static let names = all.map { $0.head.name }
}

extension Stage {
    /// How many tasks of the stage are pending in a workspace.
    public static func pendingCount(of workspace: Workspace, in manifest: Manifest) throws -> Int {
        try Self(of: workspace).pending(in: manifest).count
    }
}
