import Foundation
public import Model

/// What a release says of a clip: a line of `clips.jsonl`, the `.json` of a tar shard. Unknown texts are "".
public struct SampleRecord: Decodable, Hashable, Sendable {
    public let acceptedBy: ReleaseClip.AcceptedBy
    public let attribution: String
    /// Size of the video, bytes.
    public let bytes: Int
    public let caption: String
    public let captionKind: ReleaseClip.CaptionKind
    public let clipId: ClipID
    public let duplicateGroup: String
    public let endFrame: Int
    public let endPts: Int64
    public let endSeconds: Double
    public let fps: Double
    public let frameRate: String
    public let frames: Int
    public let height: Int
    public let intervalSeconds: String
    public let level: String
    public let licence: String
    public let pixelSizeUm: String
    public let profile: String
    public let repeatedFrames: Int
    public let sha256: Digest
    public let sourceFrames: [Int]
    public let sourceId: SourceID
    public let sourceTitle: String
    public let sourceUrl: String
    public let split: Split
    public let startFrame: Int
    public let startPts: Int64
    public let startSeconds: Double
    public let timeBase: Rational
    public let timeLapse: String
    public let timing: Timing
    public let umPerPixel: String
    public let width: Int

    /// Whether its numbers can be added up; what a release was made of always can.
    var isCountable: Bool {
        (1e-9...1e9).contains(fps) && (0...1 << 40).contains(bytes) && (0...1 << 31).contains(frames)
    }

    /// Where the layouts with a file a clip keep the video, relative to the release.
    package var videoPath: String { VideoFolder.path(clipId.rawValue, split, "mp4") }

    /// One line of JSON, sorted keys, without a newline.
    public var line: String { JSONNode.members(members).line }

    /// `line` as UTF-8.
    var json: [UInt8] { JSONNode.members(members).bytes }

    /// Every key in order, each of one type.
    var members: [(key: String, value: JSONNode)] {
        [
            ("accepted_by", .text(acceptedBy.rawValue)),
            ("attribution", .text(attribution)),
            ("bytes", .integer(bytes)),
            ("caption", .text(caption)),
            ("caption_kind", .text(captionKind.rawValue)),
            ("clip_id", .text(clipId.rawValue)),
            ("duplicate_group", .text(duplicateGroup)),
            ("end_frame", .integer(endFrame)),
            ("end_pts", .integer(Int(endPts))),
            ("end_seconds", .float(endSeconds)),
            ("fps", .float(fps)),
            ("frame_rate", .text(frameRate)),
            ("frames", .integer(frames)),
            ("height", .integer(height)),
            ("interval_seconds", .text(intervalSeconds)),
            ("level", .text(level)),
            ("licence", .text(licence)),
            ("pixel_size_um", .text(pixelSizeUm)),
            ("profile", .text(profile)),
            ("repeated_frames", .integer(repeatedFrames)),
            ("sha256", .text(sha256.hex)),
            ("source_frames", .integers(sourceFrames)),
            ("source_id", .text(sourceId.rawValue)),
            ("source_title", .text(sourceTitle)),
            ("source_url", .text(sourceUrl)),
            ("split", .text(split.rawValue)),
            ("start_frame", .integer(startFrame)),
            ("start_pts", .integer(Int(startPts))),
            ("start_seconds", .float(startSeconds)),
            ("time_base", .text(timeBase.description)),
            ("time_lapse", .text(timeLapse)),
            ("timing", .text(timing.rawValue)),
            ("um_per_pixel", .text(umPerPixel)),
            ("width", .integer(width)),
        ]
    }

    /// - Throws: `Fault` at `place` where a key is missing or of another type.
    static func read(_ json: some Collection<UInt8>, at place: String) throws -> SampleRecord {
        do {
            return try JSON.decode(SampleRecord.self, from: Data(json))
        } catch {
            throw Fault(
                .corrupt, "it is not a sample's JSON: \(Self.reason(error))", at: place,
                advice: "Copy the release again from where it came from, or export again.")
        }
    }

    /// Calls `body` with every record of a release in its order, one line in memory at a time, and the line's bytes.
    ///
    /// - Throws: `Fault` for a missing file or a line that is no record; whatever `body` throws.
    public static func forEach(
        inRelease directory: String, _ body: (SampleRecord, ArraySlice<UInt8>) throws -> Void
    ) throws {
        let file = try InputFile(directory + "/" + ReleasePath.clips)
        var number = 0
        try file.forEachLine { line in
            number += 1
            try body(try read(line, at: "\(ReleasePath.clips), line \(number)"), line)
        }
    }

    private static func reason(_ error: any Error) -> String {
        func key(_ path: [any CodingKey]) -> String { path.last.map { "'\($0.stringValue)'" } ?? "the document" }
        switch error {
        case DecodingError.keyNotFound(let missing, _): return "it lacks '\(missing.stringValue)'"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            return "\(key(context.codingPath)) is of another type"
        case DecodingError.dataCorrupted(let context):
            return "\(key(context.codingPath)) cannot be read: \(context.debugDescription)"
        default: return error.localizedDescription
        }
    }
}

extension InputFile {
    /// The lines up to each newline, without it; a last line without one counts.
    func forEachLine(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        var rest: [UInt8] = []
        while true {
            let block = try read()
            if block.isEmpty { break }
            var from = block.startIndex
            while let end = block[from...].firstIndex(of: UInt8(ascii: "\n")) {
                if rest.isEmpty {
                    try body(block[from..<end])
                } else {
                    try body((rest + block[from..<end])[...])
                    rest = []
                }
                from = end + 1
            }
            rest += block[from...]
        }
        if !rest.isEmpty { try body(rest[...]) }
    }
}
