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

extension Manifest {
    /// Makes a source an import, with what its dataset knows about it; known facts give way only to other known ones.
    /// An import keeps its dataset and item.
    /// - Returns: what was on record before; nil for a source that was none.
    @discardableResult
    public func add(imported clip: ImportedClip, provenance: Provenance) throws -> ImportedClip? {
        let before = try imported(clip.source)
        try write { db in
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
        }
        return before
    }

    /// nil for a source that was ingested as a recording.
    public func imported(_ source: SourceID) throws -> ImportedClip? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM imported WHERE source_id = ?", arguments: [source.rawValue])
                .map {
                    ImportedClip(source: source, dataset: $0["dataset"], item: $0["item"], caption: $0["caption"])
                }
        }
    }

    /// Every source that came as a ready clip.
    public func importedSources() throws -> Set<SourceID> {
        try read { Set(try String.fetchAll($0, sql: "SELECT source_id FROM imported").map(SourceID.init(rawValue:))) }
    }

    /// The captions that came with those of some sources that were imported.
    public func importedCaptions(of sources: Set<SourceID>) throws -> [SourceID: String] {
        let wanted = try JSON.line(sources.map(\.rawValue))
        return try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT source_id, caption FROM imported
                    WHERE caption IS NOT NULL AND source_id IN (SELECT value FROM json_each(?))
                    """, arguments: [wanted]
            )
            .reduce(into: [:]) { $0[SourceID(rawValue: $1["source_id"])] = $1["caption"] }
        }
    }

    /// The sources whose first file was seen under a path, under the bytes that it had last.
    public func sources(at path: String) throws -> [SourceID] {
        try read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT source_id FROM file_path JOIN source_file USING (sha256)
                    WHERE path = ? AND position = 0 ORDER BY source_id
                    """, arguments: [path]
            ).map(SourceID.init(rawValue:))
        }
    }
}
