import GRDB
public import Model

extension Outcome: RowRecord {
    static let table = RecordTable("outcome", key: "clip_id")

    init(_ row: TableRow) throws {
        self.init(
            acceptance: try row["acceptance"], levelState: try row["level_state"], level: try row["level"],
            captionState: try row["caption_state"], caption: try row["caption"])
    }
}

extension DecisionRecords {
    /// The outcome on record; nil where nobody has decided.
    public func outcome(on clip: ClipID) throws -> Outcome? {
        try read { try Outcome.fetchOne($0, "SELECT * FROM outcome WHERE clip_id = ?", [clip.rawValue]) }
    }
}

extension DecisionRecords where Reader == Transaction {
    func updateOutcomes(of clips: Set<ClipID>, _ resolve: ([Decision]) -> Outcome?) throws {
        for clip in clips.sorted() {
            guard let outcome = resolve(try on(clip)) else {
                try db.execute(sql: "DELETE FROM outcome WHERE clip_id = ?", arguments: [clip.rawValue])
                continue
            }
            try db.execute(
                sql: """
                    INSERT INTO outcome (clip_id, acceptance, level_state, level, caption_state, caption)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (clip_id) DO UPDATE SET acceptance = excluded.acceptance,
                        level_state = excluded.level_state, level = excluded.level,
                        caption_state = excluded.caption_state, caption = excluded.caption
                    """,
                arguments: [
                    clip.rawValue, outcome.acceptance.rawValue, outcome.levelState.rawValue, outcome.level,
                    outcome.captionState.rawValue, outcome.caption,
                ])
        }
    }
}

extension DecisionRecords where Reader == Manifest {
    /// Resolves every decided clip anew where that was not yet done under `rule`, the hash of what `resolve` reads of
    /// the recipe; a change of the quorum and decisions recovered from the ledger both need it.
    public func refreshOutcomes(under rule: Digest, resolve: ([Decision]) -> Outcome?) throws {
        let current = try read { try String.fetchOne($0, sql: "SELECT value FROM setting WHERE key = 'outcomes'") }
        guard current != rule.hex else { return }
        let clips = try read { try String.fetchSet($0, sql: "SELECT DISTINCT clip_id FROM decision") }
        for batch in clips.sorted().chunks(of: 200) {
            try commit { try $0.decisions.updateOutcomes(of: Set(batch.map(ClipID.init)), resolve) }
        }
        try commit {
            try $0.db.execute(
                sql: "INSERT OR REPLACE INTO setting (key, value) VALUES ('outcomes', ?)", arguments: [rule.hex])
        }
    }
}
