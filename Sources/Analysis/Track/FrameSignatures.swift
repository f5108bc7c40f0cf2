/// What each frame looks like, small enough to keep: a signature to compare any two frames of one source. It is what
/// the detector of transitions reads, and nothing after it.
public struct FrameSignatures: TrackPart {
    /// The luma signature: means of 4 x 3 cells of the grid.
    public static let lumaWidth = 12, lumaHeight = 9, lumaCount = 108
    /// The chroma signature, Cb then Cr: means of 12 x 9 cells of the grid.
    public static let chromaWidth = 4, chromaHeight = 3, chromaCount = 24
    /// Equal bins of luma; each holds the share of cells times 255.
    public static let bins = 16

    public internal(set) var count = 0
    /// `lumaCount` a frame.
    public internal(set) var luma: [UInt8] = []
    /// `chromaCount` a frame.
    public internal(set) var chroma: [UInt8] = []
    /// `bins` a frame.
    public internal(set) var histogram: [UInt8] = []

    public init() {}

    public static let name = "signatures", version: UInt16 = 1
    /// Detection reads it, and leaves evidence to those behind it.
    public static let servesClips = false
    static let bytesPerFrame = lumaCount + chromaCount + bins

    public var coverage: FrameCoverage { .each(count) }

    public func encode() -> [UInt8] {
        var writer = BinaryWriter(
            part: Self.name, version: Self.version, count: count, capacity: count * Self.bytesPerFrame)
        for column in [luma, chroma, histogram] { writer.append(bytes: column) }
        return writer.finish()
    }

    public init(decoding bytes: [UInt8]) throws {
        var reader = try BinaryReader(bytes, part: Self.name, version: Self.version)
        count = reader.count
        luma = try reader.bytes(count * Self.lumaCount)
        chroma = try reader.bytes(count * Self.chromaCount)
        histogram = try reader.bytes(count * Self.bins)
        try reader.finish()
    }
}

extension FrameTrack {
    /// nil where only what detection has left was read.
    public var signatures: FrameSignatures? {
        get { self[FrameSignatures.self] }
        set { self[FrameSignatures.self] = newValue }
    }
}
