import Foundation
import GRDB
public import Model

/// Recordings: where they lie, how they are seen, and what is known of where they come from.
public struct SourceRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var sources: SourceRecords<Self> { SourceRecords(reader: self) } }

extension SourceRecords {
    private static var table: RecordTable { SourceOverview.table }

    /// Every source that is not withdrawn, with the name of its first file.
    public func names() throws -> [SourceID: String] {
        try read { db in
            try Self.table.fetchMap(
                db,
                """
                SELECT id, (SELECT min(path) FROM file_path JOIN source_file USING (sha256)
                    WHERE source_id = source.id AND position = 0) AS path
                FROM source WHERE id NOT IN (SELECT target FROM withdrawal)
                """
            ) { row in
                let path: String? = try row["path"]
                return (try row["id"], ((path ?? "") as NSString).lastPathComponent)
            }
        }
    }

    /// Titles of the sources that have one.
    public func titles() throws -> [SourceID: String] {
        try read { db in
            try Provenance.table.fetchMap(db, "SELECT source_id, title FROM provenance WHERE title IS NOT NULL") {
                (try $0["source_id"], try $0["title"])
            }
        }
    }

    /// The titles of some clips' sources, by clip, as far as they have one.
    public func titles(of clips: [ClipID]) throws -> [ClipID: String] {
        let wanted = try JSON.line(clips)
        return try read { db in
            try Provenance.table.fetchMap(
                db,
                """
                SELECT clip.id, source_id, title FROM clip JOIN provenance USING (source_id)
                WHERE clip.id IN (SELECT value FROM json_each(?)) AND title IS NOT NULL
                """, [wanted]
            ) { (try $0["id"], try $0["title"]) }
        }
    }

    /// Where a source lies, by its `files`.
    public func location(of id: SourceID) throws -> SourceLocation {
        try read { db in
            let location = try Self.table.fetchOne(db, "SELECT * FROM source WHERE id = ?", [id.rawValue]) { row in
                SourceLocation(
                    id: id, kind: try row["kind"], paths: try FileRecord.all(of: id, db).map(\.path),
                    stream: try row["stream"], view: try row.document("view"), timing: try row["timing"],
                    timeBase: try row["time_base_num"] as Int64? == nil ? nil : Rational(timeBase: row))
            }
            guard let location else {
                throw Fault(
                    .invalid, "there is no such source", at: id.rawValue,
                    advice: "See 'microcurate query \"SELECT id FROM source\"'.")
            }
            return location
        }
    }

    /// The probe of a source, as recorded.
    public func mediaDescription(of id: SourceID) throws -> MediaDescription? {
        try read { db in
            try Self.table.fetchOne(db, "SELECT id, probe FROM source WHERE id = ?", [id.rawValue]) {
                try $0.document("probe")
            }
        }
    }

    /// Seconds a tick of a source in playback.
    /// - Parameter ordinalRate: frames a second of sources without timestamps.
    public func timeBase(of id: SourceID, ordinalRate: Rational) throws -> Rational {
        try timeBases(of: [id])[id] ?? ordinalRate.reciprocal
    }

    /// Seconds a tick in playback, of all sources that have timestamps or of those named.
    public func timeBases(of sources: [SourceID]? = nil) throws -> [SourceID: Rational] {
        try rows(
            "SELECT id, time_base_num, time_base_den FROM source WHERE time_base_num IS NOT NULL", Self.table, sources,
            Rational.init(timeBase:))
    }

    public func provenance(of id: SourceID) throws -> Provenance { try provenances(of: [id])[id] ?? Provenance() }

    /// What is known of where sources come from; one of which nothing is known is left out.
    public func provenances(of sources: [SourceID]) throws -> [SourceID: Provenance] {
        try rows("SELECT * FROM provenance WHERE true", Provenance.table, sources, Provenance.init)
    }

    /// The levels of the sources that have one.
    public func levels() throws -> [SourceID: String] {
        try read { db in
            try Provenance.table.fetchMap(db, "SELECT source_id, level FROM provenance WHERE level <> ''") {
                (try $0["source_id"], try $0["level"])
            }
        }
    }

    /// Every source, withdrawn ones too, ordered by id.
    public func overviews() throws -> [SourceOverview] {
        try read { db in
            try SourceOverview.fetchAll(
                db,
                """
                SELECT source.id, kind, timing, view, probe, scan.frames, scan.width, scan.height, scan.problems,
                    NULLIF(title, '') AS title, NULLIF(url, '') AS url, NULLIF(licence, '') AS licence,
                    NULLIF(attribution, '') AS attribution, NULLIF(channel, '') AS channel,
                    (SELECT path FROM file_path JOIN source_file USING (sha256)
                        WHERE source_id = source.id AND position = 0 ORDER BY path LIMIT 1) AS path
                FROM source LEFT JOIN scan ON scan.source_id = source.id
                LEFT JOIN provenance ON provenance.source_id = source.id ORDER BY source.id
                """)
        }
    }

    /// The subtitles of sources in order of their place; a source without any is left out.
    public func subtitles(of sources: [SourceID]) throws -> [SourceID: [SubtitleLine]] {
        let wanted = try JSON.line(sources)
        return try read { db in
            let lines = try RecordTable("subtitle", key: "source_id").fetchAll(
                db,
                """
                SELECT * FROM subtitle WHERE source_id IN (SELECT value FROM json_each(?))
                ORDER BY source_id, position
                """, [wanted]
            ) { row -> (SourceID, SubtitleLine) in
                (
                    try row["source_id"],
                    SubtitleLine(
                        startSeconds: try row["start_seconds"], endSeconds: try row["end_seconds"],
                        text: try row["text"])
                )
            }
            return Dictionary(grouping: lines, by: \.0).mapValues { $0.map(\.1) }
        }
    }

