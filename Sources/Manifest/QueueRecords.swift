import GRDB
public import Model

/// A span that an expert made out of a clip, on the frames shown.
public struct TrimmedSpan: Hashable, Sendable {
    public var source: SourceID
    public var span: ClipSpan
    public var id: ClipID { ClipID(source: source, span: span.ticks) }
    /// The clip that it was made of: its raw caption is the new clip's too where somebody wrote it for the clip.
    public var original: ClipID

    public init(of original: ClipID, source: SourceID, span: ClipSpan) {
        self.original = original
        self.source = source
        self.span = span
    }
}

/// A clip that experts may look at: cut, captioned, no duplicate, not withdrawn.
public struct ReviewableClip: Hashable, Sendable {
    public var id: ClipID
    public var source: SourceID
    public var state: ClipState
}

/// All that a reviewer sees of a clip.
public struct ClipSheet: Sendable {
    public struct Text: Sendable {
        public var text: String
        public var sha256: Digest
        /// JSON arrays of the normalizer's edits and flags.
        public var edits: String
        public var flags: String
    }

    public var clip: ClipRecord
    public var rendition: Rendition
    public var raw: String?
    public var normalized: Text?
    public var provenance: Provenance
}

extension Manifest {
    static func insert(_ spans: [TrimmedSpan], _ db: Database) throws {
        for trimmed in spans {
            let (ticks, frames) = (trimmed.span.ticks, trimmed.span.frames)
            try insertUnproposed(
                trimmed.id,
                at: Ledger.Place(
                    sourceId: trimmed.source, startPts: ticks.start, endPts: ticks.end, startFrame: frames.start,
                    endFrame: frames.end), db)
            try db.execute(
                sql: """
                    INSERT INTO caption (clip_id, kind, text, sha256, origin, edits, flags, created_at)
                    SELECT ?2, kind, text, sha256, origin, edits, flags, ?3 FROM caption
                    WHERE id IN (SELECT max(id) FROM caption
                            WHERE clip_id = ?1 AND kind = 'raw' AND origin <> 'sidecar' GROUP BY origin)
                        AND NOT EXISTS (SELECT 1 FROM caption WHERE clip_id = ?2)
                    """, arguments: [trimmed.original.rawValue, trimmed.id.rawValue, Timestamp.now()])
        }
    }

