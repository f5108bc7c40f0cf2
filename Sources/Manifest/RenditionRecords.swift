import Foundation
import GRDB
public import Model

/// A clip encoded in a profile.
public struct Rendition: Codable, Hashable, Sendable {
    public var clip: ClipID
    public var profile: String
    public var sha256: Digest
    /// Relative to the workspace.
    public var file: String
    public var bytes: Int
    public var width: Int
    public var height: Int
    public var frames: Int
    /// Frames a second; nil where each frame keeps its own presentation time.
    public var frameRate: Rational?
    /// The decode ordinal of the source frame behind each output frame.
    public var sourceFrames: [Int]
    /// Micrometres a pixel after scaling; nil where the source's pixel size is unknown.
    public var umPerPixel: Double?
    /// Real seconds a played second; nil where the source's interval is unknown.
    public var timeLapse: Double?

    /// Frames that show the same source frame as the one before them.
    public var repeatedFrames: Int { zip(sourceFrames, sourceFrames.dropFirst()).count { $0 == $1 } }

    public init(
        clip: ClipID, profile: String, sha256: Digest, file: String, bytes: Int, width: Int, height: Int, frames: Int,
        frameRate: Rational?, sourceFrames: [Int], umPerPixel: Double? = nil, timeLapse: Double? = nil
    ) {
        self.clip = clip
        self.profile = profile
        self.sha256 = sha256
        self.file = file
        self.bytes = bytes
        self.width = width
        self.height = height
        self.frames = frames
        self.frameRate = frameRate
        self.sourceFrames = sourceFrames
        self.umPerPixel = umPerPixel
        self.timeLapse = timeLapse
    }
}

extension Transaction {
    /// Records a clip's rendition, in place of the one in that profile.
    public func record(_ rendition: Rendition) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO rendition (clip_id, profile, sha256, file, bytes, width, height, frames,
                    frame_rate, source_frames, repeated_frames, um_per_pixel, time_lapse)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            rendition.clip.rawValue, rendition.profile, rendition.sha256.hex, rendition.file,
            rendition.bytes, rendition.width, rendition.height, rendition.frames,
            rendition.frameRate?.description, try JSON.line(rendition.sourceFrames),
            rendition.repeatedFrames, rendition.umPerPixel, rendition.timeLapse,
        ])
    }
}

extension Manifest {

    /// The files of all renditions in a profile.
    public func renditionFiles(profile: String) throws -> [ClipID: String] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT clip_id, file FROM rendition WHERE profile = ?", arguments: [profile])
                .reduce(into: [:]) { $0[ClipID(rawValue: $1["clip_id"])] = $1["file"] }
        }
    }

    public func rendition(of clip: ClipID, profile: String) throws -> Rendition? {
        try read { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT * FROM rendition WHERE clip_id = ? AND profile = ?",
                arguments: [clip.rawValue, profile])
            return try row.map { try Self.rendition($0, of: clip) }
        }
    }

    static func rendition(_ row: Row, of clip: ClipID) throws -> Rendition {
        guard let digest = Digest(hex: row["sha256"]) else {
            throw Fault(
                .corrupt, "a rendition is recorded with a hash that is none", at: clip.rawValue,
                advice: "Restore the manifest from a copy.")
        }
        return Rendition(
            clip: clip, profile: row["profile"], sha256: digest, file: row["file"], bytes: row["bytes"],
            width: row["width"], height: row["height"], frames: row["frames"],
            frameRate: (row["frame_rate"] as String?).flatMap { Rational($0) },
            sourceFrames: try ordinals(row["source_frames"]),
            umPerPixel: row["um_per_pixel"], timeLapse: row["time_lapse"])
    }

    /// A JSON array of ordinals, read digit by digit: an export reads millions of them.
    private static func ordinals(_ json: String) throws -> [Int] {
        var json = json
        return try json.withUTF8 { text in
            guard text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") else {
                return try JSON.decode([Int].self, from: Data(text))
            }
            var ordinals: [Int] = []
            var ordinal: Int?
            for byte in text[1...] {
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    ordinal = (ordinal ?? 0) &* 10 &+ Int(byte - UInt8(ascii: "0"))
                case UInt8(ascii: ","), UInt8(ascii: "]"):
                    if let ordinal { ordinals.append(ordinal) }
                    ordinal = nil
                case UInt8(ascii: " "): continue
                default: return try JSON.decode([Int].self, from: Data(text))
                }
            }
            return ordinals
        }
    }
}
