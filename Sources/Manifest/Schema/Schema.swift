import GRDB

/// The manifest's schema, one migration a released version. `schemas/manifest.sql` shows the result.
enum Schema {
    /// Stored as `PRAGMA user_version`; a manifest with a higher one is refused.
    static let version = 5

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { db in
            for sql in [files, work, clips, review, releases, views] { try db.execute(sql: sql) }
            try db.execute(sql: "PRAGMA user_version = 1; PRAGMA application_id = 0x4d435552;")
        }
        migrator.registerMigration("v2") { db in
            // What measured a part where that is not this program alone: the hash of a model.
            try db.execute(sql: "ALTER TABLE track ADD COLUMN maker TEXT CHECK (length(maker) = 64)")
            try db.execute(sql: "PRAGMA user_version = 2")
        }
        migrator.registerMigration("v3") { db in
            for sql in [voices, people] { try db.execute(sql: sql) }
            try db.execute(sql: "PRAGMA user_version = 3")
        }
        migrator.registerMigration("v4") { db in
            for sql in [releaseFacts, imports, takedown, releaseViews] { try db.execute(sql: sql) }
            try db.execute(sql: "PRAGMA user_version = 4")
        }
        migrator.registerMigration("v5") { db in
            // The hashes are in the frame track, part 'samples'; the times of their frames in part 'timing'.
            try db.execute(sql: "DROP TABLE picture_hash")
            for sql in [candidates, captionOrigins] { try db.execute(sql: sql) }
            try db.execute(sql: "PRAGMA user_version = 5")
        }
        return migrator
    }

    private static let files = """
        CREATE TABLE file (
            -- Bytes on disk, with every path that they were seen under.
            sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
            bytes INTEGER NOT NULL CHECK (bytes > 0),
            added_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE file_path (
            path TEXT PRIMARY KEY,
            sha256 TEXT NOT NULL REFERENCES file,
            modified_ns INTEGER NOT NULL,
            seen_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX file_path_sha256 ON file_path (sha256);

        CREATE TABLE source (
            -- One recording as it is to be seen. The id hashes files, stream and view.
            id TEXT PRIMARY KEY CHECK (id GLOB 'src-*'),
            kind TEXT NOT NULL CHECK (kind IN ('video', 'sequence', 'stack')),
            stream INTEGER NOT NULL,
            view TEXT NOT NULL CHECK (json_valid(view)),
            probe TEXT NOT NULL CHECK (json_valid(probe)),
            timing TEXT NOT NULL CHECK (timing IN ('pts', 'ordinal')),
            time_base_num INTEGER,
            time_base_den INTEGER,
            added_at TEXT NOT NULL,
            CHECK ((timing = 'pts') = (time_base_num IS NOT NULL)),
            CHECK ((time_base_num IS NULL) = (time_base_den IS NULL))
        ) STRICT;
        CREATE TABLE source_file (
            source_id TEXT NOT NULL REFERENCES source,
            position INTEGER NOT NULL CHECK (position >= 0),
            sha256 TEXT NOT NULL REFERENCES file,
            PRIMARY KEY (source_id, position)
        ) STRICT;
        CREATE INDEX source_file_sha256 ON source_file (sha256);

        CREATE TABLE provenance (
            -- What is known about where a source comes from. Unknown is NULL.
            source_id TEXT PRIMARY KEY REFERENCES source,
            title TEXT, description TEXT, channel TEXT, series TEXT, url TEXT, upload_date TEXT,
            views INTEGER, likes INTEGER, tags TEXT CHECK (tags IS NULL OR json_valid(tags)),
            licence TEXT, attribution TEXT, level TEXT
        ) STRICT;
        CREATE TABLE subtitle (
            source_id TEXT NOT NULL REFERENCES source,
            position INTEGER NOT NULL,
            start_seconds REAL NOT NULL,
            end_seconds REAL NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (source_id, position)
        ) STRICT;

        CREATE TABLE ingest_problem (
            -- Inputs that could not become a source, until they do.
            path TEXT PRIMARY KEY,
            fault TEXT NOT NULL CHECK (json_valid(fault)),
            seen_at TEXT NOT NULL
        ) STRICT;
        """

    private static let work = """
        CREATE TABLE task (
            -- What each stage made of each of its keys, and from which inputs.
            stage TEXT NOT NULL,
            key TEXT NOT NULL,
            fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 64),
            status TEXT NOT NULL CHECK (status IN ('done', 'failed')),
            output_sha256 TEXT,
            fault TEXT CHECK (fault IS NULL OR json_valid(fault)),
            finished_at TEXT NOT NULL,
            PRIMARY KEY (stage, key),
            CHECK ((status = 'failed') = (fault IS NOT NULL)),
            CHECK ((status = 'done') = (output_sha256 IS NOT NULL))
        ) STRICT;

        CREATE TABLE track (
            -- The frame track: one row a part, its bytes in a file of the workspace.
            source_id TEXT NOT NULL REFERENCES source,
            part TEXT NOT NULL,
            version INTEGER NOT NULL,
            file TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            PRIMARY KEY (source_id, part)
        ) STRICT;
        CREATE TABLE scan (
            source_id TEXT PRIMARY KEY REFERENCES source,
            frames INTEGER NOT NULL CHECK (frames > 0),
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            problems TEXT NOT NULL CHECK (json_valid(problems))
        ) STRICT;
        CREATE TABLE picture_hash (
            source_id TEXT NOT NULL REFERENCES source,
            frame INTEGER NOT NULL,
            pts INTEGER NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            quality INTEGER NOT NULL CHECK (quality BETWEEN 0 AND 100),
            PRIMARY KEY (source_id, frame)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE transition (
            source_id TEXT NOT NULL REFERENCES source,
            position INTEGER NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('cut', 'dissolve', 'fade', 'wipe')),
            start_frame INTEGER NOT NULL,
            end_frame INTEGER NOT NULL,
            score REAL NOT NULL,
            PRIMARY KEY (source_id, position),
            CHECK (start_frame <= end_frame AND (kind = 'cut') = (start_frame = end_frame))
        ) STRICT;
        CREATE TABLE shot (
            source_id TEXT NOT NULL REFERENCES source,
            position INTEGER NOT NULL,
            start_frame INTEGER NOT NULL,
            end_frame INTEGER NOT NULL,
            PRIMARY KEY (source_id, position),
            CHECK (start_frame < end_frame)
        ) STRICT;
        """

    private static let clips = """
        CREATE TABLE clip (
            -- A span of one source. `proposed`: whether the newest proposal holds it; a decided clip stays without.
            id TEXT PRIMARY KEY CHECK (id GLOB 'clip-*'),
            source_id TEXT NOT NULL REFERENCES source,
            start_pts INTEGER NOT NULL,
            end_pts INTEGER NOT NULL,
            start_frame INTEGER NOT NULL,
            end_frame INTEGER NOT NULL,
            proposed INTEGER NOT NULL CHECK (proposed IN (0, 1)),
            UNIQUE (source_id, start_pts, end_pts),
            CHECK (start_pts < end_pts AND start_frame < end_frame)
        ) STRICT;
        CREATE TABLE signal (
            clip_id TEXT NOT NULL REFERENCES clip,
            name TEXT NOT NULL,
            value REAL NOT NULL,
            PRIMARY KEY (clip_id, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE verdict (
            clip_id TEXT NOT NULL REFERENCES clip,
            position INTEGER NOT NULL,
            filter TEXT NOT NULL,
            answer TEXT NOT NULL CHECK (answer IN ('pass', 'fail', 'error')),
            value REAL,
            threshold REAL NOT NULL,
            PRIMARY KEY (clip_id, position),
            CHECK ((answer = 'error') = (value IS NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE duplicate (
            clip_id TEXT PRIMARY KEY REFERENCES clip,
            group_id TEXT NOT NULL,
            representative TEXT NOT NULL REFERENCES clip,
            distance REAL,
            offset_seconds REAL
        ) STRICT;
        CREATE INDEX duplicate_group ON duplicate (group_id);
        CREATE TABLE rendition (
            clip_id TEXT NOT NULL REFERENCES clip,
            profile TEXT NOT NULL,
            sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
            file TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            frames INTEGER NOT NULL CHECK (frames > 0),
            frame_rate TEXT,
            source_frames TEXT NOT NULL CHECK (json_valid(source_frames)),
            -- Frames that show the same source frame as the one before them.
            repeated_frames INTEGER NOT NULL CHECK (repeated_frames >= 0 AND repeated_frames < frames),
            -- Micrometres a pixel after scaling, and real seconds a played second; NULL where unknown.
            um_per_pixel REAL CHECK (um_per_pixel > 0),
            time_lapse REAL CHECK (time_lapse > 0),
            PRIMARY KEY (clip_id, profile)
        ) STRICT;
        """

    private static let review = """
        CREATE TABLE caption (
            -- Texts about a clip, append-only; the newest row of a kind counts.
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            clip_id TEXT NOT NULL REFERENCES clip,
            kind TEXT NOT NULL CHECK (kind IN ('raw', 'normalized')),
            text TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            origin TEXT NOT NULL,
            edits TEXT NOT NULL CHECK (json_valid(edits)),
            flags TEXT NOT NULL CHECK (json_valid(flags)),
            created_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX caption_clip ON caption (clip_id, kind, id);
        CREATE TRIGGER caption_keep BEFORE UPDATE ON caption BEGIN SELECT RAISE(ABORT, 'captions are append-only'); END;
        CREATE TRIGGER caption_stay BEFORE DELETE ON caption BEGIN SELECT RAISE(ABORT, 'captions are append-only'); END;
        -- A REPLACE deletes without asking the trigger above.
        CREATE TRIGGER caption_once BEFORE INSERT ON caption
        WHEN EXISTS (SELECT 1 FROM caption WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'captions are append-only'); END;

        CREATE TABLE decision (
            -- Experts' decisions, append-only, each also a line of the ledger.
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            clip_id TEXT NOT NULL REFERENCES clip,
            reviewer TEXT NOT NULL CHECK (reviewer <> ''),
            decision TEXT NOT NULL CHECK (decision IN ('accept', 'reject', 'unsure')),
            level TEXT,
            decided_at TEXT NOT NULL,
            supersedes TEXT,
            document TEXT NOT NULL CHECK (json_valid(document)),
            ledger_sha256 TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE INDEX decision_clip ON decision (clip_id);
        CREATE TRIGGER decision_keep BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
        CREATE TRIGGER decision_stay BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
        -- A REPLACE deletes without asking the trigger above.
        CREATE TRIGGER decision_once BEFORE INSERT ON decision
        WHEN EXISTS (SELECT 1 FROM decision WHERE NEW.sequence = sequence OR NEW.id = id OR NEW.ledger_sha256 = ledger_sha256)
        BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;

        CREATE TABLE waiting_decision (
            -- Entries of the ledger on sources that are not ingested, as after the loss of a manifest.
            sequence INTEGER PRIMARY KEY,
            source_id TEXT NOT NULL,
            entry TEXT NOT NULL CHECK (json_valid(entry))
        ) STRICT;

        CREATE TABLE outcome (
            -- What the decisions in force on a clip add up to.
            clip_id TEXT PRIMARY KEY REFERENCES clip,
            acceptance TEXT NOT NULL CHECK (acceptance IN ('open', 'accepted', 'declined', 'disputed')),
            level_state TEXT NOT NULL CHECK (level_state IN ('open', 'agreed', 'disputed')),
            level TEXT,
            caption_state TEXT NOT NULL CHECK (caption_state IN ('open', 'agreed', 'disputed')),
            caption TEXT
        ) STRICT;

        CREATE TABLE withdrawal (
            -- Sources and clips taken out of all later releases.
            target TEXT PRIMARY KEY,
            reason TEXT NOT NULL CHECK (reason <> ''),
            withdrawn_at TEXT NOT NULL
        ) STRICT;
        """

    private static let releases = """
        CREATE TABLE release (
            name TEXT PRIMARY KEY,
            state_sha256 TEXT NOT NULL,
            ledger_head TEXT NOT NULL,
            directory TEXT NOT NULL,
            clips INTEGER NOT NULL,
            released_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE release_clip (
            release TEXT NOT NULL REFERENCES release,
            clip_id TEXT NOT NULL REFERENCES clip,
            split TEXT NOT NULL,
            rendition_sha256 TEXT NOT NULL,
            caption_sha256 TEXT NOT NULL,
            PRIMARY KEY (release, clip_id)
        ) STRICT, WITHOUT ROWID;
        """

    private static let views = """
        CREATE VIEW clip_state AS
        -- Where each clip stands, and why; the order of the cases is the order of authority.
        SELECT clip.id AS clip_id,
            CASE
                WHEN gone.target IS NOT NULL THEN 'withdrawn'
                WHEN clip.proposed = 0 AND outcome.clip_id IS NULL THEN 'retired'
                WHEN outcome.acceptance = 'declined' THEN 'declined'
                WHEN duplicate.representative <> clip.id THEN 'duplicate'
                WHEN bad.filter IS NOT NULL AND outcome.clip_id IS NULL THEN 'rejected'
                WHEN failed.key IS NOT NULL THEN 'failed'
                WHEN outcome.acceptance = 'disputed' THEN 'disputed'
                WHEN outcome.acceptance = 'accepted' THEN 'accepted'
                WHEN cut.key IS NOT NULL AND captioned.key IS NOT NULL THEN 'ready'
                ELSE 'proposed'
            END AS state,
            CASE
                WHEN gone.target IS NOT NULL THEN gone.reason
                WHEN clip.proposed = 0 AND outcome.clip_id IS NULL THEN 'not_proposed'
                WHEN outcome.acceptance = 'declined' THEN 'experts'
                WHEN duplicate.representative <> clip.id THEN 'duplicate_of ' || duplicate.representative
                WHEN bad.filter IS NOT NULL AND outcome.clip_id IS NULL
                    THEN bad.filter || CASE bad.answer WHEN 'error' THEN '_unmeasured' ELSE '' END
                WHEN failed.key IS NOT NULL THEN failed.fault ->> '$.reason'
                WHEN outcome.acceptance IN ('accepted', 'disputed') THEN 'experts'
            END AS reason
        FROM clip
        LEFT JOIN withdrawal AS gone ON gone.target = clip.id
            OR gone.target = clip.source_id AND NOT EXISTS (SELECT 1 FROM withdrawal WHERE target = clip.id)
        LEFT JOIN outcome ON outcome.clip_id = clip.id
        LEFT JOIN duplicate ON duplicate.clip_id = clip.id
        LEFT JOIN task AS cut ON cut.stage = 'cut' AND cut.key = clip.id AND cut.status = 'done'
        LEFT JOIN task AS captioned
            ON captioned.stage = 'caption' AND captioned.key = clip.id AND captioned.status = 'done'
        LEFT JOIN task AS failed ON failed.rowid = (
            SELECT rowid FROM task
            WHERE stage IN ('cut', 'caption') AND key = clip.id AND status = 'failed' ORDER BY stage DESC LIMIT 1)
        LEFT JOIN verdict AS bad ON bad.clip_id = clip.id AND bad.position = (
            SELECT min(position) FROM verdict WHERE clip_id = clip.id AND answer <> 'pass');

        CREATE TABLE setting (
            -- What views and checks need to know: profile, ordinal_seconds, ledger_bytes, outcomes.
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT;
        CREATE VIEW clip_overview AS
        -- One row a clip, version 1. Files and sizes are of the recipe's main profile (`setting.profile`).
        SELECT clip.id AS clip_id, clip.source_id,
            (SELECT path FROM file_path JOIN source_file USING (sha256)
                WHERE source_file.source_id = clip.source_id AND position = 0
                ORDER BY path LIMIT 1) AS source_path,
            clip.start_pts, clip.end_pts,
            CASE WHEN source.timing = 'pts' THEN source.time_base_num || '/' || source.time_base_den END AS time_base,
            clip.start_frame, clip.end_frame,
            clip.start_pts * play.seconds AS start_seconds, clip.end_pts * play.seconds AS end_seconds,
            clip_state.state, clip_state.reason,
            COALESCE(outcome.level, provenance.level) AS level,
            COALESCE(outcome.caption, (SELECT NULLIF(text, '') FROM caption
                WHERE clip_id = clip.id AND kind = 'normalized' ORDER BY id DESC LIMIT 1)) AS caption,
            duplicate.group_id AS duplicate_group,
            rendition.profile, rendition.file, rendition.sha256, rendition.width, rendition.height, rendition.frames,
            rendition.frame_rate
        FROM clip
        JOIN source ON source.id = clip.source_id
        JOIN (SELECT id, COALESCE(1.0 * time_base_num / time_base_den,
                (SELECT CAST(value AS REAL) FROM setting WHERE key = 'ordinal_seconds')) AS seconds
            FROM source) AS play ON play.id = clip.source_id
        JOIN clip_state ON clip_state.clip_id = clip.id
        LEFT JOIN provenance ON provenance.source_id = clip.source_id
        LEFT JOIN outcome ON outcome.clip_id = clip.id
        LEFT JOIN duplicate ON duplicate.clip_id = clip.id
        LEFT JOIN rendition ON rendition.clip_id = clip.id
            AND rendition.profile = (SELECT value FROM setting WHERE key = 'profile');

        CREATE VIEW clip_scale AS
        -- Space and time of the clips' renditions in the recipe's main profile, version 1. Unknown is NULL.
        SELECT rendition.clip_id, rendition.profile, rendition.um_per_pixel,
            rendition.um_per_pixel * rendition.width AS width_um, rendition.um_per_pixel * rendition.height AS height_um,
            rendition.time_lapse, rendition.frames, rendition.repeated_frames
        FROM rendition WHERE rendition.profile = (SELECT value FROM setting WHERE key = 'profile');

        CREATE VIEW clip_overlap AS
        -- Clips of one source that share frames, each pair once a direction.
        SELECT a.id AS clip_id, b.id AS other_id,
            min(a.end_frame, b.end_frame) - max(a.start_frame, b.start_frame) AS shared_frames
        FROM clip AS a JOIN clip AS b ON a.source_id = b.source_id AND a.id <> b.id
            AND a.start_pts < b.end_pts AND b.start_pts < a.end_pts;
        """
}
