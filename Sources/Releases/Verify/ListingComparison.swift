import Model

/// Where listings are made once more, to be held against the release's own files byte by byte.
final class ListingComparison: ListingPlace {
    private let examination: ReleaseExamination
    private let present: Set<String>
    private var files: [ComparedFile] = []
    /// The clip that the listings are being fed.
    var clip = ""

    init(_ examination: ReleaseExamination, present: Set<String>) {
        self.examination = examination
        self.present = present
    }

    func begin(_ path: String) throws -> any ByteSink {
        if !present.contains(path) { examination.note(.missing, path, "it is missing") }
        let file = ComparedFile(path, present.contains(path) ? examination.open(path) : nil, of: self)
        files.append(file)
        return file
    }

    fileprivate func differs(_ path: String) {
        examination.note(.mismatch, path, clip, "from this clip on it is not what \(ReleasePath.clips) says")
    }

    /// Reads what is left, and keeps the hashes.
    func finish() { for file in files { examination.close(file.path, file.end()) } }
}

/// A file of a release, and the bytes that it should hold as they come.
private final class ComparedFile: ByteSink {
    let path: String
    private let file: InputFile?
    private unowned let comparison: ListingComparison
    private var agrees = true

    init(_ path: String, _ file: InputFile?, of comparison: ListingComparison) {
        self.path = path
        self.file = file
        self.comparison = comparison
    }

    func write(_ block: ArraySlice<UInt8>) throws {
        guard agrees, let file else { return }
        agrees = try file.read(exactly: block.count)[...] == block
        if !agrees { comparison.differs(path) }
    }

    /// The hash of the whole file; nil where it can't be read.
    func end() -> Digest? {
        guard let file else { return nil }
        if agrees, file.offset != file.size {
            comparison.clip = ""
            comparison.differs(path)
        }
        return try? file.drain()
    }
}
