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
    /// The clips whose state is one of `states`, ordered by id, and those of them that lack what a release needs.
    public func releasable(
        states: Set<ClipState>, profile: String, captionRequired: Bool
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
                    """, arguments: [try JSON.line(states.map(\.rawValue).sorted())])
        }
        var clips: [ReleasableClip] = []
        var withheld: [WithheldClip] = []
        for row in rows {
            let clip = Self.clip(row)
            let caption: String = row["caption"] ?? ""
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

    /// For each duplicate group, the sources of its members.
    public func sourcesSharingDuplicates() throws -> [[SourceID]] {
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT group_id, source_id FROM duplicate JOIN clip ON clip.id = duplicate.clip_id
                    ORDER BY group_id, source_id
                    """)
        }
        return Dictionary(grouping: rows) { $0["group_id"] as String }.sorted { $0.key < $1.key }
            .map { $0.value.map { SourceID(rawValue: $0["source_id"]) } }
    }

    /// Records a finished release.
    public func record(
        release name: String, state: Digest, ledgerHead: String, directory: String,
        clips: [(clip: ClipID, split: String, rendition: Digest, caption: Digest)]
    ) throws {
        try write { db in
            try db.execute(sql: "DELETE FROM release_clip WHERE release = ?", arguments: [name])
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO release (name, state_sha256, ledger_head, directory, clips, released_at)
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
