import GRDB
public import Model

/// The filters' answers about clips.
public struct VerdictRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var verdicts: VerdictRecords<Self> { VerdictRecords(reader: self) } }

/// A row of `verdict`, apart from its clip and position.
private struct VerdictRow: Equatable {
    var filter: String
    var answer: String
    var value: Double?
    var threshold: Double

    /// The columns from `column` on: filter, answer, value, threshold.
    init(_ row: Row, from column: Int) {
        filter = row[column]
        answer = row[column + 1]
        value = row[column + 2]
        threshold = row[column + 3]
    }

    init(_ verdict: Verdict) {
        filter = verdict.filter.name
        answer = verdict.answer.rawValue
        value = verdict.value
        threshold = verdict.threshold
    }

    /// - Throws: a `Fault` where this version knows no such filter or answer.
    func verdict(on clip: String) throws -> Verdict {
        guard let given = Verdict.Answer(rawValue: answer) else {
            throw Fault(
                .corrupt, "the filter '\(filter)' gave an unknown answer, '\(answer)'", at: clip,
                advice: Filters.otherVersion)
        }
        let known = try Filters.named(filter, on: clip)
        return Verdict(filter: known, answer: given, value: value, threshold: threshold)
    }
}

extension VerdictRecords {
    /// The filters' answers about a clip, in their order.
    ///
    /// - Throws: a `Fault` for an answer that this version doesn't know, as the other readers of verdicts do.
    public func on(_ clip: ClipID) throws -> [Verdict] { try on([clip])[clip] ?? [] }

    /// The filters' answers about each clip that has some.
    public func on(_ clips: [ClipID]) throws -> [ClipID: [Verdict]] {
        let wanted = try JSON.line(clips)
        var all: [ClipID: [Verdict]] = [:]
        try forEachClip(where: "clip_id IN (SELECT value FROM json_each(?))", [wanted]) { all[$0] = $1 }
        return all
    }

    /// The verdicts of all clips that have some.
    public func forEachClip(_ body: (ClipID, [Verdict]) -> Void) throws {
        try forEachClip(where: "TRUE", [], body)
    }

    private func forEachClip(
        where condition: String, _ arguments: StatementArguments, _ body: (ClipID, [Verdict]) -> Void
    ) throws {
        try read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT clip_id, filter, answer, value, threshold FROM verdict
                    WHERE \(condition) ORDER BY clip_id, position
                    """, arguments: arguments)
            var (clip, verdicts) = ("", [Verdict]())
            func give() { if !verdicts.isEmpty { body(ClipID(rawValue: clip), verdicts) } }
            while let row = try rows.next() {
                let id: String = row[0]
                if id != clip {
                    give()
                    (clip, verdicts) = (id, [])
                }
                verdicts.append(try VerdictRow(row, from: 1).verdict(on: id))
            }
            give()
        }
    }

    /// A threshold that each filter judged by: the lowest, where recipes differed.
    public func thresholds() throws -> [String: Double] {
        try read { db in
            try RecordTable("verdict", key: "filter").fetchMap(
                db, "SELECT filter, min(threshold) AS threshold FROM verdict GROUP BY filter"
            ) { (try $0["filter"], try $0["threshold"]) }
        }
    }
}

extension VerdictRecords where Reader == Transaction {
    /// The recorded rows of clips by position.
    private func rows(of clips: [ClipID]) throws -> [ClipID: [Int: VerdictRow]] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT clip_id, position, filter, answer, value, threshold
                FROM verdict WHERE clip_id IN (SELECT value FROM json_each(?))
                """, arguments: [try JSON.line(clips)])
        var all: [ClipID: [Int: VerdictRow]] = [:]
        while let row = try rows.next() {
            all[ClipID(rawValue: row[0]), default: [:]][row[1]] = VerdictRow(row, from: 2)
        }
        return all
    }

    /// Replaces the verdicts of some clips, writing only those that differ from the recorded ones, of any filter.
    public func record(_ verdicts: [(clip: ClipID, verdicts: [Verdict])]) throws {
        let known = try rows(of: verdicts.map(\.clip))
        let insert = try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO verdict (clip_id, position, filter, answer, value, threshold)
                VALUES (?, ?, ?, ?, ?, ?)
                """)
        for (clip, verdicts) in verdicts {
            let before = known[clip] ?? [:]
            if before.keys.contains(where: { $0 >= verdicts.count }) {
                try db.execute(
                    sql: "DELETE FROM verdict WHERE clip_id = ? AND position >= ?",
                    arguments: [clip.rawValue, verdicts.count])
            }
            for (position, row) in verdicts.lazy.map(VerdictRow.init).enumerated() where before[position] != row {
                try insert.execute(arguments: [
                    clip.rawValue, position, row.filter, row.answer, row.value, row.threshold,
                ])
            }
        }
    }
}
