import GRDB
import Model

/// Ledger and manifest, kept together. The ledger is the truth: it is written first, and outlives the manifest.
extension DecisionRecords {
    /// The hash of the ledger's last line that the manifest holds.
    public func ledgerHead() throws -> String { try lastEntry().sha256 }

    func lastEntry() throws -> (sequence: Int, sha256: String) {
        let entry = try read { db in
            try Self.table.fetchOne(
                db,
                """
                SELECT sequence, ledger_sha256 FROM decision
                UNION ALL SELECT sequence, entry ->> '$.sha256' FROM waiting_decision ORDER BY sequence DESC LIMIT 1
                """, []
            ) { (try $0["sequence"] as Int, try $0["ledger_sha256"] as String) }
        }
        return entry ?? (0, Ledger.genesis)
    }

    /// Compares ledger and manifest; throws a `Fault` that names the first difference.
    /// - Returns: the number of decisions in both.
    public func verifyLedger() throws -> Int {
        let entries = try ledger.entries()
        let rows = try read {
            try Row.fetchAll(
                $0,
                sql: """
                    SELECT sequence, document, ledger_sha256 FROM decision
                    UNION ALL SELECT sequence, entry -> '$.decision', entry ->> '$.sha256' FROM waiting_decision
                    ORDER BY sequence
                    """)
        }
        guard entries.count == rows.count else {
            throw Fault(
                .mismatch, "the ledger holds \(entries.count) decisions, the manifest \(rows.count)", at: ledger.path,
                advice: "Restore whichever was replaced from a copy.")
        }
        for (entry, row) in zip(entries, rows) {
            guard entry.sha256 == row["ledger_sha256"], try JSON.line(entry.decision) == row["document"] else {
                throw Fault(
                    .mismatch, "decision \(entry.sequence) differs between ledger and manifest", at: ledger.path,
                    advice: "The ledger's hash chain is intact: the manifest was altered.")
            }
        }
        return entries.count
    }
}

extension DecisionRecords where Reader == Transaction {
    /// Takes over what the ledger holds more: after a crash between its fsync and the manifest's commit, or where the
    /// manifest is new. Decisions on sources that the manifest doesn't know wait until they are ingested.
    /// - Returns: the clips of the decisions that were taken over.
    func recover() throws -> Set<ClipID> {
        let size = ledger.size()
        guard try Int.fetchOne(db, sql: "SELECT value FROM setting WHERE key = 'ledger_bytes'") ?? 0 != size else {
            return []
        }
        let last = try lastEntry()
        try ledger.trim()
        let entries = try ledger.entries()
        guard entries.count >= last.sequence else {
            throw Fault(
                .mismatch, "the ledger holds \(entries.count) decisions, the manifest \(last.sequence)",
                at: ledger.path,
                advice: "Restore the ledger from a copy.")
        }
        guard last.sequence == 0 || entries[last.sequence - 1].sha256 == last.sha256 else {
            throw Fault(
                .mismatch, "decision \(last.sequence) differs between ledger and manifest", at: ledger.path,
                advice: "Ledger and manifest are of different workspaces; restore the ledger from a copy.")
        }
        let more = Array(entries.dropFirst(last.sequence))
        for entry in more {
            try db.execute(
                sql: "INSERT INTO waiting_decision (sequence, source_id, entry) VALUES (?, ?, ?)",
                arguments: [entry.sequence, entry.clip.sourceId.rawValue, try JSON.line(entry)])
        }
        let known = try Set(more.map(\.clip.sourceId)).filter { source in
            try Bool.fetchOne(db, sql: "SELECT 1 FROM source WHERE id = ?", arguments: [source.rawValue]) != nil
        }
        let taken = try known.sorted().reduce(into: Set<ClipID>()) { $0.formUnion(try takeOver(on: $1)) }
        try remember(size: ledger.size())
        return taken
    }

    /// Makes the waiting decisions on a source, which the manifest holds by now, decisions like all others.
    /// - Returns: their clips.
    func takeOver(on source: SourceID) throws -> Set<ClipID> {
        let entries: [Ledger.Entry] = try RecordTable("waiting_decision", key: "source_id").fetchAll(
            db, "SELECT source_id, entry FROM waiting_decision WHERE source_id = ? ORDER BY sequence",
            [source.rawValue]
        ) { try $0.document("entry") }
        guard !entries.isEmpty else { return [] }
        for entry in entries {
            try reader.clips.insertUnproposed(entry.decision.clipId, at: entry.clip)
        }
        try insert(entries)
        try db.execute(sql: "DELETE FROM waiting_decision WHERE source_id = ?", arguments: [source.rawValue])
        try db.execute(sql: "DELETE FROM setting WHERE key = 'outcomes'")
        return Set(entries.map(\.decision.clipId))
    }

    func remember(size: Int) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO setting (key, value) VALUES ('ledger_bytes', ?)", arguments: [String(size)])
    }

    /// Replaces the manifest's decisions by those of the ledger, whose hash chain must be whole, and puts back what
    /// guards them; outcomes are to be refreshed after it.
    /// - Returns: decisions restored, and those that wait for their source to be ingested.
    public func rebuild() throws -> (restored: Int, waiting: Int) {
        _ = try ledger.entries()
        try db.execute(
            sql: """
                DROP TRIGGER IF EXISTS decision_keep;
                DROP TRIGGER IF EXISTS decision_stay;
                DROP TRIGGER IF EXISTS decision_once;
                DROP TRIGGER IF EXISTS decision_words;
                DELETE FROM decision;
                DELETE FROM waiting_decision;
                DELETE FROM outcome;
                DELETE FROM setting WHERE key IN ('ledger_bytes', 'outcomes');
                INSERT INTO caption_search (caption_search) VALUES ('delete-all');
                INSERT INTO caption_search (rowid, text)
                SELECT id, text FROM caption WHERE kind = 'normalized' AND text <> '';
                \(Schema.decisionGuards)
                \(Schema.decisionWords)
                """)
        _ = try recover()
        func count(_ table: String) throws -> Int {
            try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
        }
        return (try count("decision"), try count("waiting_decision"))
    }
}
