import GRDB
public import Model

/// A step of the funnel and how much came that far.
public struct FunnelStep: Codable, Hashable, Sendable {
    public var step: String
    public var count: Int
}

/// How much there is of everything.
public struct OverviewRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var overview: OverviewRecords<Self> { OverviewRecords(reader: self) } }

extension OverviewRecords {
    /// Sources -> shots -> proposed -> passed -> unique -> ready -> accepted. Each step holds what the next one had to choose from.
    public func funnel() throws -> [FunnelStep] {
        let states = try states()
        func sum(_ wanted: ClipState...) -> Int { wanted.reduce(0) { $0 + (states[$1] ?? 0) } }
        let decided = sum(.accepted, .declined, .disputed)
        return try read { db in
            func count(_ table: String) throws -> Int {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
            }
            let waiting =
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM clip_state JOIN verdict ON verdict.clip_id = clip_state.clip_id AND position = 0
                        WHERE state = 'proposed'
                        """) ?? 0
            return [
                FunnelStep(step: "sources", count: try count("source")),
                FunnelStep(step: "shots", count: try count("shot")),
                FunnelStep(step: "proposed", count: states.reduce(0) { $0 + ($1.key == .retired ? 0 : $1.value) }),
                FunnelStep(step: "passed", count: waiting + sum(.duplicate, .failed, .ready) + decided),
                FunnelStep(step: "unique", count: waiting + sum(.failed, .ready) + decided),
                FunnelStep(step: "ready", count: sum(.ready) + decided),
                FunnelStep(step: "accepted", count: sum(.accepted)),
            ]
        }
    }

    /// Clips in each state that some are in.
    public func states() throws -> [ClipState: Int] {
        try counts("SELECT state, count(*) AS n FROM clip_state GROUP BY state", "state")
    }

    /// Rejected, duplicate and failed clips by reason.
    public func reasons(of state: ClipState) throws -> [String: Int] {
        try counts(
            """
            SELECT CASE WHEN state = 'duplicate' THEN 'duplicate' ELSE reason END AS reason, count(*) AS n
            FROM clip_state WHERE state = ? GROUP BY 1
            """, "reason", [state.rawValue])
    }

    /// Clips of each level among those of some states; `unknown` where a clip has none.
    public func levels(of states: [ClipState] = [.ready, .accepted]) throws -> [String: Int] {
        try counts(
            """
            SELECT COALESCE(level, 'unknown') AS level, count(*) AS n FROM clip_overview
            WHERE state IN (SELECT value FROM json_each(?)) GROUP BY 1
            """, "level", [try JSON.line(states)])
    }

    /// Shots of each source that has some.
    public func shotCounts() throws -> [SourceID: Int] {
        try counts("SELECT source_id, count(*) AS n FROM shot GROUP BY source_id", "source_id")
    }

    /// Every file of the workspace that a rendition or a part of a track names, with its bytes.
    public func files() throws -> [(file: String, bytes: Int)] {
        try read { db in
            try RecordTable("rendition", key: "file").fetchAll(
                db, "SELECT file, bytes FROM rendition UNION SELECT file, bytes FROM track"
            ) { (try $0["file"], try $0["bytes"]) }
        }
    }

    /// The numbers `n` of a query by one of its columns.
    private func counts<Key: ColumnValue & Hashable>(
        _ sql: String, _ column: String, _ arguments: StatementArguments = []
    ) throws -> [Key: Int] {
        try read { db in
            try RecordTable("clip_state", key: column).fetchMap(db, sql, arguments) { (try $0[column], try $0["n"]) }
        }
    }
}
