import GRDB
public import Model

/// One part of a frame track, as a file of the workspace.
public struct TrackPartRecord: Codable, Hashable, Sendable {
    public var part: String
    public var version: Int
    /// Relative to the workspace.
    public var file: String
    public var sha256: Digest
    public var bytes: Int
    /// The model that measured it, where one did.
    public var maker: Digest?

    public init(part: String, version: Int, file: String, sha256: Digest, bytes: Int, maker: Digest? = nil) {
        self.part = part
        self.version = version
        self.file = file
        self.sha256 = sha256
        self.bytes = bytes
        self.maker = maker
    }
}

extension TrackPartRecord: RowRecord {
    static let table = RecordTable("track", key: "file")

    init(_ row: TableRow) throws {
        part = try row["part"]
        version = try row["version"]
        file = try row["file"]
        sha256 = try row["sha256"]
        bytes = try row["bytes"]
        maker = try row["maker"]
    }
}

/// What a scan leaves in the manifest.
public struct ScanRecord: Sendable {
    public var source: SourceID
    public var frames: Int
    public var width: Int
    public var height: Int
    public var parts: [TrackPartRecord]
    /// Damage that the decoder met and passed over, in words.
    public var problems: [String]

    public init(
        source: SourceID, frames: Int, width: Int, height: Int, parts: [TrackPartRecord], problems: [String]
    ) {
        self.source = source
        self.frames = frames
        self.width = width
        self.height = height
        self.parts = parts
        self.problems = problems
    }
}

/// Frame tracks, and what scans met.
public struct TrackRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var tracks: TrackRecords<Self> { TrackRecords(reader: self) } }

extension TrackRecords {
    /// The parts of a source's track.
    public func parts(of source: SourceID) throws -> [TrackPartRecord] {
        try read {
            try TrackPartRecord.fetchAll($0, "SELECT * FROM track WHERE source_id = ? ORDER BY part", [source.rawValue])
        }
    }

    /// One part of the tracks of every scanned source.
    public func parts(named part: String) throws -> [SourceID: TrackPartRecord] {
        try read { db in
            try TrackPartRecord.table.fetchMap(db, "SELECT * FROM track WHERE part = ?", [part]) {
                (try $0["source_id"], try TrackPartRecord($0))
            }
        }
    }

    /// The tracks of all scanned sources.
    public func all() throws -> [SourceID: [TrackPartRecord]] {
        let parts = try read { db in
            try TrackPartRecord.table.fetchAll(db, "SELECT * FROM track ORDER BY source_id, part") { row in
                (source: try row["source_id"] as SourceID, part: try TrackPartRecord(row))
            }
        }
        return Dictionary(grouping: parts, by: \.source).mapValues { $0.map(\.part) }
    }

    /// What scans met and passed over, in words, by the name of the source's first file.
    public func problems() throws -> [String: [String]] {
        let names = try reader.sources.names()
        let problems: [(source: SourceID, texts: [String])] = try read { db in
            try Self.scan.fetchAll(
                db, "SELECT source_id, problems FROM scan WHERE problems <> '[]' ORDER BY source_id"
            ) { (try $0["source_id"], try $0.document("problems")) }
        }
        return problems.reduce(into: [:]) { found, scan in
            if let name = names[scan.source] { found[name, default: []] += scan.texts }
        }
    }

    /// Of each scanned source: pixels of a picture, and bytes of its files a frame. Of two copies of one size, the less
    /// compressed one has more.
    public func pictures() throws -> [SourceID: (pixels: Int, bytesPerFrame: Double)] {
        try read { db in
            try Self.scan.fetchMap(
                db,
                """
                SELECT source_id, width * height AS pixels, total(bytes) / frames AS bytes_per_frame
                FROM scan LEFT JOIN source_file USING (source_id) LEFT JOIN file USING (sha256) GROUP BY source_id
                """
            ) { (try $0["source_id"], (try $0["pixels"], try $0["bytes_per_frame"])) }
        }
    }

    private static var scan: RecordTable { RecordTable("scan", key: "source_id") }
}

extension TrackRecords where Reader == Transaction {
    /// Records a whole scan in place of the one before.
    /// - Returns: the hash of the track, as `record(parts:of:)` gives it.
    public func record(_ scan: ScanRecord) throws -> Digest {
        let id = scan.source.rawValue
        try db.execute(
            sql: "INSERT OR REPLACE INTO scan (source_id, frames, width, height, problems) VALUES (?, ?, ?, ?, ?)",
            arguments: [id, scan.frames, scan.width, scan.height, try JSON.line(scan.problems)])
        try db.execute(sql: "DELETE FROM track WHERE source_id = ?", arguments: [id])
        return try record(parts: scan.parts, of: scan.source)
    }

    /// Records parts of a scanned source's track beside, or in place of, those that are there.
    /// - Returns: a hash of all parts as they then are, so that the stages behind see a new one.
    public func record(parts: [TrackPartRecord], of source: SourceID) throws -> Digest {
        for part in parts {
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO track (source_id, part, version, file, sha256, bytes, maker)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    source.rawValue, part.part, part.version, part.file, part.sha256.hex, part.bytes, part.maker?.hex,
                ])
        }
        let hashes = try String.fetchAll(
            db, sql: "SELECT sha256 FROM track WHERE source_id = ? ORDER BY part", arguments: [source.rawValue])
        return try Digest(ofJSON: hashes)
    }
}
