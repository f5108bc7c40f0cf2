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

extension Transaction {
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

extension Manifest {
    public func track(of source: SourceID) throws -> [TrackPartRecord] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM track WHERE source_id = ? ORDER BY part", arguments: [source.rawValue]
            )
            .map(Self.part)
        }
    }

    /// What scans met and passed over, in words, by the name of the source's first file.
    public func scanProblems() throws -> [String: [String]] {
        let names = try sourceNames()
        return try read { db in
            try Row.fetchAll(db, sql: "SELECT source_id, problems FROM scan WHERE problems <> '[]'").reduce(into: [:]) {
                guard let name = names[SourceID(rawValue: $1["source_id"])] else { return }
                $0[name, default: []] += try JSON.decode([String].self, from: $1["problems"] as String)
            }
        }
    }

    /// The tracks of all scanned sources.
    public func tracks() throws -> [SourceID: [TrackPartRecord]] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM track ORDER BY source_id, part").reduce(into: [:]) {
                $0[SourceID(rawValue: $1["source_id"]), default: []].append(try Self.part($1))
            }
        }
    }

    /// One part of the tracks of every scanned source.
    public func trackParts(named part: String) throws -> [SourceID: TrackPartRecord] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM track WHERE part = ?", arguments: [part])
                .reduce(into: [:]) { $0[SourceID(rawValue: $1["source_id"])] = try Self.part($1) }
        }
    }

    private static func part(_ row: Row) throws -> TrackPartRecord {
        guard let digest = Digest(hex: row["sha256"]) else {
            throw Fault(.corrupt, "a track has no valid hash", at: row["file"], advice: "Run 'microcurate doctor'.")
        }
        return TrackPartRecord(
            part: row["part"], version: row["version"], file: row["file"], sha256: digest, bytes: row["bytes"],
            maker: (row["maker"] as String?).flatMap(Digest.init(hex:)))
    }

    /// Of each scanned source: pixels of a picture, and bytes of its files a frame. Of two copies of one size, the less
    /// compressed one has more.
    public func scannedPictures() throws -> [SourceID: (pixels: Int, bytesPerFrame: Double)] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT source_id, width * height AS pixels, 1.0 * sum(bytes) / frames AS bytes_per_frame
                    FROM scan LEFT JOIN source_file USING (source_id) LEFT JOIN file USING (sha256) GROUP BY source_id
                    """
            ).reduce(into: [:]) { all, row in
                let rate: Double? = row["bytes_per_frame"]
                all[SourceID(rawValue: row["source_id"])] = (row["pixels"], rate ?? 0)
            }
        }
    }
}
