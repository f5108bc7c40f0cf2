import GRDB
public import Model

/// A source that came as a ready clip of another dataset.
public struct ImportedClip: Codable, Hashable, Sendable {
    public var source: SourceID
    public var dataset: String
    /// What the dataset calls it.
    public var item: String
    /// nil where the dataset has none.
    public var caption: String?

    public init(source: SourceID, dataset: String, item: String, caption: String?) {
        self.source = source
        self.dataset = dataset
        self.item = item
        self.caption = caption
    }
}

extension ImportedClip: RowRecord {
    static let table = RecordTable("imported", key: "source_id")

    init(_ row: TableRow) throws {
        source = try row["source_id"]
        dataset = try row["dataset"]
        item = try row["item"]
        caption = try row["caption"]
    }
}

/// Sources that came as ready clips of another dataset.
public struct ImportRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var imports: ImportRecords<Self> { ImportRecords(reader: self) } }

extension ImportRecords {
    /// nil for a source that was ingested as a recording.
    public func clip(_ source: SourceID) throws -> ImportedClip? {
        try read { try ImportedClip.fetchOne($0, "SELECT * FROM imported WHERE source_id = ?", [source.rawValue]) }
    }

    /// Every source that came as a ready clip.
    public func sources() throws -> Set<SourceID> {
        try read { Set(try String.fetchAll($0, sql: "SELECT source_id FROM imported").map(SourceID.init(rawValue:))) }
    }

    /// The captions that came with those of some sources that were imported.
    public func captions(of sources: Set<SourceID>) throws -> [SourceID: String] {
        let wanted = try JSON.line(sources.map(\.rawValue))
        return try read { db in
            try ImportedClip.table.fetchMap(
                db,
                """
                SELECT source_id, caption FROM imported
                WHERE caption IS NOT NULL AND source_id IN (SELECT value FROM json_each(?))
                """, [wanted]
            ) { (try $0["source_id"], try $0["caption"]) }
        }
    }
}

extension ImportRecords where Reader == Transaction {
    /// Makes a source an import, with what its dataset knows about it; known facts give way only to other known ones.
    /// An import keeps its dataset and item.
    /// - Returns: what was on record before; nil for a source that was none.
    @discardableResult
    public func add(_ clip: ImportedClip, provenance: Provenance) throws -> ImportedClip? {
        let before = try self.clip(clip.source)
        try db.execute(
            sql: """
                INSERT INTO imported (source_id, dataset, item, caption) VALUES (?, ?, ?, ?)
                ON CONFLICT (source_id) DO UPDATE SET caption = COALESCE(excluded.caption, caption)
                """, arguments: [clip.source.rawValue, clip.dataset, clip.item, clip.caption])
        let known = [
            ("title", provenance.title), ("url", provenance.url), ("licence", provenance.licence),
            ("attribution", provenance.attribution), ("level", provenance.level),
            ("series", provenance.series),
        ]
        for case (let column, let value?) in known {
            try db.execute(
                sql: """
                    INSERT INTO provenance (source_id, \(column)) VALUES (?, ?)
                    ON CONFLICT (source_id) DO UPDATE SET \(column) = excluded.\(column)
                    """, arguments: [clip.source.rawValue, value])
        }
        return before
    }
}
