/// What version 3 of the schema adds: more kinds of decisions, people who sign in, and search in captions.
extension Schema {
    /// What keeps decisions append-only.
    static let decisionGuards = """
        CREATE TRIGGER decision_keep BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
        CREATE TRIGGER decision_stay BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
        CREATE TRIGGER decision_once BEFORE INSERT ON decision
        WHEN EXISTS (SELECT 1 FROM decision WHERE NEW.sequence = sequence OR NEW.id = id OR NEW.ledger_sha256 = ledger_sha256)
        BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
        """

    /// What makes experts' texts searchable.
    static let decisionWords = """
        CREATE TRIGGER decision_words AFTER INSERT ON decision WHEN NEW.document ->> '$.caption' IS NOT NULL
        BEGIN INSERT INTO caption_search (rowid, text) VALUES (-NEW.sequence, NEW.document ->> '$.caption'); END;
        """

    /// The table of decisions anew, as SQLite can't widen a CHECK.
    static let voices = """
        CREATE TABLE new_decision (
            -- Experts' decisions, append-only, each also a line of the ledger. `standing`: NULL for a voice.
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            clip_id TEXT NOT NULL REFERENCES clip,
            reviewer TEXT NOT NULL CHECK (reviewer <> ''),
            decision TEXT NOT NULL CHECK (decision IN ('accept', 'reject', 'unsure', 'undo', 'reopen', 'send_back')),
            standing TEXT CHECK (standing IS NULL OR standing IN ('settle', 'gold') AND decision IN ('accept', 'reject')),
            level TEXT,
            decided_at TEXT NOT NULL,
            supersedes TEXT,
            document TEXT NOT NULL CHECK (json_valid(document)),
            ledger_sha256 TEXT NOT NULL UNIQUE,
            CHECK (decision <> 'undo' OR supersedes IS NOT NULL)
        ) STRICT;
        INSERT INTO new_decision (sequence, id, clip_id, reviewer, decision, level, decided_at, supersedes, document,
            ledger_sha256)
        SELECT sequence, id, clip_id, reviewer, decision, level, decided_at, supersedes, document, ledger_sha256
        FROM decision;
        DROP TABLE decision;
        ALTER TABLE new_decision RENAME TO decision;
        CREATE INDEX decision_clip ON decision (clip_id);
        CREATE INDEX decision_reviewer ON decision (reviewer, sequence);
        CREATE INDEX decision_standing ON decision (standing) WHERE standing IS NOT NULL;
        \(decisionGuards)

        CREATE INDEX rendition_sha256 ON rendition (sha256);
        CREATE INDEX caption_newest ON caption (kind, clip_id, id);
        CREATE VIRTUAL TABLE caption_search USING fts5(
            -- Words of normalized captions (rowid: caption.id) and of experts' texts (rowid: -decision.sequence).
            text, content='', tokenize='unicode61 remove_diacritics 2');
        INSERT INTO caption_search (rowid, text) SELECT id, text FROM caption WHERE kind = 'normalized' AND text <> '';
        INSERT INTO caption_search (rowid, text)
        SELECT -sequence, document ->> '$.caption' FROM decision WHERE document ->> '$.caption' IS NOT NULL;
        CREATE TRIGGER caption_words AFTER INSERT ON caption WHEN NEW.kind = 'normalized' AND NEW.text <> ''
        BEGIN INSERT INTO caption_search (rowid, text) VALUES (NEW.id, NEW.text); END;
        \(decisionWords)
        """

    static let people = """
        CREATE TABLE person (
            -- Who may sign in to review, and as what.
            name TEXT PRIMARY KEY CHECK (name <> ''),
            role TEXT NOT NULL CHECK (role IN ('reviewer', 'curator')),
            added_at TEXT NOT NULL,
            barred_at TEXT
        ) STRICT;
        CREATE TABLE invitation (
            -- One-time sign-in links, by the hash of their token.
            token_sha256 TEXT PRIMARY KEY CHECK (length(token_sha256) = 64),
            person TEXT NOT NULL REFERENCES person,
            expires_at TEXT NOT NULL,
            used_at TEXT
        ) STRICT;
        CREATE TABLE session (
            -- Signed-in browsers, by the hash of their cookie.
            token_sha256 TEXT PRIMARY KEY CHECK (length(token_sha256) = 64),
            person TEXT NOT NULL REFERENCES person,
            started_at TEXT NOT NULL,
            expires_at TEXT NOT NULL,
            ended_at TEXT
        ) STRICT;
        CREATE TABLE not_duplicate (
            -- Pairs of which a curator said that they don't show the same footage.
            clip_id TEXT NOT NULL REFERENCES clip,
            other_id TEXT NOT NULL REFERENCES clip,
            said_by TEXT NOT NULL,
            said_at TEXT NOT NULL,
            PRIMARY KEY (clip_id, other_id),
            CHECK (clip_id < other_id)
        ) STRICT;
        """
}
