import Foundation
import GRDB
public import Model

/// What is known about where a source comes from. Unknown is nil.
public struct Provenance: Codable, Hashable, Sendable {
    public var title: String?
    public var description: String?
    public var channel: String?
    public var series: String?
    public var url: String?
    public var uploadDate: String?
    public var views: Int?
    public var likes: Int?
    public var tags: [String]?
    public var licence: String?
    public var attribution: String?
    public var level: String?

    public init() {}

    /// Takes over all that `other` knows.
    public mutating func override(by other: Provenance) {
        title = other.title ?? title
        description = other.description ?? description
        channel = other.channel ?? channel
        series = other.series ?? series
        url = other.url ?? url
        uploadDate = other.uploadDate ?? uploadDate
        views = other.views ?? views
        likes = other.likes ?? likes
        tags = other.tags ?? tags
        licence = other.licence ?? licence
        attribution = other.attribution ?? attribution
        level = other.level ?? level
    }
}

/// A source as `ingest` records it.
public struct SourceRecord: Sendable {
    public var location: SourceLocation
    public var digests: [Digest]
    public var description: MediaDescription
    public var provenance: Provenance
    public var subtitles: [SubtitleLine]

    public init(
        location: SourceLocation, digests: [Digest], description: MediaDescription, provenance: Provenance,
        subtitles: [SubtitleLine]
    ) {
        self.location = location
        self.digests = digests
        self.description = description
        self.provenance = provenance
        self.subtitles = subtitles
    }
}

extension Transaction {
    /// Records a source, or what is newly known about one already there: a known value gives way only to another known one.
    /// - Returns: whether the source is new.
    @discardableResult
    public func add(_ source: SourceRecord) throws -> Bool { try Manifest.add(source, db) }
}

extension Manifest {
    /// The hash recorded for a path, where size and time of modification are still the same.
    public func digest(path: String, bytes: Int, modifiedNanoseconds: Int) throws -> Digest? {
        try read {
            try String.fetchOne(
                $0,
                sql: """
                    SELECT sha256 FROM file_path JOIN file USING (sha256)
                    WHERE path = ? AND bytes = ? AND modified_ns = ?
                    """, arguments: [path, bytes, modifiedNanoseconds])
        }.flatMap(Digest.init(hex:))
    }

    static func add(_ source: SourceRecord, _ db: Database) throws -> Bool {
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
        try Self.insert(source.provenance, of: location.id, db)
        if !source.subtitles.isEmpty { try Self.insert(source.subtitles, of: location.id, db) }
        for path in location.paths { try Self.clearProblem(path, db) }
        if new { _ = try Self.takeOver(decisionsOn: location.id, db) }
        return new
    }

