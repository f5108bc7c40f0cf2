/// What version 5 of the schema adds: candidates for `probe`, and which raw text a normal form was made of.
extension Schema {
    static let candidates = """
        CREATE TABLE candidate (
            -- Files that ingest was told of and that may be a recording, by the first of them. `sources`: what they
            -- turned out to hold, NULL while nobody looked. Row numbers tell the order in which they came.
            path TEXT PRIMARY KEY,
            document TEXT NOT NULL CHECK (json_valid(document)),
            sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
            sources TEXT CHECK (sources IS NULL OR json_valid(sources)),
            added_at TEXT NOT NULL
        ) STRICT;
        ALTER TABLE ingest_problem RENAME TO walk_problem;
        CREATE VIEW ingest_problem AS
        -- Inputs that did not become a source, and why: those that could not be looked at, and those that probe refused.
        SELECT path, fault, seen_at FROM walk_problem
        UNION SELECT key, fault, finished_at FROM task
        WHERE stage = 'probe' AND status = 'failed' AND key IN (SELECT path FROM candidate);
        """

    /// The raw text of an imported clip was recorded as one of a caption file before.
    static let captionOrigins = """
        ALTER TABLE caption ADD COLUMN raw_id INTEGER REFERENCES caption;
        DROP TRIGGER caption_keep;
        -- Where the newest is the dataset's, so are those before it: each import added one.
        UPDATE caption SET origin = 'import'
        WHERE kind = 'raw' AND origin = 'file' AND clip_id IN (
            SELECT clip.id FROM clip JOIN imported USING (source_id)
            WHERE imported.caption = (
                SELECT text FROM caption AS newest WHERE newest.clip_id = clip.id AND kind = 'raw' AND origin = 'file'
                ORDER BY id DESC LIMIT 1));
        CREATE TRIGGER caption_keep BEFORE UPDATE ON caption BEGIN SELECT RAISE(ABORT, 'captions are append-only'); END;
        """
}
