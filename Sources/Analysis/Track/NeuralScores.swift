/// What TransNetV2 says of each frame. Rounded to 1/64, because the last digits differ between CPUs and a manifest must
/// not.
public struct NeuralScores: TrackPart {
    /// Steps of a score: 0 for 0, 64 for 1.
    public static let steps: Float = 64

    /// How much each frame is the middle of a transition, in `steps`.
    public private(set) var middles: [UInt8] = []
    /// How much each frame belongs to a transition, in `steps`.
    public private(set) var mixed: [UInt8] = []

    public var count: Int { middles.count }

    /// - Parameters: probabilities 0...1, one a frame.
    /// - Precondition: equally many of each.
    public init(middles: [Float], mixed: [Float]) {
        precondition(middles.count == mixed.count)
        func rounded(_ value: Float) -> UInt8 { UInt8((max(0, min(1, value)) * Self.steps).rounded()) }
        self.middles = middles.map(rounded)
        self.mixed = mixed.map(rounded)
    }

    public static let name = "neural", version: UInt16 = 1
    public static let isOptional = true

    public var coverage: FrameCoverage { .each(count) }

    public func encode() -> [UInt8] {
        var writer = BinaryWriter(part: Self.name, version: Self.version, count: count, capacity: 2 * count)
        writer.append(bytes: middles)
        writer.append(bytes: mixed)
        return writer.finish()
    }

    public init(decoding bytes: [UInt8]) throws {
        var reader = try BinaryReader(bytes, part: Self.name, version: Self.version)
        middles = try reader.bytes(reader.count)
        mixed = try reader.bytes(reader.count)
        try reader.finish()
    }
}

extension FrameTrack {
    /// nil where no model was there.
    public var neural: NeuralScores? {
        get { self[NeuralScores.self] }
        set { self[NeuralScores.self] = newValue }
    }
}
