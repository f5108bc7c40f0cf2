public import Model

/// The measurements of one source, one row a frame, from which transitions, shots, clip spans, signals, verdicts and
/// duplicates are computed without decoding again. Under 200 bytes a frame at 25 frames a second.
///
/// Each part has its own version, so that a change of one leaves the others readable.
public struct FrameTrack: Hashable, Sendable {
    public var timing: FrameTiming
    public var pictures: FramePictures
    public var samples: FrameSamples

    public init(timing: FrameTiming, pictures: FramePictures, samples: FrameSamples) {
        self.timing = timing
        self.pictures = pictures
        self.samples = samples
    }

    /// Frames of the source.
    public var count: Int { timing.count }

    private static let part = "track", version: UInt16 = 1

    /// All parts in one: for each its length (8 bytes) and its own form.
    public func encode() -> [UInt8] {
        let parts = [timing.encode(), pictures.encode(), samples.encode()]
        var writer = BinaryWriter(
            part: Self.part, version: Self.version, count: parts.count, capacity: parts.reduce(24) { $0 + $1.count })
        for part in parts {
            writer.append(UInt64(part.count))
            writer.append(bytes: part)
        }
        return writer.finish()
    }

    /// - Throws: a `Fault` when the bytes are damaged, of a newer version, or of parts that don't belong together.
    public init(decoding bytes: [UInt8]) throws {
        var reader = try BinaryReader(bytes, part: Self.part, version: Self.version)
        func part() throws -> [UInt8] {
            let length = try reader.column(of: UInt64.self, 1)[0]
            return try reader.bytes(Int(clamping: length))
        }
        timing = try FrameTiming(decoding: try part())
        pictures = try FramePictures(decoding: try part())
        samples = try FrameSamples(decoding: try part())
        try reader.finish()
        let lastSample = samples.all.last?.ordinal ?? -1
        guard timing.count == pictures.count, lastSample < timing.count else {
            throw Fault(
                .mismatch, "\(timing.count) times, \(pictures.count) pictures, last sample \(lastSample)",
                at: "frame track", advice: "Run 'microcurate retry SOURCE', then 'microcurate run'.")
        }
    }
}

/// When each frame is shown, and what it was.
public struct FrameTiming: Hashable, Sendable {
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
    public func firstFrame(atOrAfter tick: Int64) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if pts[middle] < tick { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The frames whose PTS lie in `ticks`.
    public func frames(in ticks: TickSpan) -> FrameSpan {
        let start = firstFrame(atOrAfter: ticks.start)
        return FrameSpan(start: start, end: max(start, firstFrame(atOrAfter: ticks.end)))
    }

    private static let part = "timing", version: UInt16 = 1

    public func encode() -> [UInt8] {
        var writer = BinaryWriter(part: Self.part, version: Self.version, count: count, capacity: count * 13)
        writer.append(column: pts)
        writer.append(column: checksums)
        writer.append(bytes: keys.map { $0 ? 1 : 0 })
        return writer.finish()
    }

    /// - Throws: a `Fault` when the bytes are damaged or of a newer version.
    public init(decoding bytes: [UInt8]) throws {
        var reader = try BinaryReader(bytes, part: Self.part, version: Self.version)
        pts = try reader.column(of: Int64.self, reader.count)
        checksums = try reader.column(of: UInt32.self, reader.count)
        keys = try reader.bytes(reader.count).map { $0 != 0 }
        try reader.finish()
    }
}
