/// The cosine similarity of each frame's embedding with that of the frame before, by an image encoder that the recipe
/// names. Rounded to 1/1000, because the last digits differ between CPUs.
public struct FrameSimilarity: Hashable, Sendable {
    /// Thousandths, -1000...1000; 1000 for the first frame.
    public private(set) var thousandths: [Int16] = []

    public var count: Int { thousandths.count }

    /// - Parameter cosines: -1...1, one a frame.
    public init(cosines: [Float]) {
        thousandths = cosines.map { Int16((max(-1, min(1, $0)) * 1000).rounded()) }
    }

    public static let part = "similarity", version: UInt16 = 1

    public func encode() -> [UInt8] {
        var writer = BinaryWriter(part: Self.part, version: Self.version, count: count, capacity: 2 * count)
        writer.append(column: thousandths)
        return writer.finish()
    }

    /// - Throws: a `Fault` when the bytes are damaged or of a newer version.
    public init(decoding bytes: [UInt8]) throws {
        var reader = try BinaryReader(bytes, part: Self.part, version: Self.version)
        thousandths = try reader.column(of: Int16.self, reader.count)
        try reader.finish()
    }
}
