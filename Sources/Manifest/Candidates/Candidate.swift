import Files
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
    public var told: [String: FileDeclaration]
    /// The axes that the files' names tell, where nothing is declared.
    public var namedAxes: String?
    /// Of footage of which nothing more exact is known.
    public var licence: String?

    public struct FileDeclaration: Codable, Hashable, Sendable {
        public var facts: Provenance
        public var declared: ViewDeclaration

        public init(facts: Provenance, declared: ViewDeclaration) {
            self.facts = facts
            self.declared = declared
        }
    }

    public init(
        files: [File], sidecars: [File], isExpected: Bool, isSet: Bool = false, notes: [String] = [],
        declared: ViewDeclaration, told: [String: FileDeclaration], namedAxes: String? = nil, licence: String?
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
    public var word: FileDeclaration {
        paths.lazy.compactMap { told[$0] }.first ?? FileDeclaration(facts: Provenance(), declared: declared)
    }

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
