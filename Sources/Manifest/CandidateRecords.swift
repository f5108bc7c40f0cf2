import Files
import GRDB
public import Model

/// Files that `ingest` was told of and that may be a recording, with all that it was told about them.
public struct Candidate: Codable, Hashable, Sendable {
    public struct File: Codable, Hashable, Sendable {
        /// Absolute.
        public var path: String
        public var bytes: Int
        public var modifiedNanoseconds: Int

        /// Throws `Fault(.unreadable)` where there is no such file.
        public init(_ path: String) throws {
            let status = try FileStatus(path)
            self.path = path
            bytes = status.bytes
            modifiedNanoseconds = status.modifiedNanoseconds
        }
    }

    /// One file, or the files of one recording in order; never empty.
    public var files: [File]
    /// What lies beside the first of them and speaks of it.
    public var sidecars: [File]
    /// Whether a fault about it is worth the curator's attention: named by the curator, or named like media.
    public var isExpected: Bool
    /// Whether the files name each other as one recording, to be taken as they are.
    public var isSet: Bool
    public var notes: [String]
    /// What the curator says of all files of an ingest.
    public var declared: ViewDeclaration
    /// What the curator says of single files, by their paths: goes before what is said of all, and what sidecars say.
    public var told: [String: Told]
    /// The axes that the files' names tell, where nothing is declared.
    public var namedAxes: String?
    /// Of footage of which nothing more exact is known.
    public var licence: String?

    public struct Told: Codable, Hashable, Sendable {
        public var facts: Provenance
        public var declared: ViewDeclaration

        public init(facts: Provenance, declared: ViewDeclaration) {
            self.facts = facts
            self.declared = declared
        }
    }

    public init(
        files: [File], sidecars: [File], isExpected: Bool, isSet: Bool = false, notes: [String] = [],
        declared: ViewDeclaration, told: [String: Told], namedAxes: String? = nil, licence: String?
    ) {
        self.files = files
        self.sidecars = sidecars
        self.isExpected = isExpected
        self.isSet = isSet
        self.notes = notes
        self.declared = declared
        self.told = told
        self.namedAxes = namedAxes
        self.licence = licence
    }

    /// What the curator says of the first of its files of which there is something said.
    public var word: Told { paths.lazy.compactMap { told[$0] }.first ?? Told(facts: Provenance(), declared: declared) }

    /// That of its first file: its key.
    public var path: String { files[0].path }
    public var paths: [String] { files.map(\.path) }

    /// The same with all paths in `folder` relative to it: what is true on any machine.
    public func relative(to folder: String) -> Candidate {
        let head = Array((folder + "/").utf8)
        return renamed { path in
            path.utf8.starts(with: head) ? String(decoding: path.utf8.dropFirst(head.count), as: UTF8.self) : path
        }
    }

    /// The same with relative paths taken as of `folder`.
    public func absolute(in folder: String) -> Candidate { renamed { $0.hasPrefix("/") ? $0 : folder + "/" + $0 } }

    private func renamed(_ name: (String) -> String) -> Candidate {
        var candidate = self
        for index in files.indices { candidate.files[index].path = name(files[index].path) }
        for index in sidecars.indices { candidate.sidecars[index].path = name(sidecars[index].path) }
        candidate.told = told.reduce(into: [:]) { $0[name($1.key)] = $1.value }
        return candidate
    }
}

extension Transaction {
    /// Adds a candidate in place of the one with the same first file. One that is there already stays as it is.
    /// - Returns: the hash of all that is known of it.
    @discardableResult
    public func add(_ candidate: Candidate) throws -> Digest {
        let document = try JSON.line(candidate)
        let digest = Digest(of: document)
        let known = try String.fetchOne(
            db, sql: "SELECT sha256 FROM candidate WHERE path = ?", arguments: [candidate.path])
        if known == digest.hex { return digest }
        // Row numbers tell the order in which they came.
        try db.execute(sql: "DELETE FROM candidate WHERE path = ?", arguments: [candidate.path])
        try db.execute(
            sql: "INSERT INTO candidate (path, document, sha256, added_at) VALUES (?, ?, ?, ?)",
            arguments: [candidate.path, document, digest.hex, Timestamp.now()])
        return digest
    }

