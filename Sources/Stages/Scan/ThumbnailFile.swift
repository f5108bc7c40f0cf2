import Analysis
import Foundation

/// The thumbnails of one source in a file, of which pictures are read one by one.
public struct ThumbnailFile: Sendable {
    /// The part of the frame track that it is.
    public static let part = Thumbnails.name

    /// Decode ordinals of the frames that have a picture, in order.
    public var frames: [Int] { index.entries.map(\.frame) }
    private let index: ThumbnailIndex
    public let path: String

    /// nil where there is no file.
    /// - Throws: a `Fault` where it is damaged.
    public init?(_ path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        var bytes = [UInt8](try file.read(upToCount: ThumbnailIndex.headBytes) ?? Data())
        let length = try ThumbnailIndex.length(bytes, at: path)
        // Beside the file's end there is nothing to read, whatever a damaged head says.
        bytes += try file.read(upToCount: length - bytes.count) ?? Data()
        index = try ThumbnailIndex(bytes, at: path)
        self.path = path
    }

    /// The JPEG of the sampled frame nearest to `frame`; nil where there is none.
    public func picture(near frame: Int) throws -> [UInt8]? {
        guard let place = index.entry(near: frame)?.place, let file = FileHandle(forReadingAtPath: path) else {
            return nil
        }
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(place.lowerBound))
        guard let data = try file.read(upToCount: place.count), data.count == place.count else { return nil }
        return [UInt8](data)
    }
}
