import GRDB
public import Model

/// A clip that can go into a release, as the manifest knows it.
public struct ReleasableClip: Sendable {
    public var clip: ClipRecord
    public var state: ClipState
    public var caption: String
    /// Whether the caption is an expert's.
    public var captionByExpert: Bool
    public var level: String
    public var group: String
    public var timeBase: Rational?
    public var rendition: Rendition
}

/// A clip that a release leaves out, and why.
public struct WithheldClip: Codable, Hashable, Sendable {
    public var clipId: ClipID
    public var reason: String

    public init(clipId: ClipID, reason: String) {
        self.clipId = clipId
        self.reason = reason
    }
}

extension Manifest {
    /// The accepted clips, with `unreviewed` also the ready ones that nobody has decided on, ordered by id; and those
    /// of them that lack what a release needs, or that wait for another expert.
    public func releasable(
        unreviewed: Bool, profile: String, captionRequired: Bool
    ) throws -> (clips: [ReleasableClip], withheld: [WithheldClip]) {
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT clip.*, outcome.acceptance, outcome.caption AS expert, o.*,
                        source.time_base_num AS num, source.time_base_den AS den
                    FROM clip_overview AS o JOIN clip ON clip.id = o.clip_id JOIN source ON source.id = clip.source_id
                    LEFT JOIN outcome ON outcome.clip_id = clip.id
                    WHERE o.state IN (SELECT value FROM json_each(?)) ORDER BY clip.id
                    """, arguments: [try JSON.line(unreviewed ? ["accepted", "ready"] : ["accepted"])])
        }
        var clips: [ReleasableClip] = []
        var withheld: [WithheldClip] = []
        for row in rows {
            let clip = Self.clip(row)
            let caption: String = row["caption"] ?? ""
            if clip.acceptance == .open {
                withheld.append(WithheldClip(clipId: clip.id, reason: "undecided"))
                continue
            }
            guard let rendition = try rendition(of: clip.id, profile: profile) else {
                withheld.append(WithheldClip(clipId: clip.id, reason: "not_cut"))
                continue
            }
            if caption.isEmpty, captionRequired {
                withheld.append(WithheldClip(clipId: clip.id, reason: "no_caption"))
                continue
            }
            let numerator: Int64? = row["num"]
            clips.append(
                ReleasableClip(
                    clip: clip, state: ClipState(rawValue: row["state"]) ?? .ready, caption: caption,
                    captionByExpert: (row["expert"] as String?) != nil, level: row["level"] ?? "",
                    group: row["duplicate_group"] ?? "", timeBase: numerator.map { Rational($0, row["den"]) },
                    rendition: rendition))
        }
        return (clips, withheld)
    }

    /// Sources that must not part: for each duplicate group those of its members, for each file those that view it.
    public func tiedSources() throws -> [[SourceID]] {
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT group_id AS tie, source_id FROM duplicate JOIN clip ON clip.id = duplicate.clip_id
                    UNION SELECT sha256, source_id FROM source_file
                    ORDER BY tie, source_id
                    """)
        }
        return Dictionary(grouping: rows) { $0["tie"] as String }.filter { $0.value.count > 1 }.sorted {
            $0.key < $1.key
        }
        .map { $0.value.map { SourceID(rawValue: $0["source_id"]) } }
    }

    /// Throws a `Fault` where a release of this name was made from another state: a release never changes.
    public func checkRelease(_ name: String, state: Digest) throws {
        let known = try read {
            try String.fetchOne($0, sql: "SELECT state_sha256 FROM release WHERE name = ?", arguments: [name])
        }
        guard let known, known != state.hex else { return }
        throw Fault(
            .invalid, "a release of this name was made from another state", at: name,
            advice: "Raise the recipe's version, or give another --name.")
    }

    /// Records a finished release; one that is on record already stays as it is.
    public func record(
        release name: String, state: Digest, ledgerHead: String, directory: String,
        clips: [(clip: ClipID, split: String, rendition: Digest, caption: Digest)]
    ) throws {
        try write { db in
            guard try Bool.fetchOne(db, sql: "SELECT 1 FROM release WHERE name = ?", arguments: [name]) == nil else {
                return
            }
            try db.execute(
                sql: """
                    INSERT INTO release (name, state_sha256, ledger_head, directory, clips, released_at)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """, arguments: [name, state.hex, ledgerHead, directory, clips.count, Timestamp.now()])
            for row in clips {
                try db.execute(
                    sql: """
                        INSERT INTO release_clip (release, clip_id, split, rendition_sha256, caption_sha256)
                        VALUES (?, ?, ?, ?, ?)
                        """, arguments: [name, row.clip.rawValue, row.split, row.rendition.hex, row.caption.hex])
            }
        }
    }
}
