import Foundation
import GRDB
public import Model

extension ReleaseRecords {
    /// What was said about clips: the raw caption, the normalized one, the expert text that takes its place, then the
    /// decisions in force by time and id. Reviewers are numbered by their first line in the ledger.
    ///
    /// It depends on what was said and seen alone, on no clock and no order of work: equal decisions and captions give
    /// equal annotations in any workspace. Reads some hundred clips at a time; the result grows with `clips`.
    ///
    /// - Parameters:
    ///   - clips: a clip that the manifest doesn't hold has no annotations.
    ///   - numbers: of reviewers by name; nil asks `decisions.reviewerNumbers`, which looks at every decision.
    ///   - inForce: of all decisions on one clip those that count: each expert's voice, and the settlement.
    public func annotations(
        of clips: [ClipID], numbers: [String: Int]? = nil, inForce: ([Decision]) -> [Decision]
    ) throws -> [ClipID: [Annotation]] {
        let numbers = try numbers ?? reader.decisions.reviewerNumbers()
        return try clips.chunks(of: 500).reduce(into: [:]) { annotations, batch in
            let wanted = try JSON.line(Array(batch))
            let captions = try newestCaptions(of: wanted)
            let decisions = try reader.decisions.on(Array(batch))
            for clip in batch {
                let spoken = inForce(decisions[clip] ?? []).sorted { ($0.decidedAt, $0.id) < ($1.decidedAt, $1.id) }
                annotations[clip] =
                    (captions[clip]?.annotations(decisions: spoken, numbers: numbers) ?? [])
                    + spoken.map { $0.annotation(numbers: numbers) }
            }
        }
    }

    private func newestCaptions(of clips: String) throws -> [ClipID: ClipCaptions] {
        try read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT clip.id AS clip_id, clip.source_id, outcome.caption AS expert,
                        raw.text AS raw, raw.origin AS raw_origin, raw.sha256 AS raw_sha256,
                        normalized.text AS normalized, normalized.origin AS normalized_origin,
                        normalized.sha256 AS normalized_sha256
                    FROM json_each(?) JOIN clip ON clip.id = value
                    LEFT JOIN outcome ON outcome.clip_id = clip.id
                    LEFT JOIN caption AS raw ON raw.id = \(CaptionRecord.rawRow(of: "clip.id"))
                    LEFT JOIN caption AS normalized ON normalized.id = (
                        SELECT max(id) FROM caption WHERE clip_id = clip.id AND kind = 'normalized')
                    """, arguments: [clips])
            var captions: [ClipID: ClipCaptions] = [:]
            while let row = try rows.next() {
                func text(_ kind: String) -> ClipCaptions.Text? {
                    guard let text = row[kind] as String?, !text.isEmpty else { return nil }
                    return ClipCaptions.Text(text: text, origin: row[kind + "_origin"], sha256: row[kind + "_sha256"])
                }
                let clip = ClipID(rawValue: row["clip_id"])
                captions[clip] = ClipCaptions(
                    clip: clip, source: SourceID(rawValue: row["source_id"]), raw: text("raw"),
                    normalized: text("normalized"), expert: row["expert"])
            }
            return captions
        }
    }
}

/// The texts that a clip's caption in a release rests on.
private struct ClipCaptions {
    struct Text {
        let text: String
        let origin: String
        let sha256: String
    }

    let clip: ClipID
    let source: SourceID
    let raw: Text?
    let normalized: Text?
    /// That experts agreed on.
    let expert: String?

    func annotations(decisions: [Decision], numbers: [String: Int]) -> [Annotation] {
        var annotations: [Annotation] = []
        // Without a normal form, or an expert's text in its place, a release carries no caption.
        guard normalized != nil || expert != nil else { return [] }
        if let raw {
            // What came with an imported dataset stood in a file of it.
            annotations.append(
                caption(
                    "raw", raw.text, by: raw.origin == "import" ? "file" : raw.origin, generatedBy: "import",
                    from: raw.origin == "sidecar" ? source.rawValue : ""))
        }
        if let normalized {
            annotations.append(
                caption(
                    "normalized", normalized.text, by: "microcurate", generatedBy: normalized.origin,
                    from: annotations.last?.id ?? ""))
        }
        if let expert {
            // Outcomes leave out white space at the ends.
            let author = decisions.last {
                $0.decision == .accept && $0.caption?.trimmingCharacters(in: .whitespacesAndNewlines) == expert
            }
            let seen = author?.captionSha256.map { $0.hex == normalized?.sha256 } ?? false
            annotations.append(
                caption(
                    "expert", expert, by: author?.attribution(numbers) ?? "microcurate",
                    generatedBy: author?.activity ?? "review", from: seen ? annotations.last?.id ?? "" : "",
                    at: author?.decidedAt ?? ""))
        }
        return annotations
    }

    private func caption(
        _ kind: String, _ text: String, by agent: String, generatedBy activity: String, from origin: String,
        at moment: String = ""
    ) -> Annotation {
        let identity = [clip.rawValue, kind, activity, agent, origin, moment, text].joined(separator: "\u{0}")
        return Annotation(
            id: "caption-" + Digest(of: identity).hex.prefix(32), clipId: clip, kind: .caption, value: text,
            wasAttributedTo: agent, wasGeneratedBy: activity, wasDerivedFrom: origin, at: moment)
    }
}

extension Decision {
    fileprivate func attribution(_ numbers: [String: Int]) -> String { "reviewer-\(numbers[reviewer] ?? 0)" }

    fileprivate var activity: String { origin == nil ? "review" : "carry" }

    fileprivate func annotation(numbers: [String: Int]) -> Annotation {
        Annotation(
            id: id, clipId: clipId, kind: .decision, value: decision.rawValue, level: level ?? "", reasons: reasons,
            wasAttributedTo: attribution(numbers), wasGeneratedBy: activity,
            wasDerivedFrom: origin ?? renditionSha256?.hex ?? "", at: decidedAt)
    }
}
