import Foundation
import Model

/// The thumbnails of one source in one file: `MCTH`, the count, then (ordinal, offset, length) a picture as 32-bit
/// little-endian numbers, then the JPEGs.
public struct ThumbnailPack: Sendable {
    public private(set) var pictures: [(frame: Int, jpeg: [UInt8])] = []

    public init() {}

    mutating func add(_ jpeg: [UInt8], frame: Int) { pictures.append((frame, jpeg)) }

    func encode() -> [UInt8] {
        var head = Array("MCTH".utf8)
        func append(_ value: Int) { withUnsafeBytes(of: UInt32(value).littleEndian) { head.append(contentsOf: $0) } }
        append(pictures.count)
        var offset = 8 + 12 * pictures.count
        for (frame, jpeg) in pictures {
            append(frame)
            append(offset)
            append(jpeg.count)
            offset += jpeg.count
        }
        return pictures.reduce(into: head) { $0.append(contentsOf: $1.jpeg) }
    }

    /// The JPEG of the sampled frame nearest to `frame` in the pack at `path`; nil where there is none.
    public static func picture(near frame: Int, in path: String) throws -> [UInt8]? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let bytes = [UInt8](data)
        func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
        guard bytes.count >= 8, bytes.starts(with: "MCTH".utf8), bytes.count >= 8 + 12 * number(4) else {
            throw Fault(
                .corrupt, "not a thumbnail pack", at: path,
                advice: "Delete it and run 'microcurate run': what is missing is made again.")
        }
        let entries = (0..<number(4)).map { 8 + 12 * $0 }
        guard let best = entries.min(by: { abs(number($0) - frame) < abs(number($1) - frame) }) else { return nil }
        let (offset, length) = (number(best + 4), number(best + 8))
        guard offset + length <= bytes.count else { return nil }
        return Array(bytes[offset..<offset + length])
    }
}
