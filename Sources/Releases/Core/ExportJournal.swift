import Files
import Model

/// What a journal is about: equal heads make equal chunks.
struct JournalHead: Codable, Equatable {
    var layout = ReleaseDocument.layout
    /// Names of layouts.
    let formats: [String]
    let shardSamples: Int
    let shardBytes: Int
    /// `ReleaseDraft.state`.
    let state: Digest
}

private struct JournalEntry: Codable {
    let chunk: Chunk.Name
    let files: [ReleaseFile]
}

/// What a stopped export left in its staging directory, as far as its journal names it.
struct StoppedExport {
    /// nil where there is no journal.
    let head: JournalHead?
    /// Files of the complete chunks, by chunk.
    let chunks: [Chunk.Name: [ReleaseFile]]

    init(in directory: String) {
        let path = directory + "/" + ExportJournal.name
        let lines = (try? JSONLines(path: path))?.lines ?? []
        head = lines.first.flatMap { try? $0.decode(JournalHead.self) }
        var chunks: [Chunk.Name: [ReleaseFile]] = [:]
        // A line that a kill cut short is of a chunk that is written again.
        for entry in lines.dropFirst().compactMap({ try? $0.decode(JournalEntry.self) }) {
            let whole = entry.files.allSatisfy { file in
                let node = try? FileNode("\(directory)/\(file.path)", followingLinks: false)
                return node?.status.bytes == file.bytes
            }
            if whole { chunks[entry.chunk] = entry.files }
        }
        self.chunks = chunks
    }

    /// Relative paths of all files of complete chunks.
    var files: Set<String> { Set(chunks.values.joined().map(\.path)) }
}

/// The chunks of a release in the making that are complete, in a hidden file beside them: what `export --resume` goes
/// on from. A chunk is entered when its files are on disk.
final class ExportJournal: Sendable {
    static let name = ".journal"

    /// Files of the chunks that a stopped export completed.
    let completed: [Chunk.Name: [ReleaseFile]]
    private let descriptor: Descriptor
    private let path: String

    /// - Parameter stopped: its chunks count as entered.
    init(_ head: JournalHead, after stopped: StoppedExport?, in directory: String) throws {
        path = directory + "/" + Self.name
        completed = stopped?.chunks ?? [:]
        let path = path
        try? Folder.remove(path)
        descriptor = try Fault.ofRelease("cannot create the file", at: path) {
            try Descriptor(path, .create)
        }
        let entries = completed.sorted { $0.key < $1.key }.map { JournalEntry(chunk: $0.key, files: $0.value) }
        try append(try JSONLines.bytes(of: [head]) + JSONLines.bytes(of: entries))
    }

    func files(of chunk: Chunk) -> [ReleaseFile]? { completed[chunk.name] }

    /// Durable when it returns. Calls must not overlap.
    func enter(_ files: [ReleaseFile], of chunk: Chunk) throws {
        try append(JSONLines.bytes(of: [JournalEntry(chunk: chunk.name, files: files)]))
    }

    private func append(_ lines: [UInt8]) throws {
        try Fault.ofRelease("cannot write", at: path) { try descriptor.append(lines) }
    }
}
