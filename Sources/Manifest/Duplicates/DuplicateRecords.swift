import GRDB
public import Model

/// One row of the duplicate groups. Distance (Hamming, of 256) and offset are nil where spans overlap, not pictures.
public struct DuplicateRecord: Codable, Hashable, Sendable {
    public var clip: ClipID
    public var group: String
    public var representative: ClipID
    public var distance: Double?
    public var offsetSeconds: Double?

    public init(clip: ClipID, group: String, representative: ClipID, distance: Double?, offsetSeconds: Double?) {
        self.clip = clip
        self.group = group
        self.representative = representative
        self.distance = distance
        self.offsetSeconds = offsetSeconds
    }
}

extension DuplicateRecord: RowRecord {
    static let table = RecordTable("duplicate", key: "clip_id")

    init(_ row: TableRow) throws {
        clip = try row["clip_id"]
        group = try row["group_id"]
        representative = try row["representative"]
        distance = try row["distance"]
        offsetSeconds = try row["offset_seconds"]
    }
}

/// Two clips that a curator keeps apart.
public struct SeparatedPair: Codable, Hashable, Sendable {
    public var clipId: ClipID
    public var otherId: ClipID
    public var saidBy: String
    public var saidAt: String
}

extension SeparatedPair: RowRecord {
    static let table = RecordTable("not_duplicate", key: "clip_id")

    init(_ row: TableRow) throws {
        clipId = try row["clip_id"]
        otherId = try row["other_id"]
        saidBy = try row["said_by"]
        saidAt = try row["said_at"]
    }
}

/// Groups of clips that show the same footage, and the pairs that curators keep apart.
public struct DuplicateRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var duplicates: DuplicateRecords<Self> { DuplicateRecords(reader: self) } }

extension DuplicateRecords {
    /// The duplicate groups from `offset` on, each with its representative first, in order of their names.
    public func groups(offset: Int, limit: Int) throws -> [[DuplicateRecord]] {
        try groups(
            "group_id IN (SELECT DISTINCT group_id FROM duplicate ORDER BY group_id LIMIT ? OFFSET ?)", [limit, offset])
    }

    /// The members of a clip's duplicate group, its representative first; empty where it has none.
    public func group(of clip: ClipID) throws -> [DuplicateRecord] {
        try groups(
            "group_id = (SELECT group_id FROM duplicate WHERE clip_id = ?)", [clip.rawValue]
        ).first ?? []
    }

    public func groupCount() throws -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT count(DISTINCT group_id) FROM duplicate") ?? 0 }
    }

    /// The groups of two or more, each with its representative first, in order of their names.
    public func shared() throws -> [[DuplicateRecord]] {
        try groups("group_id IN (SELECT group_id FROM duplicate GROUP BY group_id HAVING count(*) > 1)", [])
    }

    private func groups(_ condition: String, _ arguments: StatementArguments) throws -> [[DuplicateRecord]] {
        let rows = try read { db in
            try DuplicateRecord.fetchAll(
                db,
                """
                SELECT * FROM duplicate WHERE \(condition)
                ORDER BY group_id, clip_id <> representative, clip_id
                """, arguments)
        }
        return rows.reduce(into: []) { groups, row in
            if groups.last?[0].group == row.group {
                groups[groups.count - 1].append(row)
            } else {
                groups.append([row])
            }
        }
    }

    /// The members of every duplicate group.
    public func members() throws -> [[(clip: ClipID, source: SourceID)]] {
        let rows = try read { db in
            try DuplicateRecord.table.fetchAll(
                db,
                """
                SELECT group_id, clip_id, source_id FROM duplicate JOIN clip ON clip.id = duplicate.clip_id
                ORDER BY group_id, clip_id
                """
            ) { row in
                (
                    group: try row["group_id"] as String, clip: try row["clip_id"] as ClipID,
                    source: try row["source_id"] as SourceID
                )
            }
        }
        return Dictionary(grouping: rows, by: \.group).sorted { $0.key < $1.key }
            .map { $0.value.map { ($0.clip, $0.source) } }
    }

    /// The pairs kept apart, the smaller id first, in order.
    public func separated() throws -> [[ClipID]] {
        try separatedPairs().map { [$0.clipId, $0.otherId] }.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
    }

    /// The pairs that curators keep apart, the newest first.
    public func separatedPairs() throws -> [SeparatedPair] {
        try read {
            try SeparatedPair.fetchAll($0, "SELECT * FROM not_duplicate ORDER BY said_at DESC, clip_id, other_id")
        }
    }
}

extension DuplicateRecords where Reader == Transaction {
    /// Replaces all duplicate groups at once.
    public func record(_ duplicates: [DuplicateRecord]) throws {
        try db.execute(sql: "DELETE FROM duplicate")
        for row in duplicates {
            try db.execute(
                sql: """
                    INSERT INTO duplicate (clip_id, group_id, representative, distance, offset_seconds)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    row.clip.rawValue, row.group, row.representative.rawValue, row.distance, row.offsetSeconds,
                ])
        }
    }

    /// Remembers that two clips don't show the same footage; `dedup` keeps them apart from then on.
    public func separate(_ a: ClipID, _ b: ClipID, by curator: String) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO not_duplicate (clip_id, other_id, said_by, said_at) VALUES (?, ?, ?, ?)",
            arguments: [min(a, b).rawValue, max(a, b).rawValue, curator, Timestamp.now()])
    }

    /// Forgets that two clips were kept apart.
    public func unite(_ a: ClipID, _ b: ClipID) throws {
        try db.execute(
            sql: "DELETE FROM not_duplicate WHERE clip_id = ? AND other_id = ?",
            arguments: [min(a, b).rawValue, max(a, b).rawValue])
    }
}
