import Analysis
import Files
import Foundation
import Model

/// The thumbnails of one source in a file, of which pictures are read one by one.
public struct ThumbnailFile: Sendable {
    /// The part of the frame track that it is.
    public static let part = Thumbnails.name

    public let path: String
    /// Decode ordinals of the frames that have a picture, in order.
    public let frames: [Int]
    private let index: ThumbnailIndex

    /// nil where there is no file.
    /// - Throws: a `Fault` where it is damaged or can't be read.
    public init?(_ path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        index = try Fault.guarding(path) {
            let head = try Self.read(0..<ThumbnailIndex.headBytes, of: file)
            let length = try ThumbnailIndex.length(head, at: path)
            return try ThumbnailIndex(try Self.read(0..<length, of: file), at: path)
        }
        frames = index.entries.map(\.frame)
        self.path = path
    }

    /// The JPEG of the sampled frame nearest to `frame`; nil where there is none.
    public func picture(near frame: Int) throws -> [UInt8]? {
        guard let place = index.entry(near: frame)?.place, let file = FileHandle(forReadingAtPath: path) else {
            return nil
        }
        defer { try? file.close() }
        let bytes = try Fault.guarding(path) { try Self.read(place, of: file) }
        return bytes.count == place.count ? bytes : nil
    }

    /// Fewer bytes where the file ends before: what a damaged index says takes no memory.
    private static func read(_ place: Range<Int>, of file: FileHandle) throws -> [UInt8] {
        let end = min(place.upperBound, Int(try file.seekToEnd()))
        guard place.lowerBound < end else { return [] }
        try file.seek(toOffset: UInt64(place.lowerBound))
        return [UInt8](try file.read(upToCount: end - place.lowerBound) ?? Data())
    }
}
