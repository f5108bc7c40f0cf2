/// Numbers about each frame that signals and the detector read.
///
/// Columns hold one row a frame; values in `UInt16` are 8-bit units times 256 unless said otherwise.
public struct FrameMeasures: TrackPart {
    public internal(set) var count = 0
    public internal(set) var mean: [UInt16] = []
    public internal(set) var deviation: [UInt16] = []
    /// Mean difference of neighbouring cells: contours.
    public internal(set) var gradient: [UInt16] = []
    /// Mean difference from the frame before, cell by cell; 0 for the first frame.
    public internal(set) var difference: [UInt16] = []
    /// 1 - correlation with the frame before, 0...2 times 32767: blind to brightness and contrast.
    public internal(set) var structure: [UInt16] = []
    /// Share of cells that changed from the frame before by more than its noise, 0...1 times 65535.
    public internal(set) var change: [UInt16] = []
    /// Brightest minus darkest cell.
    public internal(set) var lumaRange: [UInt8] = []
    /// The larger of both chroma planes' ranges.
    public internal(set) var chromaRange: [UInt8] = []

    public init() {}

    /// Whether a frame is near-uniform: a plain card, black, white. A dark picture with one bright spot is not.
    public func isBlank(_ frame: Int) -> Bool {
        deviation[frame] < 3 * 256 && lumaRange[frame] < 12 && chromaRange[frame] < 12
    }

    public static let name = "measures", version: UInt16 = 1
    static let bytesPerFrame = 6 * 2 + 2

    public var coverage: FrameCoverage { .each(count) }

    public func encode() -> [UInt8] {
        var writer = BinaryWriter(
            part: Self.name, version: Self.version, count: count, capacity: count * Self.bytesPerFrame)
        for column in [lumaRange, chromaRange] { writer.append(bytes: column) }
        for column in [mean, deviation, gradient, difference, structure, change] { writer.append(column: column) }
        return writer.finish()
    }

    public init(decoding bytes: [UInt8]) throws {
        var reader = try BinaryReader(bytes, part: Self.name, version: Self.version)
        count = reader.count
        lumaRange = try reader.bytes(count)
        chromaRange = try reader.bytes(count)
        mean = try reader.column(of: UInt16.self, count)
        deviation = try reader.column(of: UInt16.self, count)
        gradient = try reader.column(of: UInt16.self, count)
        difference = try reader.column(of: UInt16.self, count)
        structure = try reader.column(of: UInt16.self, count)
        change = try reader.column(of: UInt16.self, count)
        try reader.finish()
    }
}

extension FrameTrack {
    public var measures: FrameMeasures {
        get { known(FrameMeasures.self) }
        set { insert(newValue) }
    }
}