    /// The hash of all that is known of a candidate; nil where there is none of this first file.
    public func candidateDigest(at path: String) throws -> Digest? {
        try String.fetchOne(db, sql: "SELECT sha256 FROM candidate WHERE path = ?", arguments: [path])
            .flatMap(Digest.init(hex:))
    }

    /// nil where there is none of this first file.
    public func candidate(at path: String) throws -> Candidate? {
        try String.fetchOne(db, sql: "SELECT document FROM candidate WHERE path = ?", arguments: [path])
            .map { try JSON.decode(Candidate.self, from: $0) }
    }

    public func remove(candidateAt path: String) throws {
        try db.execute(sql: "DELETE FROM candidate WHERE path = ?", arguments: [path])
    }

    /// Takes over what is newly known about a source: a known value gives way only to another known one.
    public func learn(_ provenance: Provenance, _ subtitles: [SubtitleLine], of source: SourceID) throws {
        try Manifest.insert(provenance, of: source, db)
        if !subtitles.isEmpty { try Manifest.insert(subtitles, of: source, db) }
    }

    /// Notes which sources a candidate turned out to hold.
    public func note(sources: [SourceID], of candidate: Candidate) throws {
        try db.execute(
            sql: "UPDATE candidate SET sources = ? WHERE path = ?",
            arguments: [try JSON.line(sources.map(\.rawValue)), candidate.path])
    }

    /// Records a file under one more path.
    public func add(file sha256: Digest, bytes: Int, path: String, modifiedNanoseconds: Int) throws {
        let now = Timestamp.now()
        try db.execute(
            sql: "INSERT OR IGNORE INTO file (sha256, bytes, added_at) VALUES (?, ?, ?)",
            arguments: [sha256.hex, bytes, now])
        try db.execute(
            sql: """
                INSERT INTO file_path (path, sha256, modified_ns, seen_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, modified_ns = excluded.modified_ns
                WHERE sha256 <> excluded.sha256 OR modified_ns <> excluded.modified_ns
                """, arguments: [path, sha256.hex, modifiedNanoseconds, now])
    }

    /// Sources of the same stream of the same files, seen in another way, that are not withdrawn.
    public func otherViews(of id: SourceID) throws -> [SourceID] { try Manifest.otherViews(of: id, db) }
}

extension Manifest {
    /// Every candidate by its first file's path and the hash of all that is known of it, in the order in which they came.
    public func candidateDigests() throws -> [(path: String, sha256: Digest)] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT path, sha256 FROM candidate ORDER BY rowid").map { row in
                guard let digest = Digest(hex: row["sha256"]) else {
                    throw Fault(
                        .corrupt, "a candidate has no valid hash", at: row["path"], advice: "Ingest the file again.")
                }
                return (row["path"], digest)
            }
        }
    }

    /// Throws a `Fault` where there is no candidate of this first file.
    public func candidate(at path: String) throws -> Candidate {
        let document = try read {
            try String.fetchOne($0, sql: "SELECT document FROM candidate WHERE path = ?", arguments: [path])
        }
        guard let document else {
            throw Fault(.invalid, "it was not ingested", at: path, advice: "Run 'microcurate ingest' on it.")
        }
        return try JSON.decode(Candidate.self, from: document)
    }

    /// The sources that a candidate turned out to hold; nil where it was not looked at.
    public func sources(ofCandidateAt path: String) throws -> [SourceID]? {
        try read {
            try String.fetchOne($0, sql: "SELECT sources FROM candidate WHERE path = ?", arguments: [path])
        }.map { try JSON.decode([String].self, from: $0).map(SourceID.init(rawValue:)) }
    }
}

extension Manifest {
    /// Sources whose first file was seen under several paths: what is known of them may come from several candidates.
    public func sourcesSeenTwice() throws -> Set<SourceID> {
        try read { db in
            Set(
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT source_id FROM source_file WHERE position = 0
                            AND sha256 IN (SELECT sha256 FROM file_path GROUP BY sha256 HAVING count(*) > 1)
                        """
                ).map(SourceID.init(rawValue:)))
        }
    }

    /// Candidates that probe refused, and why.
    public func refusedCandidates() throws -> [(path: String, fault: Fault)] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT key, fault FROM task JOIN candidate ON path = key
                    WHERE stage = 'probe' AND status = 'failed' ORDER BY key
                    """
            ).map { ($0["key"], try JSON.decode(Fault.self, from: $0["fault"] as String)) }
        }
    }
}
