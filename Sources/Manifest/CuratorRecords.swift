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

/// A text about a clip, with when and how it came.
public struct CaptionEntry: Codable, Hashable, Sendable {
    public var kind: CaptionRecord.Kind
    public var text: String
    public var origin: String
    public var createdAt: String
}

/// Two clips that a curator keeps apart.
public struct SeparatedPair: Codable, Hashable, Sendable {
    public var clipId: ClipID
    public var otherId: ClipID
    public var saidBy: String
    public var saidAt: String
}

/// The newest decisions as they came in: one row a decision, without what it says.
public struct DecisionMark: Hashable, Sendable {
    public var sequence: Int
    public var clip: ClipID
    public var reviewer: String
}

extension Manifest {
    /// All clips, or those named, ordered by source and place.
    public func clipEntries(_ clips: [ClipID]? = nil) throws -> [ClipEntry] {
        let wanted = try clips.map { try JSON.line($0) }
        return try read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT clip.id, clip.source_id, clip.start_frame, clip_state.state, clip_state.reason,
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
                guard let state = ClipState(rawValue: row[3]) else { continue }
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
            try Row.fetchAll(
                db,
                sql: """
                    SELECT clip_overview.*, provenance.title FROM clip_overview
                    LEFT JOIN provenance ON provenance.source_id = clip_overview.source_id
                    WHERE clip_id IN (SELECT value FROM json_each(?))
                    """, arguments: [wanted]
            ).map(Self.card)
        }
        let byID = Dictionary(cards.map { ($0.clipId, $0) }) { first, _ in first }
        return clips.compactMap { byID[$0] }
    }

    private static func card(_ row: Row) -> ClipCard {
        ClipCard(
            clipId: ClipID(rawValue: row["clip_id"]), sourceId: SourceID(rawValue: row["source_id"]),
            title: row["title"], state: ClipState(rawValue: row["state"]) ?? .proposed, reason: row["reason"],
            level: row["level"], caption: row["caption"], startSeconds: row["start_seconds"],
            endSeconds: row["end_seconds"], startFrame: row["start_frame"], endFrame: row["end_frame"],
            duplicateGroup: row["duplicate_group"], renditionSha256: row["sha256"], frames: row["frames"],
            frameRate: row["frame_rate"], width: row["width"], height: row["height"])
    }

    /// Titles of the sources that have one.
    public func sourceTitles() throws -> [SourceID: String] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT source_id, title FROM provenance WHERE title IS NOT NULL")
                .reduce(into: [:]) { $0[SourceID(rawValue: $1[0])] = $1[1] }
        }
    }

    /// Every text about a clip, oldest first.
    public func captions(of clip: ClipID) throws -> [CaptionEntry] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT kind, text, origin, created_at FROM caption WHERE clip_id = ? ORDER BY id",
                arguments: [clip.rawValue]
            ).compactMap { row in
                CaptionRecord.Kind(rawValue: row[0]).map {
                    CaptionEntry(kind: $0, text: row[1], origin: row[2], createdAt: row[3])
                }
            }
        }
    }

    public func signals(of clip: ClipID) throws -> [String: Double] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT name, value FROM signal WHERE clip_id = ?", arguments: [clip.rawValue])
                .reduce(into: [:]) { $0[$1[0]] = $1[1] as Double }
        }
    }

    /// The outcome on record; nil where nobody has decided.
    public func outcome(on clip: ClipID) throws -> Outcome? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM outcome WHERE clip_id = ?", arguments: [clip.rawValue])
        }.flatMap { row in
            guard let acceptance = Outcome.Acceptance(rawValue: row["acceptance"]),
                let level = Outcome.Facet(rawValue: row["level_state"]),
                let caption = Outcome.Facet(rawValue: row["caption_state"])
            else { return nil }
            return Outcome(
                acceptance: acceptance, levelState: level, level: row["level"], captionState: caption,
                caption: row["caption"])
        }
    }
}

