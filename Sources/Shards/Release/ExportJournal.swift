import Foundation
import Model

/// What a journal is about: equal heads make equal chunks.
struct JournalHead: Codable, Equatable {
    var layout = ReleaseDocument.layout
    let formats: [ReleaseFormat]
    let shardSamples: Int
    let shardBytes: Int
    /// `ReleaseDraft.state`.
    let state: Digest
}

private struct JournalEntry: Codable {
    let chunk: String
    let files: [ReleaseFile]
}

/// What a stopped export left in its staging directory, as far as its journal names it.
struct StoppedExport {
    /// nil where there is no journal.
    let head: JournalHead?
    /// Files of the complete chunks, by chunk.
    let chunks: [String: [ReleaseFile]]

    init(in directory: String) {
        let path = directory + "/" + ExportJournal.name
        let lines = FileManager.default.contents(atPath: path)?.split(separator: UInt8(ascii: "\n")) ?? []
        head = lines.first.flatMap { try? JSON.decode(JournalHead.self, from: Data($0)) }
        var chunks: [String: [ReleaseFile]] = [:]
        // A line that a kill cut short is of a chunk that is written again.
        for entry in lines.dropFirst().compactMap({ try? JSON.decode(JournalEntry.self, from: Data($0)) }) {
            let whole = entry.files.allSatisfy { file in
                var status = stat()
                return lstat("\(directory)/\(file.path)", &status) == 0 && Int(status.st_size) == file.bytes
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
    let completed: [String: [ReleaseFile]]
    private let descriptor: Int32
    private let path: String

    /// - Parameter stopped: its chunks count as entered.
    init(_ head: JournalHead, after stopped: StoppedExport?, in directory: String) throws {
        path = directory + "/" + Self.name
        completed = stopped?.chunks ?? [:]
        unlink(path)
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw Fault.system(errno, "cannot create the file", at: path) }
        let entries = completed.sorted { $0.key < $1.key }.map { JournalEntry(chunk: $0.key, files: $0.value) }
        try append(try ([JSON.line(head)] + entries.map { try JSON.line($0) }).map { $0 + "\n" }.joined())
    }

    deinit { close(descriptor) }

    func files(of chunk: Chunk) -> [ReleaseFile]? { completed[WebDatasetWriter.path(chunk)] }

    /// Durable when it returns. Calls must not overlap.
    func enter(_ files: [ReleaseFile], of chunk: Chunk) throws {
        try append(try JSON.line(JournalEntry(chunk: WebDatasetWriter.path(chunk), files: files)) + "\n")
    }

    private func append(_ text: String) throws {
        let bytes = Array(text.utf8)
        let written = write(descriptor, bytes, bytes.count)
        if written != bytes.count || fdatasync(descriptor) != 0 {
            throw Fault.system(written < 0 ? errno : ENOSPC, "cannot write", at: path)
        }
    }
}
