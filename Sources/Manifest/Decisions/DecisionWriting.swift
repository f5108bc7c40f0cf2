import GRDB
public import Model

extension DecisionRecords where Reader == Transaction {
    /// Records decisions and the outcomes that follow from them.
    ///
    /// Known ids are passed over, so an import can be repeated. A decision on an unknown clip throws a `Fault` and
    /// records nothing. `resolve` turns all decisions on one clip into its outcome; nil: as if nobody had decided.
    /// - Parameter spans: clips that the decisions are on and that nobody proposed, as experts trimmed them.
    /// - Returns: how many were new.
    @discardableResult
    public func record(
        _ decisions: [Decision], on spans: [TrimmedSpan] = [], resolve: ([Decision]) -> Outcome?
    ) throws -> Int {
        let recovered = try recover()
        try insert(spans)
        let new = try unknown(among: decisions)
        if !new.isEmpty {
            let last = try lastEntry()
            let entries = try Ledger.entries(of: new, after: last.sequence, previous: last.sha256)
            // The manifest's rules are asked first: what it refuses never gets into the ledger.
            try insert(entries)
            try ledger.append(entries)
            try remember(size: ledger.size())
        }
        try updateOutcomes(of: recovered.union(new.map(\.decision.clipId)), resolve)
        return new.count
    }

    /// The decisions whose id is not recorded yet, each once, with where its clip lies. Throws a `Fault` for an unknown
    /// clip, and for an id that is recorded with other content.
    private func unknown(among decisions: [Decision]) throws -> [(clip: Ledger.Place, decision: Decision)] {
        let clips = try reader.clips.among(Array(Set(decisions.map(\.clipId))))
        var seen: Set<String> = []
        return try decisions.compactMap { decision in
            guard seen.insert(decision.id).inserted else { return nil }
            if let known = try recorded(decision.id) {
                guard known == (try JSON.line(decision)) else {
                    throw Fault(
                        .invalid, "decision \(decision.id) is recorded already, and says something else",
                        at: decision.clipId.rawValue,
                        advice: "Give the new one an id of its own, and name the old one in 'supersedes'.")
                }
                return nil
            }
            guard let clip = clips[decision.clipId] else {
                throw Fault(
                    .invalid, "there is a decision about a clip that this manifest doesn't hold",
                    at: decision.clipId.rawValue, advice: "Import it into the workspace that the clip comes from.")
            }
            return (Ledger.Place(of: clip.source, clip.span), decision)
        }
    }

    private func recorded(_ id: String) throws -> String? {
        try String.fetchOne(
            db,
            sql: """
                SELECT document FROM decision WHERE id = ?1
                UNION ALL SELECT entry -> '$.decision' FROM waiting_decision WHERE entry ->> '$.decision.id' = ?1
                """, arguments: [id])
    }

    func insert(_ entries: [Ledger.Entry]) throws {
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

    func insert(_ spans: [TrimmedSpan]) throws {
        for trimmed in spans {
            try reader.clips.insertUnproposed(trimmed.id, at: Ledger.Place(of: trimmed.source, trimmed.span))
            try db.execute(
                sql: """
                    INSERT INTO caption (clip_id, kind, text, sha256, origin, edits, flags, created_at)
                    SELECT ?2, kind, text, sha256, origin, edits, flags, ?3 FROM caption
                    WHERE id IN (SELECT max(id) FROM caption
                            WHERE clip_id = ?1 AND kind = 'raw' AND origin <> 'sidecar' GROUP BY origin)
                        AND NOT EXISTS (SELECT 1 FROM caption WHERE clip_id = ?2)
                    """, arguments: [trimmed.original.rawValue, trimmed.id.rawValue, Timestamp.now()])
        }
    }
}
