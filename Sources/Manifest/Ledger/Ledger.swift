import Files
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

        init(of source: SourceID, _ span: ClipSpan) {
            sourceId = source
            (startPts, endPts) = (span.ticks.start, span.ticks.end)
            (startFrame, endFrame) = (span.frames.start, span.frames.end)
        }
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
        (try? FileStatus(path))?.bytes ?? 0
    }

    private func read() throws -> (entries: [Entry], validBytes: Int) {
        guard let data = FileManager.default.contents(atPath: path) else { return ([], 0) }
        var entries: [Entry] = []
        var valid = 0
        for line in JSONLines(data, path: path).lines {
            guard line.isComplete else { break }
            let entry = try? line.decode(Entry.self)
            let previous = entries.last?.sha256 ?? Self.genesis
            guard let entry, try JSON.canonical(entry) == line.bytes, entry.sequence == entries.count + 1,
                entry.previous == previous,
                try Self.hash(entry.clip, entry.decision, entry.previous, entry.sequence) == entry.sha256
            else {
                throw Fault(
                    .corrupt, "line \(line.number) of the ledger doesn't continue its hash chain", at: path,
                    advice: "Restore the ledger from a copy; don't edit it by hand.")
            }
            entries.append(entry)
            valid += line.bytes.count + 1
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
    /// and that nobody was told of) must have been taken over or cut off first: see `decisions.recover`.
    func append(_ entries: [Entry]) throws {
        let lines = try JSONLines.bytes(of: entries)
        let file = try open()
        do { try file.append(lines) } catch { throw unwritten(error) }
    }

    /// Cuts off a torn last line.
    func trim() throws {
        guard FileNode.kind(at: path) != nil else { return }
        let (_, valid) = try read()
        let file = try open()
        do {
            guard try file.seekToEnd() > valid else { return }
            try file.truncate(to: valid)
            try file.sync()
        } catch {
            throw Fault(
                error, "the ledger can't be written", at: path, advice: "Check its permissions.", otherwise: .readOnly)
        }
    }

    private func open() throws -> Descriptor {
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let isNew = FileNode.kind(at: path) == nil
        do {
            let file = try Descriptor(path, .update)
            if isNew { try? Folder.sync(folder) }
            return file
        } catch {
            throw Fault(
                error, "the ledger can't be opened", at: path, advice: "Check the permissions of the workspace.",
                otherwise: .readOnly)
        }
    }

    private func unwritten(_ failure: Errno) -> Fault {
        Fault(
            failure, "a decision can't be written", at: path,
            advice: "It was not recorded. Free some space or mend the permissions, then decide again.",
            otherwise: .readOnly)
    }
}
