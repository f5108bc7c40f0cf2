public import Pipeline

/// The table of contents: every automatic stage, in order. `ingest` and `export` stand before and after them.
public enum Stages {
    public static func all(of workspace: Workspace) -> [AnyStage] {
        [
            .perItem(ScanStage(workspace: workspace)),
            .perItem(ProposeStage(workspace: workspace)),
            .wholeSet(CarryStage(workspace: workspace)),
            .perItem(FilterStage(workspace: workspace)),
            .wholeSet(DedupStage(workspace: workspace)),
            .perItem(CutStage(workspace: workspace)),
            .perItem(CaptionStage(workspace: workspace)),
        ]
    }

    public static let names = ["scan", "propose", "carry", "filter", "dedup", "cut", "caption"]
}
