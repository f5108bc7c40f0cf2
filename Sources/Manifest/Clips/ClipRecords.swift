import GRDB
public import Model

/// Spans of sources, where each stands and what was measured of it.
public struct ClipRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var clips: ClipRecords<Self> { ClipRecords(reader: self) } }

extension ClipRecords {
    /// Throws a `Fault` where there is no such clip.
    public func clip(_ id: ClipID) throws -> ClipRecord { try named([id])[0] }

    /// The one clip whose id begins so. Throws a `Fault` where there is none, or several.
    public func id(beginning prefix: String) throws -> ClipID {
        let found = try read {
            try String.fetchAll($0, sql: "SELECT id FROM clip WHERE id GLOB ?1 || '*' LIMIT 2", arguments: [prefix])
        }
        guard found.count == 1 else {
            throw Fault(
                .invalid, found.isEmpty ? "there is no such clip" : "several clips begin so", at: prefix,
                advice: "List clips with 'microcurate query \"SELECT clip_id, state FROM clip_overview\"'.")
        }
        return ClipID(rawValue: found[0])
    }

    /// The clips of these ids, as far as there are such.
    public func among(_ ids: [ClipID]) throws -> [ClipID: ClipRecord] {
        let clips = try clips("clip.id IN (SELECT value FROM json_each(?))", [try JSON.line(ids)])
        return clips.reduce(into: [:]) { $0[$1.id] = $1 }
    }

    /// The clips of these ids, in their order. Throws a `Fault` for the first that there is no clip of.
    public func named(_ ids: [ClipID]) throws -> [ClipRecord] {
        let known = try among(ids)
        return try ids.map { id in
            guard let clip = known[id] else {
                throw Fault(
                    .invalid, "there is no such clip", at: id.rawValue,
                    advice: "List them with 'microcurate query \"SELECT clip_id FROM clip_overview\"'.")
            }
            return clip
        }
    }

    /// The clips in use: proposed, or decided on; of one source where it is named. Ordered by source and start.
    public func inUse(of source: SourceID? = nil) throws -> [ClipRecord] {
        try clips(
            """
            \(source == nil ? "" : "source_id = ? AND") (proposed = 1 OR outcome.clip_id IS NOT NULL)
            ORDER BY source_id, start_pts, end_pts
            """, source.map { [$0.rawValue] } ?? [])
    }

    /// The clips that go on after the filters: in use, judged, without a verdict against them or decided on (experts outrank
    /// filters), not declined and not withdrawn. Ordered by id.
    public func passing() throws -> [ClipRecord] {
        try clips(
            """
            (proposed = 1 OR outcome.clip_id IS NOT NULL)
                AND (outcome.clip_id IS NOT NULL
                    OR EXISTS (SELECT 1 FROM verdict WHERE clip_id = clip.id)
                    AND NOT EXISTS (SELECT 1 FROM verdict WHERE clip_id = clip.id AND answer <> 'pass'))
                AND outcome.acceptance IS NOT 'declined'
                AND clip.id NOT IN (SELECT target FROM withdrawal)
                AND source_id NOT IN (SELECT target FROM withdrawal)
            ORDER BY clip.id
            """)
    }

    /// Passing clips that are not duplicates of another one.
    public func unique() throws -> [ClipRecord] {
        let copies = try read {
            try String.fetchSet($0, sql: "SELECT clip_id FROM duplicate WHERE representative <> clip_id")
        }
        return try passing().filter { !copies.contains($0.id.rawValue) }
    }

    /// Spans that experts decided on and that the newest proposal doesn't hold, ordered by start.
    public func frozenSpans() throws -> [SourceID: [ClipSpan]] {
        let clips = try read { db in
            try ClipRecord.fetchAll(
                db,
                """
                SELECT clip.*, acceptance FROM outcome JOIN clip ON clip.id = clip_id WHERE proposed = 0
                ORDER BY source_id, start_pts, end_pts
                """)
        }
        return Dictionary(grouping: clips, by: \.source).mapValues { $0.map(\.span) }
    }

    /// Decided clips of a source, whose spans are frozen.
    public func frozen(of source: SourceID) throws -> [ClipRecord] {
        try inUse(of: source).filter { $0.acceptance != nil }
    }

    private func clips(_ condition: String, _ arguments: StatementArguments = []) throws -> [ClipRecord] {
        try read { try ClipRecord.fetchAll($0, "\(ClipRecord.rows) WHERE \(condition)", arguments) }
    }

    /// Clips in use, not withdrawn, that show footage of a source or clip: members of its duplicate groups, and spans
    /// that share frames with it. Ordered by id.
    public func showing(_ target: String) throws -> [ClipID] {
        try read { db in
            try String.fetchAll(
                db,
                sql: """
                    WITH gone AS (SELECT * FROM clip WHERE id = ?1 OR source_id = ?1),
                    same AS (
                        SELECT other.clip_id FROM gone JOIN duplicate ON duplicate.clip_id = gone.id
                        JOIN duplicate AS other ON other.group_id = duplicate.group_id
                        UNION
                        SELECT other.id FROM gone JOIN clip AS other ON other.source_id = gone.source_id
                            AND other.start_pts < gone.end_pts AND gone.start_pts < other.end_pts)
                    SELECT clip_id FROM same JOIN clip_state USING (clip_id)
                    WHERE state NOT IN ('withdrawn', 'retired') ORDER BY clip_id
                    """, arguments: [target]
            ).map(ClipID.init(rawValue:))
        }
    }

