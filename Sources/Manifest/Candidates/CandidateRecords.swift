import GRDB
public import Model

/// Files that may be a recording, and inputs that did not become one.
public struct CandidateRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var candidates: CandidateRecords<Self> { CandidateRecords(reader: self) } }

extension CandidateRecords {
    private static var table: RecordTable { RecordTable("candidate", key: "path") }

    /// Every candidate by its first file's path and the hash of all that is known of it, in the order in which they came.
    public func digests() throws -> [(path: String, sha256: Digest)] {
        try read { db in
            try Self.table.fetchAll(db, "SELECT path, sha256 FROM candidate ORDER BY rowid") {
                (try $0["path"], try $0["sha256"])
            }
        }
    }

    /// The hash of all that is known of a candidate; nil where there is none of this first file.
    public func digest(at path: String) throws -> Digest? {
        try read { db in
            try Self.table.fetchOne(db, "SELECT path, sha256 FROM candidate WHERE path = ?", [path]) {
                try $0["sha256"]
            }
        }
    }

    /// nil where there is none of this first file.
    public func candidate(at path: String) throws -> Candidate? {
        try read { db in
            try Self.table.fetchOne(db, "SELECT path, document FROM candidate WHERE path = ?", [path]) {
                try $0.document("document")
            }
        }
    }

    /// Throws a `Fault` where there is no candidate of this first file.
    public func ingested(at path: String) throws -> Candidate {
        guard let candidate = try candidate(at: path) else {
            throw Fault(.invalid, "it was not ingested", at: path, advice: "Run 'microcurate ingest' on it.")
        }
        return candidate
    }

    /// The candidates of these first files, as far as there are such.
    public func ingested(at paths: [String]) throws -> [String: Candidate] {
        let wanted = try JSON.line(paths)
        return try read { db in
            try Self.table.fetchMap(
                db, "SELECT path, document FROM candidate WHERE path IN (SELECT value FROM json_each(?))", [wanted]
            ) { (try $0["path"], try $0.document("document")) }
        }
    }

    /// The sources that candidates turned out to hold, by their first files; one that was not looked at is left out.
    public func sources(of paths: [String]) throws -> [String: [SourceID]] {
        let wanted = try JSON.line(paths)
        return try read { db in
            try Self.table.fetchMap(
                db,
                """
                SELECT path, sources FROM candidate
                WHERE sources IS NOT NULL AND path IN (SELECT value FROM json_each(?))
                """, [wanted]
            ) { (try $0["path"], try $0.document("sources")) }
        }
    }

    /// Candidates that probe refused, and why.
    public func refused() throws -> [(path: String, fault: Fault)] {
        try faults(
            """
            SELECT key AS path, fault FROM task JOIN candidate ON path = key
            WHERE stage = 'probe' AND status = 'failed' ORDER BY key
            """)
    }

    /// Inputs that did not become a source, and why.
    public func problems() throws -> [(path: String, fault: Fault)] {
        try faults("SELECT path, fault FROM ingest_problem ORDER BY path")
    }

    private func faults(_ sql: String) throws -> [(path: String, fault: Fault)] {
        try read { db in
            try RecordTable("ingest_problem", key: "path").fetchAll(db, sql) {
                (try $0["path"], try $0.document("fault"))
            }
        }
    }
}

extension CandidateRecords where Reader == Transaction {
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

    public func remove(at path: String) throws {
        try db.execute(sql: "DELETE FROM candidate WHERE path = ?", arguments: [path])
    }

    /// Notes which sources a candidate turned out to hold.
    public func note(sources: [SourceID], of candidate: Candidate) throws {
        try db.execute(
            sql: "UPDATE candidate SET sources = ? WHERE path = ?",
            arguments: [try JSON.line(sources.map(\.rawValue)), candidate.path])
    }

    /// Records why an input could not even be looked at.
    public func add(problem: Fault, path: String) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO walk_problem (path, fault, seen_at) VALUES (?, ?, ?)",
            arguments: [path, try JSON.line(problem), Timestamp.now()])
    }

    /// Forgets the problem of a path that holds a source.
    func forgetProblem(at path: String) throws {
        try db.execute(sql: "DELETE FROM walk_problem WHERE path = ?", arguments: [path])
    }

    /// Forgets the problems of these files and of all that lies in these folders: they are about to be looked at again.
    public func forgetProblems(under paths: [String]) throws {
        func below(_ column: String) -> String {
            "(\(column) = ?1 OR substr(\(column), 1, length(?1) + 1) = ?1 || '/')"
        }
        for path in paths {
            for sql in [
                "DELETE FROM walk_problem WHERE \(below("path"))",
                """
                DELETE FROM candidate WHERE \(below("path"))
                    AND path IN (SELECT key FROM task WHERE stage = 'probe' AND status = 'failed')
                """,
                "DELETE FROM task WHERE stage = 'probe' AND status = 'failed' AND \(below("key"))",
            ] {
                try db.execute(sql: sql, arguments: [path])
            }
        }
    }
}