extension Manifest {
    /// The duplicate groups from `offset` on, each with its representative first, in order of their names.
    public func duplicateGroups(offset: Int, limit: Int) throws -> [[Duplicate]] {
        try duplicates(
            "group_id IN (SELECT DISTINCT group_id FROM duplicate ORDER BY group_id LIMIT ? OFFSET ?)", [limit, offset])
    }

    /// The members of a clip's duplicate group, its representative first; empty where it has none.
    public func duplicateGroup(of clip: ClipID) throws -> [Duplicate] {
        try duplicates(
            "group_id = (SELECT group_id FROM duplicate WHERE clip_id = ?)", [clip.rawValue]
        ).first ?? []
    }

    public func duplicateGroupCount() throws -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT count(DISTINCT group_id) FROM duplicate") ?? 0 }
    }

    private func duplicates(_ condition: String, _ arguments: StatementArguments) throws -> [[Duplicate]] {
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM duplicate WHERE \(condition)
                    ORDER BY group_id, clip_id <> representative, clip_id
                    """, arguments: arguments)
        }.map { row in
            Duplicate(
                clip: ClipID(rawValue: row["clip_id"]), group: row["group_id"],
                representative: ClipID(rawValue: row["representative"]), distance: row["distance"],
                offsetSeconds: row["offset_seconds"])
        }
        return rows.reduce(into: []) { groups, row in
            if groups.last?[0].group == row.group {
                groups[groups.count - 1].append(row)
            } else {
                groups.append([row])
            }
        }
    }

    /// The pairs that curators keep apart, the newest first.
    public func separatedPairs() throws -> [SeparatedPair] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM not_duplicate ORDER BY said_at DESC, clip_id, other_id").map {
                SeparatedPair(
                    clipId: ClipID(rawValue: $0["clip_id"]), otherId: ClipID(rawValue: $0["other_id"]),
                    saidBy: $0["said_by"], saidAt: $0["said_at"])
            }
        }
    }
}

extension Manifest {
    /// Clips whose newest normalized caption, or an expert's text, has all these words; at most `limit`.
    ///
    /// Words in quotation marks stand side by side; the last word may go on. All other signs are passed over: nothing
    /// that is typed is understood as SQL or as FTS5's own language. nil where no word is left.
    public func clips(withWords text: String, limit: Int) throws -> Set<ClipID>? {
        guard let phrases = Self.phrases(text) else { return nil }
        return try read { db in
            try String.fetchSet(
                db,
                sql: """
                    SELECT clip_id FROM caption_search JOIN caption ON caption.id = caption_search.rowid
                    WHERE caption_search MATCH ?1 AND caption.id = (SELECT max(newest.id) FROM caption AS newest
                        WHERE newest.clip_id = caption.clip_id AND newest.kind = 'normalized')
                    UNION SELECT clip_id FROM caption_search JOIN decision ON decision.sequence = -caption_search.rowid
                    WHERE caption_search MATCH ?1
                    LIMIT ?2
                    """, arguments: [phrases, limit]
            ).reduce(into: []) { $0.insert(ClipID(rawValue: $1)) }
        }
    }

    /// What is typed as FTS5 phrases, each in quotation marks.
    static func phrases(_ text: String) -> String? {
        let parts = text.replacing("\0", with: " ").split(separator: "\"", omittingEmptySubsequences: false)
        let phrases = parts.enumerated().flatMap { index, part in
            index % 2 == 1 ? [String(part)] : part.split { $0.isWhitespace }.map(String.init)
        }.filter { $0.contains { $0.isLetter || $0.isNumber } }
        guard !phrases.isEmpty else { return nil }
        let goesOn = parts.count % 2 == 1 && !text.hasSuffix("\"") && text.last?.isWhitespace == false
        return phrases.prefix(32).map { "\"\($0)\"" }.joined(separator: " AND ") + (goesOn ? "*" : "")
    }
}

extension Manifest {
    /// The number of the newest decision; 0 before the first.
    public func lastDecision() throws -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT max(sequence) FROM decision") ?? 0 }
    }

    /// Decisions behind a number, oldest first.
    public func decisionMarks(after sequence: Int) throws -> [DecisionMark] {
        try read { db in
            var marks: [DecisionMark] = []
            let rows = try Row.fetchCursor(
                db, sql: "SELECT sequence, clip_id, reviewer FROM decision WHERE sequence > ? ORDER BY sequence",
                arguments: [sequence])
            while let row = try rows.next() {
                marks.append(DecisionMark(sequence: row[0], clip: ClipID(rawValue: row[1]), reviewer: row[2]))
            }
            return marks
        }
    }

    /// The newest decisions of all people, newest first.
    public func newestDecisions(limit: Int) throws -> [Decision] {
        try documents("SELECT document FROM decision ORDER BY sequence DESC LIMIT ?", [limit])
    }

    /// A person's newest decisions whose client begins with `prefix`, newest first, out of their last `limit`.
    public func decisions(by person: String, client prefix: String, limit: Int) throws -> [Decision] {
        try documents(
            """
            SELECT document FROM (SELECT sequence, document FROM decision WHERE reviewer = ?1
                ORDER BY sequence DESC LIMIT ?3)
            WHERE substr(document ->> '$.client', 1, length(?2)) = ?2 ORDER BY sequence DESC
            """, [person, prefix, limit])
    }

    /// Of these decisions, those that their author took back, and not the taking back in turn.
    public func undone(among ids: [String]) throws -> Set<String> {
        let wanted = try JSON.line(ids)
        return try read {
            try String.fetchSet(
                $0,
                sql: """
                    SELECT said.id FROM decision AS said JOIN decision AS undo
                        ON undo.clip_id = said.clip_id AND undo.decision = 'undo' AND undo.supersedes = said.id
                            AND undo.reviewer = said.reviewer
                    WHERE said.id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM decision AS redo
                        WHERE redo.clip_id = undo.clip_id AND redo.decision = 'undo' AND redo.supersedes = undo.id
                            AND redo.reviewer = undo.reviewer)
                    """, arguments: [wanted])
        }
    }

    /// Accepts, rejects and unsures since a moment by reviewer, out of the newest `limit` decisions.
    public func answers(since moment: String, limit: Int) throws -> [String: Int] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT reviewer, count(*) FROM (SELECT * FROM decision ORDER BY sequence DESC LIMIT ?2)
                    WHERE decided_at >= ?1 AND standing IS NULL AND decision IN ('accept', 'reject', 'unsure')
                    GROUP BY reviewer
                    """, arguments: [moment, limit]
            ).reduce(into: [:]) { $0[$1[0]] = $1[1] }
        }
    }

    /// When each person last signed in or decided, RFC 3339; nobody who never did.
    public func lastSeen() throws -> [String: String] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT name, max(COALESCE((SELECT max(started_at) FROM session WHERE person = name), ''),
                        COALESCE((SELECT decided_at FROM decision WHERE reviewer = name
                            ORDER BY sequence DESC LIMIT 1), '')) FROM person
                    """
            ).reduce(into: [:]) { seen, row in if row[1] != "" { seen[row[0]] = row[1] } }
        }
    }

    /// Gives a person another role, or lets one who was barred in again; they need a new link to sign in.
    /// - Returns: whether there is such a person.
    public func change(_ name: String, role: Person.Role? = nil, isBarred: Bool? = nil) throws -> Bool {
        try write {
            try $0.execute(
                sql: """
                    UPDATE person SET role = COALESCE(?2, role), barred_at = CASE WHEN ?3 = 0 THEN NULL ELSE barred_at END
                    WHERE name = ?1
                    """, arguments: [name, role?.rawValue, isBarred.map { $0 ? 1 : 0 }])
            return $0.changesCount == 1
        }
    }
}
