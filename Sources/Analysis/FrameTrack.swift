public import Model

/// The measurements of one source, one row a frame, from which transitions, shots, clip spans, signals, verdicts and
/// duplicates are computed without decoding again. Under 200 bytes a frame at 25 frames a second.
///
/// Each part has its own version, so that a new or changed one leaves the others as they are.
public struct FrameTrack: Hashable, Sendable {
    public var timing: FrameTiming
    public var measures: FrameMeasures
    public var samples: FrameSamples
    /// From `signatures` and `measures`; recomputed when the detector has changed.
    public var evidence: TransitionEvidence
    /// nil where only what detection has left was read.
    public var signatures: FrameSignatures?
    /// nil where no model was there.
    public var neural: NeuralScores?
    /// nil where the recipe names no image encoder.
    public var similarity: FrameSimilarity?

    public init(
        timing: FrameTiming, measures: FrameMeasures, samples: FrameSamples, evidence: TransitionEvidence,
        signatures: FrameSignatures? = nil, neural: NeuralScores? = nil, similarity: FrameSimilarity? = nil
    ) {
        self.timing = timing
        self.measures = measures
        self.samples = samples
        self.evidence = evidence
        self.signatures = signatures
        self.neural = neural
        self.similarity = similarity
    }

    /// Frames of the source.
    public var count: Int { timing.count }

    /// - Throws: a `Fault` where the parts are of different numbers of frames.
    public func check() throws {
        let counts = [measures.count, evidence.count, signatures?.count, neural?.count, similarity?.count]
        let lastSample = samples.all.last?.ordinal ?? -1
        guard counts.allSatisfy({ $0 ?? count == count }), lastSample < count else {
            throw Fault(
                .mismatch, "\(count) times, \(counts.map { $0 ?? count }) rows, last sample \(lastSample)",
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

    public static let part = "timing", version: UInt16 = 1

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
