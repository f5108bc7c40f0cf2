import Analysis
import Foundation
import Manifest
import Model
import Pipeline

/// A part as it goes into a file.
struct EncodedPart {
    let part: any TrackPart.Type
    let bytes: [UInt8]
    /// The model that measured it, where one did.
    let maker: Digest?

    init(_ part: any TrackPart, makers: [String: Digest]) {
        self.part = type(of: part)
        bytes = part.encode()
        maker = makers[self.part.name]
    }

    /// The row of its file, which is named by the hash of its bytes.
    var record: TrackPartRecord {
        let digest = Digest(of: bytes)
        return TrackPartRecord(
            part: part.name, version: Int(part.version),
            file: "\(part.folder)/\(digest.hex.prefix(2))/\(digest.hex)", sha256: digest, bytes: bytes.count,
            maker: maker)
    }
}

/// A frame track in the files of a workspace, one a part, named by hash.
enum TrackFiles {
    /// Writes the parts into `directory`, synced, as `track-PART`; the files named in the result are their final places.
    ///
    /// - Parameter makers: the models that measured some, by the names of the parts.
    static func write(
        _ track: FrameTrack, makers: [String: Digest], into directory: String
    ) throws -> [TrackPartRecord] {
        try track.all.map { part in
            let encoded = EncodedPart(part, makers: makers)
            try Workspace.writeSynced(encoded.bytes, to: staged(encoded.part.name, in: directory))
            return encoded.record
        }
    }

    static func staged(_ part: String, in directory: String) -> String { "\(directory)/track-\(part)" }

    /// Parts of a track; without a choice all that proposals and signals read.
    static func read(
        _ parts: [TrackPartRecord], in workspace: Workspace,
        _ types: [any TrackPart.Type] = TrackTable.standard.parts.filter { $0.servesClips }
    ) throws -> FrameTrack {
        try FrameTrack(reading: types) { try bytes($0, parts, workspace) }
    }

    static func readTiming(_ parts: [TrackPartRecord], in workspace: Workspace) throws -> FrameTiming {
        try read(parts, in: workspace, [FrameTiming.self]).timing
    }

    /// The file of a part; nil where the track has none.
    static func bytes(_ name: String, _ parts: [TrackPartRecord], _ workspace: Workspace) throws -> [UInt8]? {
        guard let part = parts.first(where: { $0.part == name }) else { return nil }
        let path = workspace.path(part.file)
        guard let data = FileManager.default.contents(atPath: path), data.count == part.bytes else {
            throw Fault(
                .corrupt, "a part of the frame track is missing or damaged", at: path,
                advice: "Delete it and run 'microcurate run': what is missing is made again.")
        }
        return [UInt8](data)
    }
}

extension TrackTable.Wanted {
    func isMet(by track: [TrackPartRecord]) -> Bool {
        track.contains { $0.part == part.name && $0.version == Int(part.version) && $0.maker == maker }
    }
}