    static func insert(_ p: Provenance, of source: SourceID, _ db: Database) throws {
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

    static func insert(_ lines: [SubtitleLine], of source: SourceID, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM subtitle WHERE source_id = ?", arguments: [source.rawValue])
        for (position, line) in lines.enumerated() {
            try db.execute(
                sql:
                    "INSERT INTO subtitle (source_id, position, start_seconds, end_seconds, text) VALUES (?, ?, ?, ?, ?)",
                arguments: [source.rawValue, position, line.startSeconds, line.endSeconds, line.text])
        }
    }

    /// Records why an input could not even be looked at.
    public func add(problem: Fault, path: String) throws {
        try write {
            try $0.execute(
                sql: "INSERT OR REPLACE INTO walk_problem (path, fault, seen_at) VALUES (?, ?, ?)",
                arguments: [path, try JSON.line(problem), Timestamp.now()])
        }
    }

    /// Forgets the problems of these files and of all that lies in these folders: they are about to be looked at again.
    public func forgetProblems(under paths: [String]) throws {
        func below(_ column: String) -> String {
            "(\(column) = ?1 OR substr(\(column), 1, length(?1) + 1) = ?1 || '/')"
        }
        try write { db in
            for path in paths {
                for sql in [
                    "DELETE FROM walk_problem WHERE \(below("path"))",
                    """
                    DELETE FROM candidate WHERE \(below("path"))
                        AND path IN (SELECT key FROM task WHERE stage = 'probe' AND status = 'failed')
                    """,
                    "DELETE FROM task WHERE stage = 'probe' AND status = 'failed' AND \(below("key"))",
                ] {
                    try db.execute(sql: sql, arguments: [path])
                }
            }
        }
    }

    private static func clearProblem(_ path: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM walk_problem WHERE path = ?", arguments: [path])
    }

    /// Inputs that did not become a source, and why.
    public func ingestProblems() throws -> [(path: String, fault: Fault)] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT path, fault FROM ingest_problem ORDER BY path").map {
                ($0["path"], try JSON.decode(Fault.self, from: $0["fault"] as String))
            }
        }
    }

    /// Every source that is not withdrawn, with the name of its first file.
    public func sourceNames() throws -> [SourceID: String] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, (SELECT min(path) FROM file_path JOIN source_file USING (sha256)
                        WHERE source_id = source.id AND position = 0) AS path
                    FROM source WHERE id NOT IN (SELECT target FROM withdrawal)
                    """
            ).reduce(into: [:]) {
                $0[SourceID(rawValue: $1["id"])] = (($1["path"] ?? "") as NSString).lastPathComponent
            }
        }
    }

    /// Seconds a tick of a source in playback.
    public func timeBase(of id: SourceID, in profile: Profile) throws -> Rational {
        try timeBase(of: id, ordinalRate: profile.ordinalRate)
    }

    /// Seconds a tick of a source in playback.
    /// - Parameter ordinalRate: frames a second of sources without timestamps.
    public func timeBase(of id: SourceID, ordinalRate: Rational) throws -> Rational {
        try timeBases(of: [id])[id] ?? ordinalRate.reciprocal
    }

    /// Seconds a tick in playback, of all sources that have timestamps or of those named.
    public func timeBases(of sources: [SourceID]? = nil) throws -> [SourceID: Rational] {
        try rows("SELECT id, time_base_num, time_base_den FROM source WHERE time_base_num IS NOT NULL", "id", sources) {
            Rational($0["time_base_num"], $0["time_base_den"])
        }
    }

    /// A value for each row of a query that ends in a condition, by the source in `column`: of all, or of those named.
    private func rows<Value>(
        _ sql: String, _ column: String, _ sources: [SourceID]?, _ value: (Row) throws -> Value
    ) throws -> [SourceID: Value] {
        let wanted = try sources.map { try JSON.line($0) }
        let chosen = sources == nil ? "" : "AND \(column) IN (SELECT value FROM json_each(?))"
        return try read { db in
            try Row.fetchAll(db, sql: "\(sql) \(chosen)", arguments: wanted.map { [$0] } ?? []).reduce(into: [:]) {
                $0[SourceID(rawValue: $1[column])] = try value($1)
            }
        }
    }

    /// Sources of the same stream of the same files, seen in another way, that are not withdrawn.
    public func otherViews(of id: SourceID) throws -> [SourceID] { try read { try Self.otherViews(of: id, $0) } }

    static func otherViews(of id: SourceID, _ db: Database) throws -> [SourceID] {
        return try String.fetchAll(
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
        ).map { SourceID(rawValue: $0) }
    }

    /// Where a source lies, by `files(of:)`.
    public func location(of id: SourceID) throws -> SourceLocation {
        try read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM source WHERE id = ?", arguments: [id.rawValue])
            else {
                throw Fault(
                    .invalid, "there is no such source", at: id.rawValue,
                    advice: "See 'microcurate query \"SELECT id FROM source\"'.")
            }
            let paths = try Self.files(of: id, db).map(\.path)
            let numerator: Int64? = row["time_base_num"]
            let denominator: Int64? = row["time_base_den"]
            return SourceLocation(
                id: id, kind: MediaKind(rawValue: row["kind"]) ?? .video, paths: paths, stream: row["stream"],
                view: try JSON.decode(View.self, from: row["view"] as String),
                timing: Timing(rawValue: row["timing"]) ?? .pts,
                timeBase: numerator.flatMap { n in denominator.map { Rational(n, $0) } })
        }
    }

    public func provenance(of id: SourceID) throws -> Provenance { try provenances(of: [id])[id] ?? Provenance() }

    /// What is known of where sources come from; one of which nothing is known is left out.
    public func provenances(of sources: [SourceID]) throws -> [SourceID: Provenance] {
        try rows("SELECT * FROM provenance WHERE true", "source_id", sources) { row in
            var p = Provenance()
            p.title = row["title"]
            p.description = row["description"]
            p.channel = row["channel"]
            p.series = row["series"]
            p.url = row["url"]
            p.uploadDate = row["upload_date"]
            p.views = row["views"]
            p.likes = row["likes"]
            p.tags = try (row["tags"] as String?).map { try JSON.decode([String].self, from: $0) }
            p.licence = row["licence"]
            p.attribution = row["attribution"]
            p.level = row["level"]
            return p
        }
    }

    /// The subtitles of sources in order of their place; a source without any is left out.
    public func subtitles(of sources: [SourceID]) throws -> [SourceID: [SubtitleLine]] {
        let wanted = try JSON.line(sources)
        return try read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT * FROM subtitle WHERE source_id IN (SELECT value FROM json_each(?))
                    ORDER BY source_id, position
                    """, arguments: [wanted])
            var lines: [SourceID: [SubtitleLine]] = [:]
            while let row = try rows.next() {
                lines[SourceID(rawValue: row["source_id"]), default: []].append(
                    SubtitleLine(startSeconds: row["start_seconds"], endSeconds: row["end_seconds"], text: row["text"]))
            }
            return lines
        }
    }

    /// The probe of a source, as recorded.
    public func mediaDescription(of id: SourceID) throws -> MediaDescription? {
        try read { try String.fetchOne($0, sql: "SELECT probe FROM source WHERE id = ?", arguments: [id.rawValue]) }
            .map { try JSON.decode(MediaDescription.self, from: $0) }
    }

    /// Takes a source or clip out of all later releases.
    public func withdraw(_ target: String, reason: String) throws {
        try write { db in
            let known = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM clip WHERE id = ?1 UNION SELECT 1 FROM source WHERE id = ?1)",
                arguments: [target])
            guard known == true else {
                throw Fault(
                    .invalid, "there is no such source or clip", at: target,
                    advice: "Give the id that 'explain' or 'query' prints.")
            }
            try db.execute(
                sql: "INSERT OR REPLACE INTO withdrawal (target, reason, withdrawn_at) VALUES (?, ?, ?)",
                arguments: [target, reason, Timestamp.now()])
        }
    }
}
