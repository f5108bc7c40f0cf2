import GRDB
public import Model

/// What `propose` makes of one source.
public struct ProposalRecord: Codable, Sendable {
    public struct Clip: Codable, Sendable {
        public var span: ClipSpan
        public var signals: [String: Double]
        public init(span: ClipSpan, signals: [String: Double]) {
            self.span = span
            self.signals = signals
        }
    }

    public var source: SourceID
    public var transitions: [Transition]
    public var shots: [FrameSpan]
    /// The proposed clips, and after them the frozen ones, measured anew.
    public var clips: [Clip]
    public var frozen: [Clip]

    public init(source: SourceID, transitions: [Transition], shots: [FrameSpan], clips: [Clip], frozen: [Clip]) {
        self.source = source
        self.transitions = transitions
        self.shots = shots
        self.clips = clips
        self.frozen = frozen
    }
}

/// A clip with its place.
public struct ClipRecord: Hashable, Sendable {
    public var id: ClipID
    public var source: SourceID
    public var span: ClipSpan
    /// Whether the newest proposal holds it.
    public var proposed: Bool
    public var acceptance: Outcome.Acceptance?
}

extension ClipRecord: RowRecord {
    static let table = RecordTable("clip", key: "id")

    /// What its rows are read by: `clip.*` and the acceptance, before a condition.
    static let rows = "SELECT clip.*, outcome.acceptance FROM clip LEFT JOIN outcome ON outcome.clip_id = clip.id"

    init(_ row: TableRow) throws {
        id = try row["id"]
        source = try row["source_id"]
        span = ClipSpan(
            ticks: TickSpan(start: try row["start_pts"], end: try row["end_pts"]), frames: try FrameSpan(row))
        proposed = try row["proposed"]
        acceptance = try row["acceptance"]
    }
}

extension FrameSpan {
    /// The columns `start_frame` and `end_frame`.
    init(_ row: TableRow) throws { self.init(start: try row["start_frame"], end: try row["end_frame"]) }
}
