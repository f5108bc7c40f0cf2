import GRDB
public import Model

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

extension ReviewableClip: RowRecord {
    static let table = RecordTable("clip_state", key: "id")

    init(_ row: TableRow) throws {
        id = try row["id"]
        source = try row["source_id"]
        state = try row["state"]
    }
}

/// What experts are shown.
public struct QueueRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var queue: QueueRecords<Self> { QueueRecords(reader: self) } }

extension QueueRecords {
    /// Every clip that experts may look at, or those among the ones named, whatever was said of it so far, ordered by id.
    public func clips(among clips: [ClipID]? = nil) throws -> [ReviewableClip] {
        let wanted = try clips.map { try JSON.line($0) }
        return try read { db in
            try ReviewableClip.fetchAll(
                db,
                """
                SELECT clip.id, clip.source_id, clip_state.state FROM clip_state JOIN clip ON clip.id = clip_id
                WHERE \(wanted == nil ? "" : "clip.id IN (SELECT value FROM json_each(?)) AND")
                    state IN ('ready', 'accepted', 'declined', 'disputed')
                    AND EXISTS (SELECT 1 FROM rendition WHERE rendition.clip_id = clip.id
                        AND profile = (SELECT value FROM setting WHERE key = 'profile'))
                ORDER BY clip.id
                """, wanted.map { [$0] } ?? [])
        }
    }

    /// What a reviewer sees of a clip; nil where there is no such clip or it has no rendition in `profile`.
    public func sheet(of clip: ClipID, profile: String) throws -> ClipSheet? {
        guard let rendition = try reader.renditions.of(clip, profile: profile) else { return nil }
        let record = try reader.clips.clip(clip)
        let provenance = try reader.sources.provenance(of: record.source)
        return try read { db in
            let normalized = try CaptionEntry.table.fetchOne(
                db,
                """
                SELECT id, text, sha256, edits, flags FROM caption WHERE clip_id = ? AND kind = 'normalized'
                ORDER BY id DESC LIMIT 1
                """, [clip.rawValue]
            ) { row in
                ClipSheet.Text(
                    text: try row["text"], sha256: try row["sha256"], edits: try row["edits"], flags: try row["flags"])
            }
            return ClipSheet(
                clip: record, rendition: rendition,
                raw: try String.fetchOne(
                    db, sql: "SELECT text FROM caption WHERE id = \(CaptionRecord.rawRow(of: "?1"))",
                    arguments: [clip.rawValue]),
                normalized: normalized,
                provenance: provenance)
        }
    }
}
