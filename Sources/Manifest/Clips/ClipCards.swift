import GRDB
public import Model

/// A clip as the curator's gallery sorts and filters it.
public struct ClipEntry: Hashable, Sendable {
    public var id: ClipID
    public var source: SourceID
    public var startFrame: Int
    public var state: ClipState
    public var reason: String?
    /// The outcome's level, else the source's.
    public var level: String?
}

/// A clip as the curator's pages show it.
public struct ClipCard: Codable, Hashable, Sendable {
    public var clipId: ClipID
    public var sourceId: SourceID
    @Nullable public var title: String?
    public var state: ClipState
    @Nullable public var reason: String?
    @Nullable public var level: String?
    @Nullable public var caption: String?
    public var startSeconds: Double
    public var endSeconds: Double
    public var startFrame: Int
    public var endFrame: Int
    @Nullable public var duplicateGroup: String?
    /// Of the rendition in the recipe's main profile, where it is cut.
    @Nullable public var renditionSha256: String?
    @Nullable public var frames: Int?
    @Nullable public var frameRate: String?
    @Nullable public var width: Int?
    @Nullable public var height: Int?
}

/// A clip as it is counted: all that `ClipCard` knows but texts and rendition.
public struct ClipOverview: Hashable, Sendable {
    public var id: ClipID
    public var source: SourceID
    public var frames: FrameSpan
    /// Of playing time in the source.
    public var startSeconds: Double
    public var endSeconds: Double
    public var state: ClipState
    public var reason: String?
    public var level: String?
    /// Its duplicate group.
    public var group: String?
}

extension ClipRecords {
    /// All clips, or those named, ordered by source and place.
    public func entries(_ clips: [ClipID]? = nil) throws -> [ClipEntry] {
        let wanted = try clips.map { try JSON.line($0) }
        return try read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT clip.id AS clip_id, clip.source_id, clip.start_frame, clip_state.state, clip_state.reason,
                        COALESCE(outcome.level, provenance.level)
                    FROM clip JOIN clip_state ON clip_state.clip_id = clip.id
                    LEFT JOIN outcome ON outcome.clip_id = clip.id
                    LEFT JOIN provenance ON provenance.source_id = clip.source_id
                    \(wanted == nil ? "" : "WHERE clip.id IN (SELECT value FROM json_each(?))")
                    ORDER BY clip.source_id, clip.start_pts, clip.end_pts
                    """, arguments: wanted.map { [$0] } ?? [])
            var entries: [ClipEntry] = []
            // Equal texts share their memory.
            var texts: [String: String] = [:]
            func shared(_ text: String) -> String {
                if let known = texts[text] { return known }
                texts[text] = text
                return text
            }
            while let row = try rows.next() {
                let state: ClipState = try TableRow(table: ClipCard.table, row: row)["state"]
                entries.append(
                    ClipEntry(
                        id: ClipID(rawValue: row[0]), source: SourceID(rawValue: shared(row[1])), startFrame: row[2],
                        state: state, reason: (row[4] as String?).map(shared), level: (row[5] as String?).map(shared)))
            }
            return entries
        }
    }

    /// The clips named that there are, in the order named.
    public func cards(of clips: [ClipID]) throws -> [ClipCard] {
        let wanted = try JSON.line(clips)
        let cards = try read { db in
            try ClipCard.fetchAll(
                db,
                """
                SELECT clip_overview.*, provenance.title FROM clip_overview
                LEFT JOIN provenance ON provenance.source_id = clip_overview.source_id
                WHERE clip_id IN (SELECT value FROM json_each(?))
                """, [wanted])
        }
        let byID = Dictionary(cards.map { ($0.clipId, $0) }) { first, _ in first }
        return clips.compactMap { byID[$0] }
    }

    /// What the report counts of every clip, ordered by source and place.
    public func overviews() throws -> [ClipOverview] {
        try read { db in
            try ClipOverview.fetchAll(
                db,
                """
                SELECT clip_id, source_id, start_frame, end_frame, start_seconds, end_seconds, state,
                    NULLIF(reason, '') AS reason, NULLIF(level, '') AS level, duplicate_group
                FROM clip_overview ORDER BY source_id, start_pts, end_pts
                """)
        }
    }
}

extension ClipCard: RowRecord {
    static let table = RecordTable("clip_overview", key: "clip_id")

    init(_ row: TableRow) throws {
        clipId = try row["clip_id"]
        sourceId = try row["source_id"]
        title = try row["title"]
        state = try row["state"]
        reason = try row["reason"]
        level = try row["level"]
        caption = try row["caption"]
        startSeconds = try row["start_seconds"]
        endSeconds = try row["end_seconds"]
        startFrame = try row["start_frame"]
        endFrame = try row["end_frame"]
        duplicateGroup = try row["duplicate_group"]
        renditionSha256 = try row["sha256"]
        frames = try row["frames"]
        frameRate = try row["frame_rate"]
        width = try row["width"]
        height = try row["height"]
    }
}

extension ClipOverview: RowRecord {
    static let table = ClipCard.table

    init(_ row: TableRow) throws {
        id = try row["clip_id"]
        source = try row["source_id"]
        frames = try FrameSpan(row)
        startSeconds = try row["start_seconds"]
        endSeconds = try row["end_seconds"]
        state = try row["state"]
        reason = try row["reason"]
        level = try row["level"]
        group = try row["duplicate_group"]
    }
}