    /// Makes a clip that decisions are on and that no proposal holds; one that is there stays as it is.
    static func insertUnproposed(_ clip: ClipID, at place: Ledger.Place, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO clip (id, source_id, start_pts, end_pts, start_frame, end_frame, proposed)
                VALUES (?, ?, ?, ?, ?, ?, 0)
                """,
            arguments: [
                clip.rawValue, place.sourceId.rawValue, place.startPts, place.endPts, place.startFrame, place.endFrame,
            ])
    }

    /// Every clip that experts may look at, or those among the ones named, whatever was said of it so far, ordered by id.
    public func reviewableClips(among clips: [ClipID]? = nil) throws -> [ReviewableClip] {
        let wanted = try clips.map { try JSON.line($0) }
        return try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT clip.id, clip.source_id, clip_state.state FROM clip_state JOIN clip ON clip.id = clip_id
                    WHERE \(wanted == nil ? "" : "clip.id IN (SELECT value FROM json_each(?)) AND")
                        state IN ('ready', 'accepted', 'declined', 'disputed')
                        AND EXISTS (SELECT 1 FROM rendition WHERE rendition.clip_id = clip.id
                            AND profile = (SELECT value FROM setting WHERE key = 'profile'))
                    ORDER BY clip.id
                    """, arguments: wanted.map { [$0] } ?? []
            ).compactMap { row in
                ClipState(rawValue: row[2]).map {
                    ReviewableClip(id: ClipID(rawValue: row[0]), source: SourceID(rawValue: row[1]), state: $0)
                }
            }
        }
    }

    /// What a reviewer sees of a clip; nil where there is no such clip or it has no rendition in `profile`.
    public func sheet(of clip: ClipID, profile: String) throws -> ClipSheet? {
        guard let rendition = try rendition(of: clip, profile: profile) else { return nil }
        let record = try self.clip(clip)
        let provenance = try provenance(of: record.source)
        return try read { db in
            let normalized = try Row.fetchOne(
                db,
                sql: """
                    SELECT text, sha256, edits, flags FROM caption WHERE clip_id = ? AND kind = 'normalized'
                    ORDER BY id DESC LIMIT 1
                    """, arguments: [clip.rawValue])
            return ClipSheet(
                clip: record, rendition: rendition,
                raw: try String.fetchOne(
                    db, sql: "SELECT text FROM caption WHERE id = \(Self.rawRow(of: "?1"))",
                    arguments: [clip.rawValue]),
                normalized: normalized.flatMap { row in
                    Digest(hex: row["sha256"]).map {
                        .init(text: row["text"], sha256: $0, edits: row["edits"], flags: row["flags"])
                    }
                },
                provenance: provenance)
        }
    }

    /// The file of the rendition with these bytes, relative to the workspace.
    public func renditionFile(_ sha256: Digest) throws -> (file: String, bytes: Int)? {
        try read { db in
            try Row.fetchOne(
                db, sql: "SELECT file, bytes FROM rendition WHERE sha256 = ? LIMIT 1", arguments: [sha256.hex]
            )
            .map { ($0[0], $0[1]) }
        }
    }

    /// All decisions on clips that want more voices or a curator: the outcome is open, or something is disputed.
    public func undecidedDecisions() throws -> [Decision] {
        try documents(
            """
            SELECT document FROM decision JOIN outcome USING (clip_id)
            WHERE acceptance IN ('open', 'disputed') OR level_state = 'disputed' OR caption_state = 'disputed'
            ORDER BY sequence
            """, [])
    }

    /// Decisions on clips that are not only one voice among others: settlements and known answers.
    public func standingDecisions() throws -> [Decision] {
        try documents("SELECT document FROM decision WHERE standing IS NOT NULL ORDER BY sequence", [])
    }

    /// A reviewer's newest decisions, newest first.
    public func decisions(by reviewer: String, limit: Int) throws -> [Decision] {
        try documents(
            "SELECT document FROM decision WHERE reviewer = ? ORDER BY sequence DESC LIMIT ?", [reviewer, limit])
    }

    /// Clips on which a reviewer has answered and not taken it back.
    public func decidedClips(by reviewer: String) throws -> Int {
        try read {
            try Int.fetchOne(
                $0,
                sql: """
                    SELECT count(DISTINCT clip_id) FROM decision AS said
                    WHERE reviewer = ?1 AND standing IS NULL AND decision IN ('accept', 'reject', 'unsure')
                        AND NOT EXISTS (SELECT 1 FROM decision AS undo
                            WHERE undo.clip_id = said.clip_id AND undo.decision = 'undo' AND undo.supersedes = said.id)
                    """, arguments: [reviewer]) ?? 0
        }
    }

    /// The titles of some clips' sources, by clip, as far as they have one.
    public func titles(of clips: [ClipID]) throws -> [ClipID: String] {
        let wanted = try JSON.line(clips)
        return try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT clip.id, title FROM clip JOIN provenance USING (source_id)
                    WHERE clip.id IN (SELECT value FROM json_each(?)) AND title IS NOT NULL
                    """, arguments: [wanted]
            ).reduce(into: [:]) { $0[ClipID(rawValue: $1[0])] = $1[1] }
        }
    }

    /// The shots of a clip's source that hold some of it, and the two before and behind.
    public func shots(around clip: ClipRecord) throws -> [FrameSpan] {
        try read { db in
            func spans(_ condition: String) throws -> [FrameSpan] {
                try Row.fetchAll(
                    db, sql: "SELECT start_frame, end_frame FROM shot WHERE source_id = ?1 AND \(condition)",
                    arguments: [clip.source.rawValue, clip.span.frames.start, clip.span.frames.end]
                ).map { FrameSpan(start: $0[0], end: $0[1]) }
            }
            return try
                (spans("end_frame <= ?2 AND ?3 > 0 ORDER BY start_frame DESC LIMIT 2")
                + spans("end_frame > ?2 AND start_frame < ?3 ORDER BY start_frame LIMIT 8")
                + spans("start_frame >= ?3 AND ?2 >= 0 ORDER BY start_frame LIMIT 2")).sorted()
        }
    }

    /// The decision with this id.
    public func decision(_ id: String) throws -> Decision? {
        try documents("SELECT document FROM decision WHERE id = ?", [id]).first
    }

    /// The decisions of these ids, as far as there are such.
    public func decisions(withIDs ids: [String]) throws -> [String: Decision] {
        try documents(
            "SELECT document FROM decision WHERE id IN (SELECT value FROM json_each(?))", [try JSON.line(ids)]
        ).reduce(into: [:]) { $0[$1.id] = $1 }
    }

    /// Decisions of the same person that name this one as their origin.
    public func decisions(from origin: Decision) throws -> [Decision] {
        try documents(
            "SELECT document FROM decision WHERE reviewer = ? AND document ->> '$.origin' = ? ORDER BY sequence",
            [origin.reviewer, origin.id])
    }

    /// The decisions that a query of their documents finds.
    func documents(_ sql: String, _ arguments: StatementArguments) throws -> [Decision] {
        try read { try String.fetchAll($0, sql: sql, arguments: arguments) }
            .map { try JSON.decode(Decision.self, from: $0) }
    }

    /// Changes whenever another process has written; what this value wrote itself doesn't count.
    public func dataVersion() throws -> Int {
        try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
    }
}
