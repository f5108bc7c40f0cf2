package import Analysis
package import Manifest
package import Model
package import Pipeline
import Shots

// A frame track in files, one a part, named by hash.

extension WorkspaceFolder {
    /// The files of a track, for a bench.
    func inputs(_ parts: [TrackPartRecord]) -> [BenchInput] {
        parts.map { BenchInput(sha256: $0.sha256, path: path($0.file), bytes: $0.bytes) }
    }
}

extension FrameTrack {
    /// Reads parts of a track whose files are at a bench; without a choice all that proposals and signals read.
    package init(
        _ parts: [TrackPartRecord], at bench: Bench,
        _ types: [any TrackPart.Type] = TrackTable.standard.parts.filter { $0.servesClips }
    ) throws {
        try self.init(reading: types) { name in
            try parts.first { $0.part == name }.map { try bench.bytes(of: $0.sha256) }
        }
    }

    /// The same of a track that lies in a workspace.
    package init(
        _ parts: [TrackPartRecord], in folder: WorkspaceFolder,
        _ types: [any TrackPart.Type] = TrackTable.standard.parts.filter { $0.servesClips }
    ) throws {
        try self.init(parts, at: Bench(inputs: folder.inputs(parts), folder: "", threads: 1), types)
    }
}

extension Bench {
    /// Writes the parts of a track as outputs.
    ///
    /// - Parameter makers: the models that measured some, by the names of the parts.
    package func write(_ track: FrameTrack, makers: [String: Digest]) throws -> [WrittenPart] {
        try track.all.map { part in
            let type = type(of: part)
            guard let shelf = Shelf(rawValue: type.folder) else {
                throw Fault(
                    .internal, "the part '\(type.name)' wants a folder that no workspace has", at: type.folder,
                    advice: "Report this.")
            }
            let artifact = try write(part.encode(), as: "track-\(type.name)", to: shelf)
            return WrittenPart(
                artifact: artifact,
                record: TrackPartRecord(
                    part: type.name, version: Int(type.version), file: artifact.file, sha256: artifact.sha256,
                    bytes: artifact.bytes, maker: makers[type.name]))
        }
    }
}

/// A part of a track as an output.
package struct WrittenPart: Codable, Sendable {
    package var artifact: Artifact
    /// The row of its file.
    package var record: TrackPartRecord
}

extension TrackTable.Wanted {
    package func isMet(by track: [TrackPartRecord]) -> Bool {
        track.contains { $0.part == part.name && $0.version == Int(part.version) && $0.maker == maker }
    }
}
