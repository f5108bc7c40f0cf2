/// What version 4 of the schema adds: what a release says of itself, ready clips of other datasets, and takedowns.
extension Schema {
    /// Columns are NULL in releases that an earlier version made.
    static let releaseFacts = """
        ALTER TABLE release ADD COLUMN version TEXT;
        ALTER TABLE release ADD COLUMN seed INTEGER;
        ALTER TABLE release ADD COLUMN recipe_sha256 TEXT CHECK (length(recipe_sha256) = 64);
        ALTER TABLE release ADD COLUMN formats TEXT CHECK (formats IS NULL OR json_valid(formats));
        ALTER TABLE release ADD COLUMN sha256 TEXT CHECK (length(sha256) = 64);
        ALTER TABLE release ADD COLUMN date_published TEXT;
        CREATE INDEX release_clip_clip ON release_clip (clip_id);
        """

    static let imports = """
        CREATE TABLE imported (
            -- Sources that came as ready clips of another dataset: each is proposed as one clip, whole.
            source_id TEXT PRIMARY KEY REFERENCES source,
            dataset TEXT NOT NULL CHECK (dataset <> ''),
            -- What the dataset calls it.
            item TEXT NOT NULL CHECK (item <> ''),
            caption TEXT CHECK (caption <> '')
        ) STRICT;
        """

    static let takedown = """
        CREATE TABLE purge (
            -- Files of the workspace that a takedown deletes, as an array of paths; finished_at is NULL until all are gone.
            target TEXT PRIMARY KEY REFERENCES withdrawal,
            files TEXT NOT NULL CHECK (json_valid(files)),
            started_at TEXT NOT NULL,
            finished_at TEXT
        ) STRICT;
        """

    static let releaseViews = """
        CREATE VIEW clip_release AS
        -- Which releases hold which clips, version 1.
        SELECT clip_id, release, split, rendition_sha256, caption_sha256 FROM release_clip;

        CREATE VIEW release_overview AS
        -- One row a release, version 1. `withdrawn`: how many of its clips were withdrawn since.
        SELECT release.name AS release, release.version, release.clips, held.train, held.validation, held.test,
            held.withdrawn, release.formats, release.directory, release.sha256, release.state_sha256,
            release.ledger_head, release.recipe_sha256, release.seed, release.date_published, release.released_at
        FROM release LEFT JOIN (
            SELECT release_clip.release, sum(split = 'train') AS train, sum(split = 'validation') AS validation,
                sum(split = 'test') AS test,
                sum(EXISTS (SELECT 1 FROM withdrawal WHERE target IN (clip.id, clip.source_id))) AS withdrawn
            FROM release_clip JOIN clip ON clip.id = release_clip.clip_id GROUP BY release_clip.release
        ) AS held ON held.release = release.name;
        """
}
