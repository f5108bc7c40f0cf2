import Analysis
import Foundation
import Manifest
import Model
import Pipeline

/// A frame track in the files of a workspace, one a part, named by hash.
enum TrackFiles {
    static let timing = "timing", pictures = "pictures", samples = "samples", thumbnails = "thumbnails"

    /// Writes the parts into `directory`, synced, as `track-PART`; the files named in the result are their final places.
    static func write(_ track: FrameTrack, thumbnails pack: [UInt8], into directory: String) throws -> [TrackPart] {
        let parts: [(String, [UInt8])] = [
            (timing, track.timing.encode()), (pictures, track.pictures.encode()), (samples, track.samples.encode()),
            (thumbnails, pack),
        ]
        return try parts.map { name, bytes in
            try Workspace.writeSynced(bytes, to: staged(name, in: directory))
            let digest = Digest(of: bytes)
            let folder = name == thumbnails ? "thumbnails" : "tracks"
            return TrackPart(
                part: name, version: 1, file: "\(folder)/\(digest.hex.prefix(2))/\(digest.hex)", sha256: digest,
                bytes: bytes.count)
        }
    }

    static func staged(_ part: String, in directory: String) -> String { "\(directory)/track-\(part)" }

    static func read(_ parts: [TrackPart], in workspace: Workspace) throws -> FrameTrack {
        FrameTrack(
            timing: try readTiming(parts, in: workspace),
            pictures: try FramePictures(decoding: try bytes(pictures, parts, workspace)),
            samples: try FrameSamples(decoding: try bytes(samples, parts, workspace)))
    }

    static func readTiming(_ parts: [TrackPart], in workspace: Workspace) throws -> FrameTiming {
        try FrameTiming(decoding: try bytes(timing, parts, workspace))
    }

    private static func bytes(_ name: String, _ parts: [TrackPart], _ workspace: Workspace) throws -> [UInt8] {
        guard let part = parts.first(where: { $0.part == name }) else {
            throw Fault(
                .corrupt, "the frame track has no part '\(name)'", at: workspace.root, advice: "Run 'microcurate scan'."
            )
        }
        let path = workspace.path(part.file)
        guard let data = FileManager.default.contents(atPath: path), data.count == part.bytes else {
            throw Fault(
                .corrupt, "a part of the frame track is missing or damaged", at: path,
                advice: "Delete it and run 'microcurate run': what is missing is made again.")
        }
        return [UInt8](data)
    }
}
