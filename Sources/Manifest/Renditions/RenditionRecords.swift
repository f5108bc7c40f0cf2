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

extension Rendition: RowRecord {
    static let table = RecordTable("rendition", key: "clip_id")

    /// The columns of `rendition`.
    init(_ row: TableRow) throws {
        clip = try row["clip_id"]
        profile = try row["profile"]
        sha256 = try row["sha256"]
        file = try row["file"]
        bytes = try row["bytes"]
        width = try row["width"]
        height = try row["height"]
        frames = try row["frames"]
        frameRate = try row["frame_rate"]
        let text: String = try row["source_frames"]
        guard let ordinals = try? Self.ordinals(text) else {
            throw row.unfit(text.databaseValue, "source_frames", "array of ordinals")
        }
        sourceFrames = ordinals
        umPerPixel = try row["um_per_pixel"]
        timeLapse = try row["time_lapse"]
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

/// Clips encoded in profiles.
public struct RenditionRecords<Reader: ManifestReader>: Records { let reader: Reader }

extension ManifestReader { public var renditions: RenditionRecords<Self> { RenditionRecords(reader: self) } }

extension RenditionRecords {
    /// A clip's rendition in a profile; nil where it is not cut.
    public func of(_ clip: ClipID, profile: String) throws -> Rendition? {
        try read {
            try Rendition.fetchOne(
                $0, "SELECT * FROM rendition WHERE clip_id = ? AND profile = ?", [clip.rawValue, profile])
        }
    }

    /// The files of all renditions in a profile.
    public func files(profile: String) throws -> [ClipID: String] {
        try read { db in
            try Rendition.table.fetchMap(db, "SELECT clip_id, file FROM rendition WHERE profile = ?", [profile]) {
                (try $0["clip_id"], try $0["file"])
            }
        }
    }

    /// The file of the rendition with these bytes, relative to the workspace.
    public func file(_ sha256: Digest) throws -> (file: String, bytes: Int)? {
        try read { db in
            try Rendition.table.fetchOne(
                db, "SELECT clip_id, file, bytes FROM rendition WHERE sha256 = ? LIMIT 1", [sha256.hex]
            ) { (try $0["file"], try $0["bytes"]) }
        }
    }
}

extension RenditionRecords where Reader == Transaction {
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
