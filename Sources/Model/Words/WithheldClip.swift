/// A clip that a release leaves out, and why: a line of `withheld.jsonl`.
public struct WithheldClip: Codable, Hashable, Sendable {
    public enum Reason: String, Codable, Sendable, CaseIterable {
        /// Waits for another expert.
        case undecided
        case notCut = "not_cut"
        case noCaption = "no_caption"
        /// Shows the footage of another clip of the release.
        case duplicate
        /// Its licence is not among those that were allowed.
        case licence
        /// Tied to clips that earlier releases hold in different splits.
        case bridgesSplits = "bridges_splits"
        case withdrawn
        /// Was in an earlier release, and experts decline it now.
        case declined
        /// Was in an earlier release, and is no longer fit for one.
        case dropped
    }

    public var clipId: ClipID
    public var reason: Reason
    /// What exactly: the other clip, the licence, the splits, the words of the withdrawal.
    public var detail: String

    public init(clipId: ClipID, reason: Reason, detail: String = "") {
        self.clipId = clipId
        self.reason = reason
        self.detail = detail
    }
}
