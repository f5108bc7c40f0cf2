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

extension Transaction {
    /// Replaces a source's proposal. Clips that it no longer holds stay, with all that belongs to them; a decided one
    /// stays in use. Nothing is written where the proposal that `stage` recorded has the same hash.
    public func record(_ proposal: ProposalRecord, stage: String, output: Digest) throws {
        guard try self.output(of: proposal.source.rawValue, stage: stage) != output.hex else { return }
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
        let known = try Manifest.signals(of: proposal.source, db)
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

    /// Replaces all duplicate groups at once.
    public func record(duplicates: [Manifest.Duplicate]) throws {
        try db.execute(sql: "DELETE FROM duplicate")
        for row in duplicates {
            try db.execute(
                sql: """
                    INSERT INTO duplicate (clip_id, group_id, representative, distance, offset_seconds)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    row.clip.rawValue, row.group, row.representative.rawValue, row.distance, row.offsetSeconds,
                ])
        }
    }
}

extension Manifest {
    /// The clips in use: proposed, or decided on; of one source where it is named. Ordered by source and start.
    public func clips(of source: SourceID? = nil) throws -> [ClipRecord] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT clip.*, outcome.acceptance FROM clip LEFT JOIN outcome ON outcome.clip_id = clip.id
                    WHERE \(source == nil ? "" : "source_id = ? AND") (proposed = 1 OR outcome.clip_id IS NOT NULL)
                    ORDER BY source_id, start_pts, end_pts
                    """, arguments: source.map { [$0.rawValue] } ?? []
            ).map(Self.clip)
        }
    }

    /// Throws a `Fault` where there is no such clip.
    public func clip(_ id: ClipID) throws -> ClipRecord {
        let row = try read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT clip.*, outcome.acceptance FROM clip LEFT JOIN outcome ON outcome.clip_id = clip.id
                    WHERE clip.id = ?
                    """, arguments: [id.rawValue])
        }
        guard let row else { throw Self.noClip(id) }
        return Self.clip(row)
    }

    /// The clips of these ids, as far as there are such.
    public func clips(among ids: [ClipID]) throws -> [ClipID: ClipRecord] {
        let wanted = try JSON.line(ids)
        return try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT clip.*, outcome.acceptance FROM clip LEFT JOIN outcome ON outcome.clip_id = clip.id
                    WHERE clip.id IN (SELECT value FROM json_each(?))
                    """, arguments: [wanted]
            ).map(Self.clip).reduce(into: [:]) { $0[$1.id] = $1 }
        }
    }

    /// The clips of these ids, in their order. Throws a `Fault` for the first that there is no clip of.
    public func clips(named ids: [ClipID]) throws -> [ClipRecord] {
        let known = try clips(among: ids)
        return try ids.map { id in
            guard let clip = known[id] else { throw Self.noClip(id) }
            return clip
        }
    }

    private static func noClip(_ id: ClipID) -> Fault {
        Fault(
            .invalid, "there is no such clip", at: id.rawValue,
            advice: "List them with 'microcurate query \"SELECT clip_id FROM clip_overview\"'.")
    }

    static func clip(_ row: Row) -> ClipRecord {
        ClipRecord(
            id: ClipID(rawValue: row["id"]), source: SourceID(rawValue: row["source_id"]),
            span: ClipSpan(
                ticks: TickSpan(start: row["start_pts"], end: row["end_pts"]),
                frames: FrameSpan(start: row["start_frame"], end: row["end_frame"])),
            proposed: row["proposed"] == 1,
            acceptance: (row["acceptance"] as String?).flatMap(Outcome.Acceptance.init))
    }

    /// Spans that experts decided on and that the newest proposal doesn't hold, ordered by start.
    public func frozenSpans() throws -> [SourceID: [ClipSpan]] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT clip.*, acceptance FROM outcome JOIN clip ON clip.id = clip_id WHERE proposed = 0
                    ORDER BY source_id, start_pts, end_pts
                    """
            ).map(Self.clip).reduce(into: [:]) { $0[$1.source, default: []].append($1.span) }
        }
    }

    /// Decided clips of a source, whose spans are frozen.
    public func frozenClips(of source: SourceID) throws -> [ClipRecord] {
        try clips(of: source).filter { $0.acceptance != nil }
    }

    /// The signals of a source's clips, by clip.
    public func signals(of source: SourceID) throws -> [ClipID: [String: Double]] {
        try read { try Self.signals(of: source, $0) }
    }

    static func signals(of source: SourceID, _ db: Database) throws -> [ClipID: [String: Double]] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT clip_id, name, value FROM clip JOIN signal ON clip_id = clip.id WHERE source_id = ?
                """, arguments: [source.rawValue])
        var all: [ClipID: [String: Double]] = [:]
        while let row = try rows.next() {
            all[ClipID(rawValue: row[0]), default: [:]][row[1]] = row[2] as Double
        }
        return all
    }

    /// Shots of each source that has some.
    public func shotCounts() throws -> [SourceID: Int] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT source_id, count(*) AS n FROM shot GROUP BY source_id")
                .reduce(into: [:]) { $0[SourceID(rawValue: $1["source_id"])] = $1["n"] }
        }
    }

    /// Sources and clips that were withdrawn.
    public func withdrawn() throws -> Set<String> {
        try read { try String.fetchSet($0, sql: "SELECT target FROM withdrawal") }
    }

    /// The clips that go on after the filters: in use, judged, without a verdict against them or decided on (experts outrank
    /// filters), not declined and not withdrawn. Ordered by id.
    public func passingClips() throws -> [ClipRecord] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT clip.*, outcome.acceptance FROM clip LEFT JOIN outcome ON outcome.clip_id = clip.id
                    WHERE (proposed = 1 OR outcome.clip_id IS NOT NULL)
                        AND (outcome.clip_id IS NOT NULL
                            OR EXISTS (SELECT 1 FROM verdict WHERE clip_id = clip.id)
                            AND NOT EXISTS (SELECT 1 FROM verdict WHERE clip_id = clip.id AND answer <> 'pass'))
                        AND outcome.acceptance IS NOT 'declined'
                        AND clip.id NOT IN (SELECT target FROM withdrawal)
                        AND source_id NOT IN (SELECT target FROM withdrawal)
                    ORDER BY clip.id
                    """
            ).map(Self.clip)
        }
    }

    /// Passing clips that are not duplicates of another one.
    public func uniqueClips() throws -> [ClipRecord] {
        let copies = try read {
            try String.fetchSet($0, sql: "SELECT clip_id FROM duplicate WHERE representative <> clip_id")
        }
        return try passingClips().filter { !copies.contains($0.id.rawValue) }
    }

    /// One row of the duplicate groups. Distance (Hamming, of 256) and offset are nil where spans overlap, not pictures.
    public struct Duplicate: Codable, Hashable, Sendable {
        public var clip: ClipID
        public var group: String
        public var representative: ClipID
        public var distance: Double?
        public var offsetSeconds: Double?

        public init(clip: ClipID, group: String, representative: ClipID, distance: Double?, offsetSeconds: Double?) {
            self.clip = clip
            self.group = group
            self.representative = representative
            self.distance = distance
            self.offsetSeconds = offsetSeconds
        }
    }
}
