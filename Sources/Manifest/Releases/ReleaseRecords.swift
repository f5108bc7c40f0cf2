import Foundation
import GRDB
public import Model

/// What may go into a release, and what went into those before.
public struct ReleaseRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var releases: ReleaseRecords<Self> { ReleaseRecords(reader: self) } }

extension ReleaseRecords {
    /// The accepted clips, with `unreviewed` also the ready ones that nobody has decided on, ordered by id; and those
    /// of them that lack what a release needs, or that wait for another expert.
    public func candidates(
        unreviewed: Bool, captionRequired: Bool
    ) throws -> (candidates: [ReleaseCandidate], withheld: [WithheldClip]) {
        let states = try Self.releasedStates(unreviewed: unreviewed)
        return try read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT o.clip_id, o.source_id, o.state, outcome.acceptance = 'open' AS undecided,
                        o.file IS NULL AS uncut, o.caption IS NULL AS silent,
                        EXISTS (SELECT 1 FROM release_clip WHERE clip_id = o.clip_id) AS released
                    FROM clip_overview AS o LEFT JOIN outcome ON outcome.clip_id = o.clip_id
                    WHERE o.state IN (SELECT value FROM json_each(?)) ORDER BY o.clip_id
                    """, arguments: [states])
            var candidates: [ReleaseCandidate] = []
            var withheld: [WithheldClip] = []
            var sources: [String: SourceID] = [:]
            while let row = try rows.next() {
                let id = ClipID(rawValue: row["clip_id"])
                let lack: WithheldClip.Reason? =
                    if row["undecided"] as Bool? == true || row["state"] as String == "disputed" {
                        .undecided
                    } else if row["uncut"] {
                        .notCut
                    } else if captionRequired, row["silent"] {
                        .noCaption
                    } else { nil }
                if let lack {
                    withheld.append(WithheldClip(clipId: id, reason: lack))
                    continue
                }
                let source: String = row["source_id"]
                let shared = sources[source] ?? SourceID(rawValue: source)
                sources[source] = shared
                candidates.append(
                    ReleaseCandidate(
                        id: id, source: shared, isAccepted: row["state"] as String == "accepted",
                        wasReleased: row["released"]))
            }
            return (candidates, withheld)
        }
    }

    /// JSON array of the states of clips that a release takes, or names as withheld for what they lack.
    private static func releasedStates(unreviewed: Bool) throws -> String {
        try JSON.line(["accepted", "disputed"] + (unreviewed ? ["ready"] : []))
    }

    /// What a release says of these clips, in their order. Each has a rendition in `profile`.
    public func releasable(_ ids: [ClipID], profile: String) throws -> [ReleasableClip] {
        try read { db in
            try ClipRecord.table.fetchAll(
                db,
                """
                SELECT clip.*, outcome.acceptance, outcome.caption AS expert, o.caption AS carried, o.level,
                    o.duplicate_group, rendition.clip_id, rendition.profile, rendition.sha256, rendition.file,
                    rendition.bytes, rendition.width, rendition.height, rendition.frames, rendition.frame_rate,
                    rendition.source_frames, rendition.um_per_pixel, rendition.time_lapse
                FROM json_each(?) AS wanted JOIN clip ON clip.id = wanted.value
                JOIN clip_overview AS o ON o.clip_id = clip.id
                JOIN rendition ON rendition.clip_id = clip.id AND rendition.profile = ?
                LEFT JOIN outcome ON outcome.clip_id = clip.id ORDER BY wanted.key
                """, [try JSON.line(ids), profile]
            ) { row in
                ReleasableClip(
                    clip: try ClipRecord(row), caption: try row["carried"] ?? "",
                    captionByExpert: try row["expert"] as String? != nil, level: try row["level"] ?? "",
                    group: try row["duplicate_group"] ?? "",
                    rendition: try Rendition(TableRow(table: Rendition.table, row: row.row)))
            }
        }
    }

    /// Sources that must not part: for each duplicate group those of its members, for each file those that view it,
    /// for each series those that its uploader put into it.
    public func tiedSources() throws -> [[SourceID]] {
        let rows = try read { db in
            try RecordTable("tied", key: "tie").fetchAll(
                db,
                """
                WITH tied AS (
                    SELECT group_id AS tie, source_id FROM duplicate JOIN clip ON clip.id = duplicate.clip_id
                    UNION SELECT sha256, source_id FROM source_file
                    UNION SELECT 'series ' || json_array(COALESCE(channel, attribution, ''), series), source_id
                        FROM provenance WHERE series <> '')
                SELECT tie, source_id FROM tied
                WHERE tie IN (SELECT tie FROM tied GROUP BY tie HAVING count(*) > 1) ORDER BY tie, source_id
                """
            ) { row in (tie: try row["tie"] as String, source: try row["source_id"] as SourceID) }
        }
        return Dictionary(grouping: rows, by: \.tie).sorted { $0.key < $1.key }.map { $0.value.map(\.source) }
    }

    /// The split in which the newest release of this seed that holds a source has it.
    public func splits(seed: Int) throws -> [SourceID: String] {
        try read { db in
            try Self.clip.fetchMap(
                db,
                """
                SELECT clip.source_id, release_clip.clip_id, release_clip.split, max(release.rowid) FROM release_clip
                JOIN release ON release.name = release_clip.release JOIN clip ON clip.id = release_clip.clip_id
                WHERE COALESCE(release.seed, ?1) = ?1 GROUP BY clip.source_id
                """, [seed]
            ) { (try $0["source_id"], try $0["split"]) }
        }
    }

    /// Every clip that a release holds.
    public func clips() throws -> Set<ClipID> {
        try read { Set(try String.fetchSet($0, sql: "SELECT DISTINCT clip_id FROM release_clip").map(ClipID.init)) }
    }

    /// Clips that an earlier release holds and that can't go out now, with the reason.
    public func lapsed(unreviewed: Bool) throws -> [WithheldClip] {
        let states = try Self.releasedStates(unreviewed: unreviewed)
        return try read { db in
            try RecordTable("clip_state", key: "clip_id").fetchAll(
                db,
                """
                SELECT clip_id, state, COALESCE(reason, '') AS reason FROM clip_state
                WHERE clip_id IN (SELECT clip_id FROM release_clip)
                    AND state NOT IN (SELECT value FROM json_each(?)) ORDER BY clip_id
                """, [states]
            ) { row in
                let state: ClipState = try row["state"]
                let reason =
                    state == .ready ? .undecided : WithheldClip.Reason(rawValue: state.rawValue) ?? .dropped
                let detail: String = try row["reason"]
                return WithheldClip(
                    clipId: try row["clip_id"], reason: reason,
                    detail: reason == .dropped
                        ? [state.rawValue, detail].filter { !$0.isEmpty }.joined(separator: ": ") : detail
                )
            }
        }
    }

    /// The day of the newest decision; before the first one, that of the newest source. nil without any.
    public func newestDay() throws -> String? {
        try read { db in
            try String.fetchOne(
                db,
                sql: """
                    SELECT substr(COALESCE((SELECT max(decided_at) FROM decision), (SELECT max(added_at) FROM source)),
                        1, 10)
                    """)
        }
    }

    /// The releases that hold a source's clips, or a clip, with how many, the oldest first. `directory` is where each
    /// was written.
    public func holding(_ target: String) throws -> [(name: String, directory: String, clips: Int)] {
        try read { db in
            try Self.table.fetchAll(
                db,
                """
                SELECT name, directory, count(*) AS n FROM clip
                JOIN release_clip ON clip_id = clip.id JOIN release ON release.name = release_clip.release
                WHERE clip.id = ?1 OR clip.source_id = ?1 GROUP BY name ORDER BY released_at, name
                """, [target]
            ) { (try $0["name"], try $0["directory"], try $0["n"]) }
        }
    }

    /// The releases on record, the oldest first.
    public func all() throws -> [ReleaseSummary] {
        try read { db in
            let splits = try Self.clip.fetchAll(
                db,
                """
                SELECT release, min(clip_id) AS clip_id, split, count(*) AS n FROM release_clip
                GROUP BY release, split ORDER BY split
                """
            ) { row in
                (
                    release: try row["release"] as String,
                    split: ReleaseSummary.Split(name: try row["split"], clips: try row["n"])
                )
            }
            let held = Dictionary(grouping: splits, by: \.release).mapValues { $0.map(\.split) }
            return try Self.table.fetchAll(
                db, "SELECT name, clips, state_sha256, released_at FROM release ORDER BY released_at, name"
            ) { row in
                let name: String = try row["name"]
                return ReleaseSummary(
                    name: name, clips: try row["clips"], splits: held[name] ?? [], state: try row["state_sha256"],
                    releasedAt: try row["released_at"])
            }
        }
    }

    private static var table: RecordTable { RecordTable("release", key: "name") }
    private static var clip: RecordTable { RecordTable("release_clip", key: "clip_id") }

    /// Throws a `Fault` where another release of this name is on record: a release never changes.
    public func check(
        _ name: String, version: String, recipe: Digest, formats: [String], datePublished: String, state: Digest
    ) throws {
        let formats = try JSON.line(formats)
        let known = try read {
            try Row.fetchOne(
                $0,
                sql: """
                    SELECT state_sha256, version, recipe_sha256, formats, date_published FROM release WHERE name = ?
                    """, arguments: [name])
        }
        guard let known else { return }
        // Releases from before these columns have NULL there.
        func differs(_ column: String, _ value: String) -> Bool {
            (known[column] as String?).map { $0 != value } ?? false
        }
        let other: String? =
            if differs("state_sha256", state.hex) {
                "from another state"
            } else if differs("version", version) {
                "with another version"
            } else if differs("recipe_sha256", recipe.hex) {
                "by another recipe"
            } else if differs("formats", formats) {
                "in other formats"
            } else if differs("date_published", datePublished) {
                "with another day"
            } else { nil }
        guard let other else { return }
        throw Fault(
            .invalid, "a release of this name was made \(other)", at: name,
            advice: "Raise the recipe's version, or give another --name.")
    }
}

extension ReleaseRecords where Reader == Manifest {
    /// Records a finished release; one that is on record already stays as it is. Its `sha256` is entered last, after
    /// all clips, so that what a kill cut short is completed by the same export.
    public func record(_ release: ReleaseRecord, clips: [ReleasedClip]) throws {
        try commit {
            try $0.db.execute(
                sql: """
                    INSERT INTO release (name, state_sha256, ledger_head, directory, clips, released_at, version, seed,
                        recipe_sha256, formats, date_published)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """,
                arguments: [
                    release.name, release.state.hex, release.ledgerHead, release.directory, clips.count,
                    Timestamp.now(), release.version, release.seed, release.recipe.hex,
                    try JSON.line(release.formats), release.datePublished,
                ])
        }
        // Some in one transaction, which keeps it short.
        for some in clips.chunks(of: 1000) {
            try commit { transaction in
                let insert = try transaction.db.cachedStatement(
                    sql: """
                        INSERT INTO release_clip (release, clip_id, split, rendition_sha256, caption_sha256)
                        VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """)
                for clip in some {
                    try insert.execute(arguments: [
                        release.name, clip.clip.rawValue, clip.split, clip.rendition.hex, clip.caption.hex,
                    ])
                }
            }
        }
        try commit {
            try $0.db.execute(
                sql: "UPDATE release SET sha256 = ? WHERE name = ? AND sha256 IS NULL",
                arguments: [release.sha256.hex, release.name])
        }
    }
}
