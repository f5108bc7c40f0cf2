import Foundation
import GRDB
public import Model

extension Transaction {
    /// Records decisions and the outcomes that follow from them.
    ///
    /// Known ids are passed over, so an import can be repeated. A decision on an unknown clip throws a `Fault` and
    /// records nothing. `resolve` turns all decisions on one clip into its outcome; nil: as if nobody had decided.
    /// - Parameter spans: clips that the decisions are on and that nobody proposed, as experts trimmed them.
    /// - Returns: how many were new.
    @discardableResult
    public func decide(
        _ decisions: [Decision], on spans: [TrimmedSpan] = [], resolve: ([Decision]) -> Outcome?
    ) throws -> Int {
        let recovered = try Manifest.recover(ledger, db)
        try Manifest.insert(spans, db)
        let new = try Manifest.unknown(among: decisions, db)
        if !new.isEmpty {
            let last = try Manifest.lastEntry(db)
            let entries = try Ledger.entries(
                of: try new.map { (try Manifest.place(of: $0.clipId, db), $0) }, after: last.sequence,
                previous: last.sha256)
            // The manifest's rules are asked first: what it refuses never gets into the ledger.
            try Manifest.insert(entries, db)
            try ledger.append(entries)
            try Manifest.remember(size: ledger.size(), db)
        }
        try Manifest.updateOutcomes(of: recovered.union(new.map(\.clipId)), db, resolve)
        return new.count
    }
}

extension Manifest {
    /// Records decisions in a transaction of their own, durable in ledger and manifest when this returns; else as the
    /// transaction of that name.
    @discardableResult
    public func decide(
        _ decisions: [Decision], on spans: [TrimmedSpan] = [], resolve: ([Decision]) -> Outcome?
    ) throws -> Int {
        try commit { try $0.decide(decisions, on: spans, resolve: resolve) }
    }

    /// The decisions whose id is not recorded yet, each once. Throws a `Fault` for an unknown clip, and for an id that
    /// is recorded with other content.
    fileprivate static func unknown(among decisions: [Decision], _ db: Database) throws -> [Decision] {
        var seen: Set<String> = []
        return try decisions.filter { decision in
            guard seen.insert(decision.id).inserted else { return false }
            if let known = try recorded(decision.id, db) {
                guard known == (try JSON.line(decision)) else {
                    throw Fault(
                        .invalid, "decision \(decision.id) is recorded already, and says something else",
                        at: decision.clipId.rawValue,
                        advice: "Give the new one an id of its own, and name the old one in 'supersedes'.")
                }
                return false
            }
            _ = try place(of: decision.clipId, db)
            return true
        }
    }

    private static func recorded(_ id: String, _ db: Database) throws -> String? {
        try String.fetchOne(
            db,
            sql: """
                SELECT document FROM decision WHERE id = ?1
                UNION ALL SELECT entry -> '$.decision' FROM waiting_decision WHERE entry ->> '$.decision.id' = ?1
                """, arguments: [id])
    }

    fileprivate static func place(of clip: ClipID, _ db: Database) throws -> Ledger.Place {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM clip WHERE id = ?", arguments: [clip.rawValue]) else {
            throw Fault(
                .invalid, "there is a decision about a clip that this manifest doesn't hold", at: clip.rawValue,
                advice: "Import it into the workspace that the clip comes from.")
        }
        return Ledger.Place(
            sourceId: SourceID(rawValue: row["source_id"]), startPts: row["start_pts"], endPts: row["end_pts"],
            startFrame: row["start_frame"], endFrame: row["end_frame"])
    }

    static func insert(_ entries: [Ledger.Entry], _ db: Database) throws {
        for entry in entries {
            let decision = entry.decision
            try db.execute(
                sql: """
                    INSERT INTO decision (sequence, id, clip_id, reviewer, decision, standing, level, decided_at,
                        supersedes, document, ledger_sha256)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    entry.sequence, decision.id, decision.clipId.rawValue, decision.reviewer,
                    decision.decision.rawValue, decision.standing?.rawValue, decision.level, decision.decidedAt,
                    decision.supersedes, try JSON.line(decision), entry.sha256,
                ])
        }
    }

    fileprivate static func updateOutcomes(
        of clips: Set<ClipID>, _ db: Database, _ resolve: ([Decision]) -> Outcome?
    ) throws {
        for clip in clips.sorted() {
            guard let outcome = resolve(try decisions(db, on: clip)) else {
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

    /// Every decision, oldest first; on one clip where it is named.
    public func decisions(on clip: ClipID? = nil) throws -> [Decision] {
        try read { try Self.decisions($0, on: clip) }
    }

    private static func decisions(_ db: Database, on clip: ClipID?) throws -> [Decision] {
        let chosen = clip == nil ? "" : "WHERE clip_id = ?"
        return try String.fetchAll(
            db, sql: "SELECT document FROM decision \(chosen) ORDER BY sequence",
            arguments: clip.map { [$0.rawValue] } ?? []
        ).map { try JSON.decode(Decision.self, from: $0) }
    }

    /// The decisions on some clips, oldest first; a clip without any is left out.
    public func decisions(on clips: [ClipID]) throws -> [ClipID: [Decision]] {
        Dictionary(
            grouping: try documents(
                """
                SELECT document FROM decision WHERE clip_id IN (SELECT value FROM json_each(?)) ORDER BY sequence
                """, [try JSON.line(clips)]), by: \.clipId)
    }

    /// Resolves every decided clip anew where that was not yet done under `rule`, the hash of what `resolve` reads of
    /// the recipe; a change of the quorum and decisions recovered from the ledger both need it.
    public func refreshOutcomes(under rule: Digest, resolve: ([Decision]) -> Outcome?) throws {
        let current = try read { try String.fetchOne($0, sql: "SELECT value FROM setting WHERE key = 'outcomes'") }
        guard current != rule.hex else { return }
        let clips = try read { try String.fetchSet($0, sql: "SELECT DISTINCT clip_id FROM decision") }
        for batch in clips.sorted().chunks(of: 200) {
            try write { try Self.updateOutcomes(of: Set(batch.map(ClipID.init)), $0, resolve) }
        }
        try write {
            try $0.execute(
                sql: "INSERT OR REPLACE INTO setting (key, value) VALUES ('outcomes', ?)", arguments: [rule.hex])
        }
    }
}

extension Array {
    func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