    /// Sources of the same stream of the same files, seen in another way, that are not withdrawn.
    public func otherViews(of id: SourceID) throws -> [SourceID] {
        try read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT other.id FROM source
                    JOIN source_file AS first ON first.source_id = source.id AND first.position = 0
                    JOIN source_file AS same ON same.sha256 = first.sha256 AND same.position = 0
                    JOIN source AS other ON other.id = same.source_id AND other.stream = source.stream
                    WHERE source.id = ?1 AND other.id <> ?1 AND other.id NOT IN (SELECT target FROM withdrawal)
                        AND (SELECT group_concat(sha256) FROM
                                (SELECT sha256 FROM source_file WHERE source_id = other.id ORDER BY position))
                            = (SELECT group_concat(sha256) FROM
                                (SELECT sha256 FROM source_file WHERE source_id = ?1 ORDER BY position))
                    ORDER BY other.id
                    """, arguments: [id.rawValue]
            ).map(SourceID.init(rawValue:))
        }
    }

    /// The sources whose first file was seen under a path, under the bytes that it had last.
    public func seen(at path: String) throws -> [SourceID] {
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

    /// Sources whose first file was seen under several paths: what is known of them may come from several candidates.
    public func seenTwice() throws -> Set<SourceID> {
        try read { db in
            Set(
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT source_id FROM source_file WHERE position = 0
                            AND sha256 IN (SELECT sha256 FROM file_path GROUP BY sha256 HAVING count(*) > 1)
                        """
                ).map(SourceID.init(rawValue:)))
        }
    }

    /// The source of a clip, or the source itself.
    public func source(of target: String) throws -> SourceID {
        let clip = try read {
            try String.fetchOne($0, sql: "SELECT source_id FROM clip WHERE id = ?", arguments: [target])
        }
        return SourceID(rawValue: clip ?? target)
    }

    /// A value for each row of a query that ends in a condition, by the source that is its key: of all, or of those named.
    private func rows<Value>(
        _ sql: String, _ table: RecordTable, _ sources: [SourceID]?, _ value: (TableRow) throws -> Value
    ) throws -> [SourceID: Value] {
        let wanted = try sources.map { try JSON.line($0) }
        let chosen = sources == nil ? "" : "AND \(table.key) IN (SELECT value FROM json_each(?))"
        return try read { db in
            try table.fetchMap(db, "\(sql) \(chosen)", wanted.map { [$0] } ?? []) {
                (try $0[table.key], try value($0))
            }
        }
    }
}

extension SourceRecords where Reader == Transaction {
    /// Records a source, or what is newly known about one already there: a known value gives way only to another known one.
    /// - Returns: whether the source is new.
    @discardableResult
    public func add(_ source: SourceRecord) throws -> Bool {
        let location = source.location
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO source
                    (id, kind, stream, view, probe, timing, time_base_num, time_base_den, added_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                location.id.rawValue, location.kind.rawValue, location.stream, try JSON.line(location.view),
                try JSON.line(source.description), location.timing.rawValue, location.timeBase?.numerator,
                location.timeBase?.denominator, Timestamp.now(),
            ])
        let new = db.changesCount == 1
        for (position, digest) in source.digests.enumerated() where new {
            try db.execute(
                sql: "INSERT INTO source_file (source_id, position, sha256) VALUES (?, ?, ?)",
                arguments: [location.id.rawValue, position, digest.hex])
        }
        try insert(source.provenance, of: location.id)
        if !source.subtitles.isEmpty { try insert(source.subtitles, of: location.id) }
        for path in location.paths { try reader.candidates.forgetProblem(at: path) }
        if new { _ = try reader.decisions.takeOver(on: location.id) }
        return new
    }

    /// Takes over what is newly known about a source: a known value gives way only to another known one.
    public func learn(_ provenance: Provenance, _ subtitles: [SubtitleLine], of source: SourceID) throws {
        try insert(provenance, of: source)
        if !subtitles.isEmpty { try insert(subtitles, of: source) }
    }

    func insert(_ p: Provenance, of source: SourceID) throws {
        let columns = [
            "title", "description", "channel", "series", "url", "upload_date", "views", "likes", "tags", "licence",
            "attribution", "level",
        ]
        let updates = columns.map { "\($0) = COALESCE(excluded.\($0), \($0))" }.joined(separator: ", ")
        try db.execute(
            sql: """
                INSERT INTO provenance (source_id, \(columns.joined(separator: ", ")))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source_id) DO UPDATE SET \(updates)
                """,
            arguments: [
                source.rawValue, p.title, p.description, p.channel, p.series, p.url, p.uploadDate, p.views, p.likes,
                try p.tags.map { try JSON.line($0) }, p.licence, p.attribution, p.level,
            ])
    }

    func insert(_ lines: [SubtitleLine], of source: SourceID) throws {
        try db.execute(sql: "DELETE FROM subtitle WHERE source_id = ?", arguments: [source.rawValue])
        for (position, line) in lines.enumerated() {
            try db.execute(
                sql:
                    "INSERT INTO subtitle (source_id, position, start_seconds, end_seconds, text) VALUES (?, ?, ?, ?, ?)",
                arguments: [source.rawValue, position, line.startSeconds, line.endSeconds, line.text])
        }
    }
}

extension Rational {
    /// The columns `time_base_num` and `time_base_den`.
    fileprivate init(timeBase row: TableRow) throws {
        let denominator: Int64 = try row["time_base_den"]
        guard denominator != 0 else { throw row.unfit(denominator.databaseValue, "time_base_den", "denominator") }
        self.init(try row["time_base_num"], denominator)
    }
}
