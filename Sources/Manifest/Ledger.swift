import Foundation
public import Model

/// The decisions as a hash-chained file, one JSON object a line, each appended and fsynced before it counts.
///
/// A line is `{"clip", "decision", "previous", "sequence", "sha256"}`; `sha256` hashes the canonical JSON of the other
/// four, `previous` is the hash of the line before (64 zeros at the start). As a line says where its clip lies, the
/// manifest's decisions can be rebuilt from it, even those on clips that nobody would propose any more.
public struct Ledger: Sendable {
    /// Where a decided clip lies.
    public struct Place: Codable, Sendable, Hashable {
        public var sourceId: SourceID
        public var startPts: Int64
        public var endPts: Int64
        public var startFrame: Int
        public var endFrame: Int
    }

    public struct Entry: Codable, Sendable, Hashable {
        public var clip: Place
        public var decision: Decision
        public var previous: String
        public var sequence: Int
        public var sha256: String
    }

    public static let genesis = String(repeating: "0", count: 64)

    public let path: String

    /// Every entry, checked. A torn last line (a crash in mid-append: never acknowledged) is left out.
    ///
    /// Throws `Fault(.corrupt)` naming the first line whose hash, sequence or link is wrong.
    public func entries() throws -> [Entry] { try read().entries }

    /// Bytes on disk; 0 where there is none yet.
    func size() -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    private func read() throws -> (entries: [Entry], validBytes: Int) {
        guard let data = FileManager.default.contents(atPath: path) else { return ([], 0) }
        var entries: [Entry] = []
        var valid = 0
        for (number, line) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let complete = valid + line.count < data.count
            guard complete else { break }
            let entry = try? JSON.decode(Entry.self, from: Data(line))
            let previous = entries.last?.sha256 ?? Self.genesis
            guard let entry, try JSON.canonical(entry) == line, entry.sequence == entries.count + 1,
                entry.previous == previous,
                try Self.hash(entry.clip, entry.decision, entry.previous, entry.sequence) == entry.sha256
            else {
                throw Fault(
                    .corrupt, "line \(number + 1) of the ledger doesn't continue its hash chain", at: path,
                    advice: "Restore the ledger from a copy; don't edit it by hand.")
            }
            entries.append(entry)
            valid += line.count + 1
        }
        return (entries, valid)
    }

    private static func hash(
        _ clip: Place, _ decision: Decision, _ previous: String, _ sequence: Int
    ) throws -> String {
        struct Content: Encodable {
            let clip: Place
            let decision: Decision
            let previous: String
            let sequence: Int
        }
        return try Digest(ofJSON: Content(clip: clip, decision: decision, previous: previous, sequence: sequence)).hex
    }

    /// The entries that record decisions after the one with `sequence` and the hash `previous`.
    static func entries(
        of decisions: [(clip: Place, decision: Decision)], after sequence: Int, previous: String
    ) throws -> [Entry] {
        var previous = previous
        return try decisions.enumerated().map { index, item in
            let (clip, decision) = item
            let number = sequence + index + 1
            let hash = try hash(clip, decision, previous, number)
            defer { previous = hash }
            return Entry(clip: clip, decision: decision, previous: previous, sequence: number, sha256: hash)
        }
    }

    /// Appends entries; they are on disk when this returns.
    ///
    /// The caller holds the manifest's write lock. Bytes behind the last entry (of a transaction that never committed
    /// and that nobody was told of) must have been taken over or cut off first: see `Manifest.recoverLedger`.
    func append(_ entries: [Entry]) throws {
        let lines = try entries.map { try JSON.line($0) + "\n" }
        try withDescriptor { descriptor in
            let end = lseek(descriptor, 0, SEEK_END)
            do {
                try Self.write(Array(lines.joined().utf8), to: descriptor, path: path)
            } catch {
                ftruncate(descriptor, end)
                throw error
            }
        }
    }

    /// Cuts off a torn last line.
    func trim() throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let (_, valid) = try read()
        try withDescriptor { descriptor in
            if lseek(descriptor, 0, SEEK_END) > off_t(valid),
                ftruncate(descriptor, off_t(valid)) != 0 || fsync(descriptor) != 0
            {
                throw Fault(.readOnly, "the ledger can't be written", at: path, advice: "Check its permissions.")
            }
        }
    }

    private func withDescriptor(_ body: (Int32) throws -> Void) throws {
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let isNew = !FileManager.default.fileExists(atPath: path)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        if isNew { FileSystem.syncFolder(folder) }
        guard descriptor >= 0 else {
            throw Fault(
                .readOnly, "the ledger can't be opened (\(String(cString: strerror(errno))))", at: path,
                advice: "Check the permissions of the workspace.")
        }
        defer { close(descriptor) }
        try body(descriptor)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw fault(path) }
            offset += count
        }
        guard fsync(descriptor) == 0 else { throw fault(path) }
    }

    private static func fault(_ path: String) -> Fault {
        Fault(
            errno == ENOSPC ? .diskFull : .readOnly,
            "a decision can't be written (\(String(cString: strerror(errno))))",
            at: path, advice: "It was not recorded. Free some space or mend the permissions, then decide again.")
    }
}
