import GRDB
public import Model

/// A text about a clip, with how it came to be.
public struct CaptionRecord: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Sendable { case raw, normalized }

    public var clip: ClipID
    public var kind: Kind
    public var text: String
    /// Of raw text the caption origin that it is of (`file`, `import`, `sidecar`); `normalizer VERSION` for normalized.
    public var origin: String
    /// JSON arrays of the normalizer's edits and flags.
    public var edits: String
    public var flags: String

    public init(clip: ClipID, kind: Kind, text: String, origin: String, edits: String = "[]", flags: String = "[]") {
        self.clip = clip
        self.kind = kind
        self.text = text
        self.origin = origin
        self.edits = edits
        self.flags = flags
    }

    public var sha256: Digest { Digest(of: text) }
}

/// A text about a clip, with when and how it came.
public struct CaptionEntry: Codable, Hashable, Sendable {
    public var kind: CaptionRecord.Kind
    public var text: String
    public var origin: String
    public var createdAt: String
}

extension CaptionRecord {
    /// SQL of the row that holds the raw text behind a clip's newest normal form; `clip` names a column of clip ids.
    static func rawRow(of clip: String) -> String {
        """
        COALESCE(
            (SELECT raw_id FROM caption WHERE id = (
                SELECT max(id) FROM caption WHERE clip_id = \(clip) AND kind = 'normalized')),
            (SELECT max(id) FROM caption WHERE clip_id = \(clip) AND kind = 'raw'))
        """
    }
}

extension CaptionRecord.Kind: ColumnValue {}

extension CaptionEntry: RowRecord {
    static let table = RecordTable("caption", key: "id")

    init(_ row: TableRow) throws {
        kind = try row["kind"]
        text = try row["text"]
        origin = try row["origin"]
        createdAt = try row["created_at"]
    }
}

/// Texts about clips; nothing of them is ever taken away.
public struct CaptionRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var captions: CaptionRecords<Self> { CaptionRecords(reader: self) } }

extension CaptionRecords {
    /// Every text about a clip, oldest first.
    public func all(of clip: ClipID) throws -> [CaptionEntry] {
        try read { db in
            try CaptionEntry.fetchAll(
                db, "SELECT id, kind, text, origin, created_at FROM caption WHERE clip_id = ? ORDER BY id",
                [clip.rawValue])
        }
    }

    /// The newest raw texts that an origin has of some clips.
    public func raw(origin: String, of clips: [ClipID]) throws -> [ClipID: String] {
        try texts("SELECT clip_id, text, max(id) FROM caption WHERE kind = 'raw' AND origin = ?2", of: clips, [origin])
    }

    /// The newest normalized texts of some clips; a clip without any is left out.
    public func normalized(of clips: [ClipID]) throws -> [ClipID: String] {
        try texts("SELECT clip_id, text, max(id) FROM caption WHERE kind = 'normalized'", of: clips)
    }

    /// The texts that releases and pages show for some clips: an expert's, else the normal form that is not empty.
    public func shown(of clips: [ClipID]) throws -> [ClipID: String] {
        try texts("SELECT clip_id, caption AS text FROM clip_overview WHERE caption <> ''", of: clips)
    }

    private func texts(
        _ sql: String, of clips: [ClipID], _ more: StatementArguments = []
    ) throws -> [ClipID: String] {
        let wanted: StatementArguments = [try JSON.line(clips)]
        let chosen = "AND clip_id IN (SELECT value FROM json_each(?1)) GROUP BY clip_id"
        return try read { db in
            try CaptionEntry.table.fetchMap(db, "\(sql) \(chosen)", wanted + more) {
                (try $0["clip_id"], try $0["text"])
            }
        }
    }

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

extension CaptionRecords where Reader == Transaction {
    /// Adds texts; one that equals the newest of its clip, kind and origin adds nothing.
    /// - Returns: how many were new.
    @discardableResult
    public func add(_ captions: [CaptionRecord]) throws -> Int {
        try captions.reduce(0) { try $0 + (add($1).isNew ? 1 : 0) }
    }

    /// Records the raw texts that origins have for a clip, and the normal form of the one that was taken, if any.
    /// - Parameter taken: of `raws`, the one that `normalized` was made of.
    public func record(raws: [CaptionRecord], taken: Int?, normalized: CaptionRecord) throws {
        let rows = try raws.map { try add($0).row }
        try add(normalized, madeOf: taken.map { rows[$0] })
    }

    /// - Returns: the row of the text, and whether it is new.
    private func add(_ caption: CaptionRecord) throws -> (row: Int64, isNew: Bool) {
        let newest = try Row.fetchOne(
            db,
            sql:
                "SELECT id, sha256 FROM caption WHERE clip_id = ? AND kind = ? AND origin = ? ORDER BY id DESC LIMIT 1",
            arguments: [caption.clip.rawValue, caption.kind.rawValue, caption.origin])
        if let newest, newest["sha256"] == caption.sha256.hex { return (newest["id"], false) }
        return (try insert(caption, madeOf: nil), true)
    }

    /// A normal form is new where its text, its normalizer or the raw text behind it is another.
    private func add(_ normalized: CaptionRecord, madeOf raw: Int64?) throws {
        let newest = try Row.fetchOne(
            db,
            sql: """
                SELECT sha256, origin, COALESCE(raw_id,
                    (SELECT max(id) FROM caption WHERE clip_id = ?1 AND kind = 'raw')) AS raw_id
                FROM caption WHERE clip_id = ?1 AND kind = 'normalized' ORDER BY id DESC LIMIT 1
                """, arguments: [normalized.clip.rawValue])
        if let newest, newest["sha256"] == normalized.sha256.hex, newest["origin"] == normalized.origin,
            raw == nil || newest["raw_id"] == raw
        {
            return
        }
        _ = try insert(normalized, madeOf: raw)
    }

    private func insert(_ caption: CaptionRecord, madeOf raw: Int64?) throws -> Int64 {
        try db.cachedStatement(
            sql: """
                INSERT INTO caption (clip_id, kind, text, sha256, origin, edits, flags, created_at, raw_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            caption.clip.rawValue, caption.kind.rawValue, caption.text, caption.sha256.hex, caption.origin,
            caption.edits, caption.flags, Timestamp.now(), raw,
        ])
        return db.lastInsertedRowID
    }
}