    /// The shots of a clip's source that hold some of it, and the two before and behind.
    public func shots(around clip: ClipRecord) throws -> [FrameSpan] {
        try read { db in
            func spans(_ condition: String) throws -> [FrameSpan] {
                try RecordTable("shot", key: "source_id").fetchAll(
                    db,
                    "SELECT source_id, start_frame, end_frame FROM shot WHERE source_id = ?1 AND \(condition)",
                    [clip.source.rawValue, clip.span.frames.start, clip.span.frames.end], FrameSpan.init)
            }
            return try
                (spans("end_frame <= ?2 AND ?3 > 0 ORDER BY start_frame DESC LIMIT 2")
                + spans("end_frame > ?2 AND start_frame < ?3 ORDER BY start_frame LIMIT 8")
                + spans("start_frame >= ?3 AND ?2 >= 0 ORDER BY start_frame LIMIT 2")).sorted()
        }
    }

    /// The signals of a source's clips, by clip.
    public func signals(of source: SourceID) throws -> [ClipID: [String: Double]] {
        try signals("clip JOIN signal ON clip_id = clip.id WHERE source_id = ?", source.rawValue)
    }

    /// The signals of some clips, by clip; one without any is left out.
    public func signals(of clips: [ClipID]) throws -> [ClipID: [String: Double]] {
        try signals("signal WHERE clip_id IN (SELECT value FROM json_each(?))", try JSON.line(clips))
    }

    private func signals(_ rows: String, _ chosen: String) throws -> [ClipID: [String: Double]] {
        try read { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT clip_id, name, value FROM \(rows)", arguments: [chosen])
            var all: [ClipID: [String: Double]] = [:]
            while let row = try rows.next() {
                all[ClipID(rawValue: row[0]), default: [:]][row[1]] = row[2] as Double
            }
            return all
        }
    }
}

extension ClipRecords where Reader == Transaction {
    /// Replaces a source's proposal. Clips that it no longer holds stay, with all that belongs to them; a decided one
    /// stays in use.
    public func record(_ proposal: ProposalRecord) throws {
        let source = proposal.source.rawValue
        for table in ["transition", "shot"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE source_id = ?", arguments: [source])
        }
        let transitions = try db.cachedStatement(
            sql: """
                INSERT INTO transition (source_id, position, kind, start_frame, end_frame, score)
                VALUES (?, ?, ?, ?, ?, ?)
                """)
        for (position, transition) in proposal.transitions.enumerated() {
            try transitions.execute(arguments: [
                source, position, transition.kind.rawValue, transition.frames.start, transition.frames.end,
                transition.score,
            ])
        }
        let shots = try db.cachedStatement(
            sql: "INSERT INTO shot (source_id, position, start_frame, end_frame) VALUES (?, ?, ?, ?)")
        for (position, shot) in proposal.shots.enumerated() {
            try shots.execute(arguments: [source, position, shot.start, shot.end])
        }
        try db.execute(sql: "UPDATE clip SET proposed = 0 WHERE source_id = ?", arguments: [source])
        let known = try signals(of: proposal.source)
        for clip in proposal.clips { try upsert(clip, proposal.source, proposed: true, known) }
        for clip in proposal.frozen { try upsert(clip, proposal.source, proposed: false, known) }
    }

    private func upsert(
        _ clip: ProposalRecord.Clip, _ source: SourceID, proposed: Bool, _ known: [ClipID: [String: Double]]
    ) throws {
        let id = ClipID(source: source, span: clip.span.ticks)
        try db.cachedStatement(
            sql: """
                INSERT INTO clip (id, source_id, start_pts, end_pts, start_frame, end_frame, proposed)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET proposed = max(proposed, excluded.proposed)
                """
        ).execute(arguments: [
            id.rawValue, source.rawValue, clip.span.ticks.start, clip.span.ticks.end, clip.span.frames.start,
            clip.span.frames.end, proposed ? 1 : 0,
        ])
        let before = known[id] ?? [:]
        guard before != clip.signals else { return }
        if !before.isEmpty {
            try db.cachedStatement(sql: "DELETE FROM signal WHERE clip_id = ?").execute(arguments: [id.rawValue])
        }
        let insert = try db.cachedStatement(sql: "INSERT INTO signal (clip_id, name, value) VALUES (?, ?, ?)")
        for (name, value) in clip.signals.sorted(by: { $0.key < $1.key }) {
            try insert.execute(arguments: [id.rawValue, name, value])
        }
    }

    /// Makes a clip that decisions are on and that no proposal holds; one that is there stays as it is.
    func insertUnproposed(_ clip: ClipID, at place: Ledger.Place) throws {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO clip (id, source_id, start_pts, end_pts, start_frame, end_frame, proposed)
                VALUES (?, ?, ?, ?, ?, ?, 0)
                """,
            arguments: [
                clip.rawValue, place.sourceId.rawValue, place.startPts, place.endPts, place.startFrame, place.endFrame,
            ])
    }
}
