/// The cosine similarity of each frame's embedding with that of the frame before, by an image encoder that the recipe
/// names. Rounded to 1/1000, because the last digits differ between CPUs.
public struct FrameSimilarity: TrackPart {
    /// Thousandths, -1000...1000; 1000 for the first frame.
    public private(set) var thousandths: [Int16] = []

    public var count: Int { thousandths.count }

    /// - Parameter cosines: -1...1, one a frame.
    public init(cosines: [Float]) {
        thousandths = cosines.map { Int16((max(-1, min(1, $0)) * 1000).rounded()) }
    }

    public static let name = "similarity", version: UInt16 = 1
    public static let isOptional = true

    public var coverage: FrameCoverage { .each(count) }

    public func encode() -> [UInt8] {
        var writer = BinaryWriter(part: Self.name, version: Self.version, count: count, capacity: 2 * count)
        writer.append(column: thousandths)
        return writer.finish()
    }

    public init(decoding bytes: [UInt8]) throws {
        var reader = try BinaryReader(bytes, part: Self.name, version: Self.version)
        thousandths = try reader.column(of: Int16.self, reader.count)
        try reader.finish()
    }
}

extension FrameTrack {
    /// nil where the recipe names no image encoder.
    public var similarity: FrameSimilarity? {
        get { self[FrameSimilarity.self] }
        set { self[FrameSimilarity.self] = newValue }
    }
}
