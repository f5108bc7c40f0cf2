import Foundation
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

/// The newest decisions as they came in: one row a decision, without what it says.
public struct DecisionMark: Hashable, Sendable {
    public var sequence: Int
    public var clip: ClipID
    public var reviewer: String
}

/// What people said of clips, each also a line of the ledger, and what it adds up to.
public struct DecisionRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var decisions: DecisionRecords<Self> { DecisionRecords(reader: self) } }

extension DecisionRecords {
    /// Every decision, oldest first.
    public func all() throws -> [Decision] { try documents("decision ORDER BY sequence") }

    /// The decisions on a clip, oldest first.
    public func on(_ clip: ClipID) throws -> [Decision] {
        try documents("decision WHERE clip_id = ? ORDER BY sequence", [clip.rawValue])
    }

    /// The decisions on some clips, oldest first; a clip without any is left out.
    public func on(_ clips: [ClipID]) throws -> [ClipID: [Decision]] {
        Dictionary(
            grouping: try documents(
                "decision WHERE clip_id IN (SELECT value FROM json_each(?)) ORDER BY sequence", [try JSON.line(clips)]),
            by: \.clipId)
    }

    /// The decision with this id.
    public func decision(_ id: String) throws -> Decision? { try documents("decision WHERE id = ?", [id]).first }

    /// The decisions of these ids, as far as there are such.
    public func withIDs(_ ids: [String]) throws -> [String: Decision] {
        try documents("decision WHERE id IN (SELECT value FROM json_each(?))", [try JSON.line(ids)])
            .reduce(into: [:]) { $0[$1.id] = $1 }
    }

    /// Decisions of the same person that name this one as their origin.
    public func from(_ origin: Decision) throws -> [Decision] {
        try documents(
            "decision WHERE reviewer = ? AND document ->> '$.origin' = ? ORDER BY sequence",
            [origin.reviewer, origin.id])
    }

    /// A reviewer's newest decisions, newest first.
    public func by(_ reviewer: String, limit: Int) throws -> [Decision] {
        try documents("decision WHERE reviewer = ? ORDER BY sequence DESC LIMIT ?", [reviewer, limit])
    }

    /// A person's newest decisions whose client begins with `prefix`, newest first, out of their last `limit`.
    public func by(_ person: String, client prefix: String, limit: Int) throws -> [Decision] {
        try documents(
            """
            (SELECT * FROM decision WHERE reviewer = ?1 ORDER BY sequence DESC LIMIT ?3)
            WHERE substr(document ->> '$.client', 1, length(?2)) = ?2 ORDER BY sequence DESC
            """, [person, prefix, limit])
    }

    /// The newest decisions of all people, newest first.
    public func newest(limit: Int) throws -> [Decision] {
        try documents("decision ORDER BY sequence DESC LIMIT ?", [limit])
    }

    /// Decisions on clips that are not only one voice among others: settlements and known answers.
    public func standing() throws -> [Decision] {
        try documents("decision WHERE standing IS NOT NULL ORDER BY sequence")
    }

    /// All decisions on clips that want more voices or a curator: the outcome is open, or something is disputed.
    public func undecided() throws -> [Decision] {
        try documents(
            """
            decision JOIN outcome USING (clip_id)
            WHERE acceptance IN ('open', 'disputed') OR level_state = 'disputed' OR caption_state = 'disputed'
            ORDER BY sequence
            """)
    }

    /// The decisions that these rows hold.
    /// - Parameter rows: what stands behind FROM.
    func documents(_ rows: String, _ arguments: StatementArguments = []) throws -> [Decision] {
        try read { db in
            try Self.table.fetchAll(db, "SELECT id, document FROM \(rows)", arguments) { try $0.document("document") }
        }
    }

    static var table: RecordTable { RecordTable("decision", key: "id") }

    /// The number of the newest decision; 0 before the first.
    public func last() throws -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT max(sequence) FROM decision") ?? 0 }
    }

    /// Decisions behind a number, oldest first.
    public func marks(after sequence: Int) throws -> [DecisionMark] {
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
            try Self.table.fetchMap(
                db,
                """
                SELECT reviewer, count(*) AS n FROM (SELECT * FROM decision ORDER BY sequence DESC LIMIT ?2)
                WHERE decided_at >= ?1 AND standing IS NULL AND decision IN ('accept', 'reject', 'unsure')
                GROUP BY reviewer
                """, [moment, limit]
            ) { (try $0["reviewer"], try $0["n"]) }
        }
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

    /// A number for each reviewer, from 1, by their first line in the ledger: a release names nobody.
    public func reviewerNumbers() throws -> [String: Int] {
        let names = try read {
            try String.fetchAll($0, sql: "SELECT reviewer FROM decision GROUP BY reviewer ORDER BY min(sequence)")
        }
        return Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0 + 1) })
    }
}
