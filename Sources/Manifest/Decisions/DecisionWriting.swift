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
            let entries = try Ledger.entries(
                of: try new.map { (try place(of: $0.clipId), $0) }, after: last.sequence, previous: last.sha256)
            // The manifest's rules are asked first: what it refuses never gets into the ledger.
            try insert(entries)
            try ledger.append(entries)
            try remember(size: ledger.size())
        }
        try updateOutcomes(of: recovered.union(new.map(\.clipId)), resolve)
        return new.count
    }

    /// The decisions whose id is not recorded yet, each once. Throws a `Fault` for an unknown clip, and for an id that
    /// is recorded with other content.
    private func unknown(among decisions: [Decision]) throws -> [Decision] {
        var seen: Set<String> = []
        return try decisions.filter { decision in
            guard seen.insert(decision.id).inserted else { return false }
            if let known = try recorded(decision.id) {
                guard known == (try JSON.line(decision)) else {
                    throw Fault(
                        .invalid, "decision \(decision.id) is recorded already, and says something else",
                        at: decision.clipId.rawValue,
                        advice: "Give the new one an id of its own, and name the old one in 'supersedes'.")
                }
                return false
            }
            _ = try place(of: decision.clipId)
            return true
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

    private func place(of clip: ClipID) throws -> Ledger.Place {
        guard let known = try reader.clips.among([clip])[clip] else {
            throw Fault(
                .invalid, "there is a decision about a clip that this manifest doesn't hold", at: clip.rawValue,
                advice: "Import it into the workspace that the clip comes from.")
        }
        return Ledger.Place(
            sourceId: known.source, startPts: known.span.ticks.start, endPts: known.span.ticks.end,
            startFrame: known.span.frames.start, endFrame: known.span.frames.end)
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
            let (ticks, frames) = (trimmed.span.ticks, trimmed.span.frames)
            try reader.clips.insertUnproposed(
                trimmed.id,
                at: Ledger.Place(
                    sourceId: trimmed.source, startPts: ticks.start, endPts: ticks.end, startFrame: frames.start,
                    endFrame: frames.end))
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
