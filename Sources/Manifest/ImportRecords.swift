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
    /// An import keeps its dataset and item; a new caption goes to its clip, if there is one already.
    /// - Returns: what was on record before; nil for a source that was none.
    @discardableResult
    public func add(imported clip: ImportedClip, provenance: Provenance) throws -> ImportedClip? {
        let before = try imported(clip.source)
        if let caption = clip.caption, let before, before.caption != caption {
            try add(captions: try importedClips(of: clip.source).map { Self.raw($0, caption) })
        }
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

    /// Imports whose clip lacks the raw caption that came with them; of one source where it is named.
    public func uncaptionedImports(_ source: SourceID? = nil) throws -> Set<SourceID> {
        try read { db in
            let ids = try String.fetchAll(
                db,
                sql: """
                    SELECT source_id FROM imported JOIN clip USING (source_id)
                    WHERE \(source == nil ? "" : "source_id = ? AND") caption IS NOT NULL AND proposed = 1
                        AND NOT EXISTS (
                            SELECT 1 FROM caption AS c
                            WHERE c.clip_id = clip.id AND c.kind = 'raw' AND c.origin = 'file')
                    """, arguments: source.map { [$0.rawValue] } ?? [])
            return Set(ids.map(SourceID.init(rawValue:)))
        }
    }

    /// Gives an import's clip the caption that came with it, unless it has one from a file.
    public func captionImport(_ source: SourceID) throws {
        guard try !uncaptionedImports(source).isEmpty, let caption = try imported(source)?.caption else { return }
        try add(captions: try importedClips(of: source).map { Self.raw($0, caption) })
    }

    private func importedClips(of source: SourceID) throws -> [ClipID] {
        try clips(of: source).filter(\.proposed).map(\.id)
    }

    private static func raw(_ clip: ClipID, _ text: String) -> CaptionRecord {
        CaptionRecord(clip: clip, kind: .raw, text: text, origin: "file")
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
