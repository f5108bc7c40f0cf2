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

extension Transaction {
    /// Adds texts; one that equals the newest of its clip, kind and origin adds nothing.
    /// - Returns: how many were new.
    @discardableResult
    public func add(captions: [CaptionRecord]) throws -> Int {
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

extension Manifest {
    /// Adds texts, as the transaction of that name does.
    /// - Returns: how many were new.
    @discardableResult
    public func add(captions: [CaptionRecord]) throws -> Int { try commit { try $0.add(captions: captions) } }

    /// The newest raw texts that an origin has of some clips.
    public func rawCaptions(origin: String, of clips: [ClipID]) throws -> [ClipID: String] {
        let wanted = try JSON.line(clips)
        return try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT clip_id, text, max(id) FROM caption
                    WHERE kind = 'raw' AND origin = ? AND clip_id IN (SELECT value FROM json_each(?))
                    GROUP BY clip_id
                    """, arguments: [origin, wanted]
            ).reduce(into: [:]) { $0[ClipID(rawValue: $1["clip_id"])] = $1["text"] }
        }
    }

    /// The newest normalized texts of some clips; a clip without any is left out.
    public func normalizedCaptions(of clips: [ClipID]) throws -> [ClipID: String] {
        let wanted = try JSON.line(clips)
        return try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT clip_id, text, max(id) FROM caption
                    WHERE kind = 'normalized' AND clip_id IN (SELECT value FROM json_each(?)) GROUP BY clip_id
                    """, arguments: [wanted]
            ).reduce(into: [:]) { $0[ClipID(rawValue: $1["clip_id"])] = $1["text"] }
        }
    }

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
