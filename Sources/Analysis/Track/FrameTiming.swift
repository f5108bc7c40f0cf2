public import Model

/// When each frame is shown, and what it was.
public struct FrameTiming: TrackPart {
    /// Presentation timestamps in ticks of the source's time base, strictly increasing.
    public var pts: [Int64]
    /// A checksum of each decoded frame, to recognise it again.
    public var checksums: [UInt32]
    public var keys: [Bool]

    /// - Precondition: equally many of each.
    public init(pts: [Int64], checksums: [UInt32], keys: [Bool]) {
        precondition(pts.count == checksums.count && pts.count == keys.count)
        self.pts = pts
        self.checksums = checksums
        self.keys = keys
    }

    /// Timing without checksums, every frame a key frame: for sources that were not decoded.
    public init(pts: [Int64]) {
        self.init(
            pts: pts, checksums: [UInt32](repeating: 0, count: pts.count),
            keys: [Bool](repeating: true, count: pts.count))
    }

    public var count: Int { pts.count }

    /// The tick at which `frame` begins; for `frame == count` the end of the last frame, which is taken to last as
    /// long as its predecessor (one tick where there is none).
    public func start(of frame: Int) -> Int64 {
        guard frame == count, let last = pts.last else { return frame < count ? pts[frame] : 0 }
        return last + (count > 1 ? last - pts[count - 2] : 1)
    }

    /// The ticks during which `frames` are shown.
    public func ticks(of frames: FrameSpan) -> TickSpan {
        TickSpan(start: start(of: frames.start), end: start(of: frames.end))
    }

    /// The first frame whose PTS is at least `tick`; `count` where there is none.
    public func firstFrame(atOrAfter tick: Int64) -> Int { pts.firstIndex(notBefore: { $0 < tick }) }

    /// The frames whose PTS lie in `ticks`.
    public func frames(in ticks: TickSpan) -> FrameSpan {
        let start = firstFrame(atOrAfter: ticks.start)
        return FrameSpan(start: start, end: max(start, firstFrame(atOrAfter: ticks.end)))
    }

    public static let name = "timing", version: UInt16 = 1

    public var coverage: FrameCoverage { .each(count) }

    public func encode() -> [UInt8] {
        var writer = BinaryWriter(part: Self.name, version: Self.version, count: count, capacity: count * 13)
        writer.append(column: pts)
        writer.append(column: checksums)
        writer.append(bytes: keys.map { $0 ? 1 : 0 })
        return writer.finish()
    }

    public init(decoding bytes: [UInt8]) throws {
        var reader = try BinaryReader(bytes, part: Self.name, version: Self.version)
        pts = try reader.column(of: Int64.self, reader.count)
        checksums = try reader.column(of: UInt32.self, reader.count)
        keys = try reader.bytes(reader.count).map { $0 != 0 }
        try reader.finish()
    }
}

extension FrameTrack {
    public var timing: FrameTiming {
        get { known(FrameTiming.self) }
        set { insert(newValue) }
    }
}
