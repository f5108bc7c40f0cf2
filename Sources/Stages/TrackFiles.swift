import Analysis
import Files
import Foundation
import Manifest
import Model
import Pipeline

/// A frame track in the files of a workspace, one a part, named by hash.
enum TrackFiles {
    static let timing = "timing", samples = "samples", thumbnails = "thumbnails"

    /// A part that a recipe needs, as it must be.
    struct Wanted {
        let part: String
        let version: Int
        var maker: Digest?
        /// Whether it can be added to a track whose other parts stay as they are.
        let standsAlone: Bool

        func isMet(by track: [TrackPart]) -> Bool {
            track.contains { $0.part == part && $0.version == version && $0.maker == maker }
        }
    }

    /// The parts that every track has, and those that networks add: `makers` are the models that measure some.
    static func wanted(_ makers: [String: Digest]) -> [Wanted] {
        versions.compactMap { part, version in
            let isNeural = part == NeuralScores.part || part == FrameSimilarity.part
            if isNeural, makers[part] == nil { return nil }
            return Wanted(
                part: part, version: Int(version), maker: makers[part],
                standsAlone: isNeural || part == TransitionEvidence.part)
        }
    }

    private static let versions: [(part: String, version: UInt16)] = [
        (timing, FrameTiming.version), (FrameMeasures.part, FrameMeasures.version),
        (FrameSignatures.part, FrameSignatures.version), (samples, FrameSamples.version),
        (TransitionEvidence.part, TransitionEvidence.version), (NeuralScores.part, NeuralScores.version),
        (FrameSimilarity.part, FrameSimilarity.version), (thumbnails, 1),
    ]

    /// Writes the parts into `directory`, synced, as `track-PART`; the files named in the result are their final places.
    ///
    /// - Parameter makers: the models that measured some.
    static func write(
        _ track: FrameTrack, thumbnails pack: [UInt8], makers: [String: Digest], into directory: String
    ) throws -> [TrackPart] {
        let parts: [String: [UInt8]?] = [
            timing: track.timing.encode(), FrameMeasures.part: track.measures.encode(),
            FrameSignatures.part: track.signatures?.encode(), samples: track.samples.encode(),
            TransitionEvidence.part: track.evidence.encode(), NeuralScores.part: track.neural?.encode(),
            FrameSimilarity.part: track.similarity?.encode(), thumbnails: pack,
        ]
        return try write(parts.compactMapValues { $0 }, makers: makers, into: directory)
    }

    /// Writes new evidence for a track whose other parts stay.
    static func write(evidence: TransitionEvidence, into directory: String) throws -> [TrackPart] {
        try write([TransitionEvidence.part: evidence.encode()], makers: [:], into: directory)
    }

    private static func write(
        _ parts: [String: [UInt8]], makers: [String: Digest], into directory: String
    ) throws -> [TrackPart] {
        try versions.compactMap { name, version in
            guard let bytes = parts[name] else { return nil }
            let path = staged(name, in: directory)
            try Fault.guarding(path) { try DurableFile.write(bytes, to: path) }
            let digest = Digest(of: bytes)
            let folder = name == thumbnails ? "thumbnails" : "tracks"
            return TrackPart(
                part: name, version: Int(version), file: "\(folder)/\(digest.hex.prefix(2))/\(digest.hex)",
                sha256: digest, bytes: bytes.count, maker: makers[name])
        }
    }

    /// What the detector of this version finds in a track; decodes nothing.
    static func evidence(from parts: [TrackPart], in workspace: Workspace) throws -> TransitionEvidence {
        TransitionDetector.evidence(
            signatures: try FrameSignatures(decoding: try bytes(FrameSignatures.part, parts, workspace)),
            measures: try FrameMeasures(decoding: try bytes(FrameMeasures.part, parts, workspace)))
    }

    static func staged(_ part: String, in directory: String) -> String { "\(directory)/track-\(part)" }

    /// All but the signatures, which only detection reads.
    static func read(_ parts: [TrackPart], in workspace: Workspace) throws -> FrameTrack {
        func bytes(_ name: String) throws -> [UInt8] { try Self.bytes(name, parts, workspace) }
        func isThere(_ name: String) -> Bool { parts.contains { $0.part == name } }
        let track = FrameTrack(
            timing: try readTiming(parts, in: workspace),
            measures: try FrameMeasures(decoding: try bytes(FrameMeasures.part)),
            samples: try FrameSamples(decoding: try bytes(samples)),
            evidence: try TransitionEvidence(decoding: try bytes(TransitionEvidence.part)),
            neural: isThere(NeuralScores.part) ? try NeuralScores(decoding: try bytes(NeuralScores.part)) : nil,
            similarity: isThere(FrameSimilarity.part)
                ? try FrameSimilarity(decoding: try bytes(FrameSimilarity.part)) : nil)
        try track.check()
        return track
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
