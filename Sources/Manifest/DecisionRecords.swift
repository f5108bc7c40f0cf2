import Foundation
import GRDB
public import Model

extension Manifest {
    /// Records decisions, durable in ledger and manifest when this returns, and the outcomes that follow from them.
    ///
    /// Known ids are passed over, so an import can be repeated. A decision on an unknown clip throws a `Fault` and
    /// records nothing. `resolve` turns all decisions on one clip into its outcome.
    /// - Returns: how many were new.
    @discardableResult
    public func decide(_ decisions: [Decision], resolve: ([Decision]) -> Outcome) throws -> Int {
        try write { db in
            let recovered = try Self.recover(ledger, db)
            let new = try Self.unknown(among: decisions, db)
            if !new.isEmpty {
                let last = try Row.fetchOne(
                    db, sql: "SELECT sequence, ledger_sha256 FROM decision ORDER BY sequence DESC LIMIT 1")
                let entries = try Ledger.entries(
                    of: new, after: last?["sequence"] ?? 0, previous: last?["ledger_sha256"] ?? Ledger.genesis)
                // The manifest's rules are asked first: what it refuses never gets into the ledger.
                try Self.insert(entries, db)
                try ledger.append(entries)
                try Self.remember(size: ledger.size(), db)
            }
            try Self.updateOutcomes(of: recovered.union(new.map(\.clipId)), db, resolve)
            return new.count
        }
    }

    /// The decisions whose id is not recorded yet, each once. Throws a `Fault` for an unknown clip.
    private static func unknown(among decisions: [Decision], _ db: Database) throws -> [Decision] {
        var seen: Set<String> = []
        return try decisions.filter { decision in
            guard seen.insert(decision.id).inserted,
                try Bool.fetchOne(db, sql: "SELECT 1 FROM decision WHERE id = ?", arguments: [decision.id]) == nil
            else { return false }
            guard try exists(decision.clipId, db) else {
                throw Fault(
                    .invalid, "decision \(decision.id) is about a clip that this manifest doesn't hold",
                    at: decision.clipId.rawValue, advice: "Import it into the workspace that the clip comes from.")
            }
            return true
        }
    }

    private static func exists(_ clip: ClipID, _ db: Database) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT 1 FROM clip WHERE id = ?", arguments: [clip.rawValue]) != nil
    }

    private static func insert(_ entries: [Ledger.Entry], _ db: Database) throws {
        for entry in entries {
            let decision = entry.decision
            try db.execute(
                sql: """
                    INSERT INTO decision (sequence, id, clip_id, reviewer, decision, level, decided_at, supersedes,
                        document, ledger_sha256)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    entry.sequence, decision.id, decision.clipId.rawValue, decision.reviewer,
                    decision.decision.rawValue,
                    decision.level, decision.decidedAt, decision.supersedes, try JSON.line(decision), entry.sha256,
                ])
        }
    }

    private static func updateOutcomes(
        of clips: Set<ClipID>, _ db: Database, _ resolve: ([Decision]) -> Outcome
    ) throws {
        for clip in clips.sorted() {
            let outcome = resolve(try decisions(db, on: clip))
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
        try String.fetchAll(
            db, sql: "SELECT document FROM decision WHERE ? IS NULL OR clip_id = ? ORDER BY sequence",
            arguments: [clip?.rawValue, clip?.rawValue]
        ).map { try JSON.decode(Decision.self, from: $0) }
    }

    /// Resolves every decided clip anew where that was not yet done under `rule`, the hash of what `resolve` reads of
    /// the recipe; a change of the quorum and decisions recovered from the ledger both need it.
    public func refreshOutcomes(under rule: Digest, resolve: ([Decision]) -> Outcome) throws {
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

    public func outcome(of clip: ClipID) throws -> Outcome? {
        try read { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: "SELECT * FROM outcome WHERE clip_id = ?", arguments: [clip.rawValue])
            else { return nil }
            return Outcome(
                acceptance: Outcome.Acceptance(rawValue: row["acceptance"]) ?? .open,
                levelState: Outcome.Facet(rawValue: row["level_state"]) ?? .open, level: row["level"],
                captionState: Outcome.Facet(rawValue: row["caption_state"]) ?? .open, caption: row["caption"])
        }
    }

    /// The hash of the ledger's last line that the manifest holds.
    public func ledgerHead() throws -> String {
        try read { try String.fetchOne($0, sql: "SELECT ledger_sha256 FROM decision ORDER BY sequence DESC LIMIT 1") }
            ?? Ledger.genesis
    }

    /// Brings manifest and ledger together after a crash between the ledger's fsync and the manifest's commit: the
    /// ledger is the truth, what it holds more is taken over, and all outcomes become stale.
    func recoverLedger() throws {
        try write { _ = try Self.recover(ledger, $0) }
    }

    /// - Returns: the clips of the decisions that were taken over.
    private static func recover(_ ledger: Ledger, _ db: Database) throws -> Set<ClipID> {
        let size = ledger.size()
        guard try Int.fetchOne(db, sql: "SELECT value FROM setting WHERE key = 'ledger_bytes'") ?? 0 != size else {
            return []
        }
        let last = try Row.fetchOne(
            db, sql: "SELECT sequence, ledger_sha256 FROM decision ORDER BY sequence DESC LIMIT 1")
        let known: Int = last?["sequence"] ?? 0
        try ledger.trim()
        let entries = try ledger.entries()
        guard entries.count >= known else {
            throw Fault(
                .mismatch, "the ledger holds \(entries.count) decisions, the manifest \(known)", at: ledger.path,
                advice: "Restore the ledger from a copy.")
        }
        guard known == 0 || entries[known - 1].sha256 == last?["ledger_sha256"] else {
            throw Fault(
                .mismatch, "decision \(known) differs between ledger and manifest", at: ledger.path,
                advice: "Ledger and manifest are of different workspaces; restore the ledger from a copy.")
        }
        let more = Array(entries.dropFirst(known))
        for entry in more where try !exists(entry.decision.clipId, db) {
            throw Fault(
                .mismatch, "the ledger decides on \(entry.decision.clipId), which the manifest doesn't hold",
                at: ledger.path,
                advice: "Ledger and manifest are of different workspaces or ages; restore the manifest of this ledger.")
        }
        try insert(more, db)
        try db.execute(sql: "DELETE FROM setting WHERE key = 'outcomes'")
        try remember(size: ledger.size(), db)
        return Set(more.map(\.decision.clipId))
    }

    private static func remember(size: Int, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO setting (key, value) VALUES ('ledger_bytes', ?)", arguments: [String(size)])
    }

    /// Compares ledger and manifest; throws a `Fault` that names the first difference.
    /// - Returns: the number of decisions in both.
    public func verifyLedger() throws -> Int {
        let entries = try ledger.entries()
        let rows = try read {
            try Row.fetchAll($0, sql: "SELECT sequence, document, ledger_sha256 FROM decision ORDER BY sequence")
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

extension Array {
    func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
