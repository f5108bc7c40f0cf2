import Foundation
import GRDB
public import Model

/// A clip that a release may hold, but for its texts.
public struct ReleaseCandidate: Sendable {
    public var id: ClipID
    public var source: SourceID
    /// Whether experts accepted it; else nobody has decided.
    public var isAccepted: Bool
    /// Whether an earlier release holds it.
    public var wasReleased: Bool
}

/// A clip that can go into a release, as the manifest knows it.
public struct ReleasableClip: Sendable {
    public var clip: ClipRecord
    public var caption: String
    /// Whether the caption is an expert's.
    public var captionByExpert: Bool
    public var level: String
    public var group: String
    public var rendition: Rendition
}

/// What the manifest keeps of a finished release, beyond its clips.
public struct ReleaseRecord: Sendable {
    public var name: String
    public var version: String
    public var seed: Int
    public var recipe: Digest
    /// Names of its layouts.
    public var formats: [String]
    public var datePublished: String
    public var state: Digest
    public var ledgerHead: String
    public var directory: String
    /// Of `checksums.sha256`.
    public var sha256: Digest

    public init(
        name: String, version: String, seed: Int, recipe: Digest, formats: [String], datePublished: String,
        state: Digest, ledgerHead: String, directory: String, sha256: Digest
    ) {
        self.name = name
        self.version = version
        self.seed = seed
        self.recipe = recipe
        self.formats = formats
        self.datePublished = datePublished
        self.state = state
        self.ledgerHead = ledgerHead
        self.directory = directory
        self.sha256 = sha256
    }
}

/// A clip as a release recorded it.
public struct ReleasedClip: Sendable {
    public var clip: ClipID
    public var split: String
    public var rendition: Digest
    public var caption: Digest

    public init(clip: ClipID, split: String, rendition: Digest, caption: Digest) {
        self.clip = clip
        self.split = split
        self.rendition = rendition
        self.caption = caption
    }
}

