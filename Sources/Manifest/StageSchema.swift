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
        SELECT path, fault FROM walk_problem
        UNION SELECT key, fault FROM task
        WHERE stage = 'probe' AND status = 'failed' AND key IN (SELECT path FROM candidate);
        """

    /// The raw text of an imported clip was recorded as one of a caption file before.
    static let captionOrigins = """
        ALTER TABLE caption ADD COLUMN raw_id INTEGER REFERENCES caption;
        DROP TRIGGER caption_keep;
        UPDATE caption SET origin = 'import'
        WHERE kind = 'raw' AND origin = 'file' AND EXISTS (
            SELECT 1 FROM clip JOIN imported USING (source_id)
            WHERE clip.id = caption.clip_id AND imported.caption = caption.text);
        CREATE TRIGGER caption_keep BEFORE UPDATE ON caption BEGIN SELECT RAISE(ABORT, 'captions are append-only'); END;
        """
}
