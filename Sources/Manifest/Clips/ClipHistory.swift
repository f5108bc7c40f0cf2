public import Model

extension ClipRecords where Reader == Manifest {
    /// Everything that is recorded about a clip, a table a subject, in the order in which it came to be.
    public func history(of clip: ClipID) throws -> [(name: String, table: SQLTable)] {
        try Self.sections.map { ($0.name, try reader.query($0.sql, [clip.rawValue])) }
    }

    /// `?1` is the clip's id.
    private static var sections: [(name: String, sql: String)] {
        [
            ("clip", "SELECT * FROM clip_overview WHERE clip_id = ?1"),
            ("scan", "SELECT frames, problems FROM scan JOIN clip USING (source_id) WHERE clip.id = ?1"),
            ("source", "SELECT provenance.* FROM provenance JOIN clip USING (source_id) WHERE clip.id = ?1"),
            ("signals", "SELECT name, value FROM signal WHERE clip_id = ?1 ORDER BY name"),
            ("verdicts", "SELECT filter, answer, value, threshold FROM verdict WHERE clip_id = ?1 ORDER BY position"),
            (
                "duplicates",
                """
                SELECT clip_id, representative, distance, offset_seconds FROM duplicate
                WHERE group_id = (SELECT group_id FROM duplicate WHERE clip_id = ?1) ORDER BY clip_id
                """
            ),
            (
                "overlaps",
                """
                SELECT other_id, shared_frames, state FROM clip_overlap
                JOIN clip_state ON clip_state.clip_id = other_id WHERE clip_overlap.clip_id = ?1 ORDER BY other_id
                """
            ),
            ("renditions", "SELECT profile, file, width, height, frames, frame_rate FROM rendition WHERE clip_id = ?1"),
            (
                "captions",
                "SELECT kind, origin, text, edits, flags, created_at FROM caption WHERE clip_id = ?1 ORDER BY id"
            ),
            (
                "decisions",
                """
                SELECT id, reviewer, decision, level, decided_at, document ->> '$.origin' AS origin FROM decision
                WHERE clip_id = ?1 ORDER BY sequence
                """
            ),
            (
                "outcome",
                "SELECT acceptance, level_state, level, caption_state, caption FROM outcome WHERE clip_id = ?1"
            ),
            ("tasks", "SELECT stage, status, fault, finished_at FROM task WHERE key = ?1 ORDER BY finished_at"),
            ("releases", "SELECT release, split FROM release_clip WHERE clip_id = ?1 ORDER BY release"),
        ]
    }
}