extension Manifest {
    /// The accepted clips, with `unreviewed` also the ready ones that nobody has decided on, ordered by id; and those
    /// of them that lack what a release needs, or that wait for another expert.
    public func releaseCandidates(
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
        let found = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT clip.*, outcome.acceptance, outcome.caption AS expert, o.caption AS carried, o.level,
                        o.duplicate_group, rendition.profile, rendition.sha256, rendition.file, rendition.bytes,
                        rendition.width, rendition.height, rendition.frames, rendition.frame_rate,
                        rendition.source_frames, rendition.um_per_pixel, rendition.time_lapse
                    FROM json_each(?) AS wanted JOIN clip ON clip.id = wanted.value
                    JOIN clip_overview AS o ON o.clip_id = clip.id
                    JOIN rendition ON rendition.clip_id = clip.id AND rendition.profile = ?
                    LEFT JOIN outcome ON outcome.clip_id = clip.id ORDER BY wanted.key
                    """, arguments: [try JSON.line(ids), profile])
        }
        return try found.map { row in
            ReleasableClip(
                clip: Self.clip(row), caption: row["carried"] ?? "", captionByExpert: row["expert"] as String? != nil,
                level: row["level"] ?? "", group: row["duplicate_group"] ?? "",
                rendition: try Self.rendition(row, of: ClipID(rawValue: row["id"])))
        }
    }

    /// Sources that must not part: for each duplicate group those of its members, for each file those that view it,
    /// for each series those that its uploader put into it.
    public func tiedSources() throws -> [[SourceID]] {
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    WITH tied AS (
                        SELECT group_id AS tie, source_id FROM duplicate JOIN clip ON clip.id = duplicate.clip_id
                        UNION SELECT sha256, source_id FROM source_file
                        UNION SELECT 'series ' || json_array(COALESCE(channel, attribution, ''), series), source_id
                            FROM provenance WHERE series <> '')
                    SELECT tie, source_id FROM tied
                    WHERE tie IN (SELECT tie FROM tied GROUP BY tie HAVING count(*) > 1) ORDER BY tie, source_id
                    """)
        }
        return Dictionary(grouping: rows) { $0["tie"] as String }.sorted { $0.key < $1.key }
            .map { $0.value.map { SourceID(rawValue: $0["source_id"]) } }
    }

    /// The members of every duplicate group.
    public func duplicateMembers() throws -> [[(clip: ClipID, source: SourceID)]] {
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT group_id, clip_id, source_id FROM duplicate JOIN clip ON clip.id = duplicate.clip_id
                    ORDER BY group_id, clip_id
                    """)
        }
        return Dictionary(grouping: rows) { $0["group_id"] as String }.sorted { $0.key < $1.key }.map {
            $0.value.map { (ClipID(rawValue: $0["clip_id"]), SourceID(rawValue: $0["source_id"])) }
        }
    }

    /// The split in which the newest release of this seed that holds a source has it.
    public func releasedSplits(seed: Int) throws -> [SourceID: String] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT clip.source_id, release_clip.split, max(release.rowid) FROM release_clip
                    JOIN release ON release.name = release_clip.release JOIN clip ON clip.id = release_clip.clip_id
                    WHERE COALESCE(release.seed, ?1) = ?1 GROUP BY clip.source_id
                    """, arguments: [seed]
            ).reduce(into: [:]) { $0[SourceID(rawValue: $1["source_id"])] = $1["split"] }
        }
    }

    public func releasedClips() throws -> Set<ClipID> {
        try read { Set(try String.fetchSet($0, sql: "SELECT DISTINCT clip_id FROM release_clip").map(ClipID.init)) }
    }

    /// Clips that an earlier release holds and that can't go out now, with the reason.
    public func lapsedClips(unreviewed: Bool) throws -> [WithheldClip] {
        let states = try Self.releasedStates(unreviewed: unreviewed)
        return try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT clip_id, state, COALESCE(reason, '') AS reason FROM clip_state
                    WHERE clip_id IN (SELECT clip_id FROM release_clip)
                        AND state NOT IN (SELECT value FROM json_each(?)) ORDER BY clip_id
                    """, arguments: [states]
            ).map { row in
                let state: String = row["state"]
                let reason = state == "ready" ? .undecided : WithheldClip.Reason(rawValue: state) ?? .dropped
                let detail: String = row["reason"]
                return WithheldClip(
                    clipId: ClipID(rawValue: row["clip_id"]), reason: reason,
                    detail: reason == .dropped
                        ? [state, detail].filter { !$0.isEmpty }.joined(separator: ": ") : detail
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

    /// Throws a `Fault` where another release of this name is on record: a release never changes.
    public func checkRelease(
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

    /// Records a finished release; one that is on record already stays as it is. Its `sha256` is entered last, after
    /// all clips, so that what a kill cut short is completed by the same export.
    public func record(_ release: ReleaseRecord, clips: [ReleasedClip]) throws {
        try write { db in
            try db.execute(
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
        for start in stride(from: 0, to: clips.count, by: Self.releasedAtOnce) {
            try write { db in
                let insert = try db.cachedStatement(
                    sql: """
                        INSERT INTO release_clip (release, clip_id, split, rendition_sha256, caption_sha256)
                        VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """)
                for clip in clips[start..<min(start + Self.releasedAtOnce, clips.count)] {
                    try insert.execute(arguments: [
                        release.name, clip.clip.rawValue, clip.split, clip.rendition.hex, clip.caption.hex,
                    ])
                }
            }
        }
        try write { db in
            try db.execute(
                sql: "UPDATE release SET sha256 = ? WHERE name = ? AND sha256 IS NULL",
                arguments: [release.sha256.hex, release.name])
        }
    }

    /// Clips recorded in one transaction, which keeps it short.
    private static let releasedAtOnce = 1000
}
