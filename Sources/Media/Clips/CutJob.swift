public import Model

/// One clip to make: which source frame stands behind each output frame, and when it is shown.
public struct CutJob: Codable, Hashable, Sendable {
    /// The file becomes `NAME.mp4`.
    public var name: String
    /// Ordinals of source frames, one an output frame, never decreasing; they may repeat.
    public var sourceFrames: [Int]
    /// Output times in ticks of `timeBase`, increasing; as many as `sourceFrames`.
    public var times: [Int64]
    /// Seconds a tick of the output.
    public var timeBase: Rational

    public init(name: String, sourceFrames: [Int], times: [Int64], timeBase: Rational) {
        self.name = name
        self.sourceFrames = sourceFrames
        self.times = times
        self.timeBase = timeBase
    }

    /// - Throws: `invalid` for a job that no clip can fulfil.
    func validate(against timing: SourceTiming) throws(Fault) {
        func need(_ condition: Bool, _ what: String) throws(Fault) {
            if condition { return }
            throw Fault(.invalid, what, at: name, advice: "Propose the clip again.")
        }
        try need(!sourceFrames.isEmpty, "the clip has no frames")
        try need(sourceFrames.count == times.count, "\(sourceFrames.count) frames have \(times.count) times")
        try need(
            zip(sourceFrames, sourceFrames.dropFirst()).allSatisfy { $0 <= $1 }, "the source frames run backward")
        try need(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "the output times do not increase")
        try need(sourceFrames[0] >= 0, "the clip begins before the first frame")
        if sourceFrames[sourceFrames.count - 1] >= timing.pts.count {
            throw Fault(
                .mismatch,
                "the clip needs frame \(sourceFrames[sourceFrames.count - 1]), \(timing.pts.count) were scanned",
                at: name, advice: "Run 'microcurate retry SOURCE', then 'microcurate run'.")
        }
    }
}

/// A clip's file, decoded back and counted.
public struct CutClip: Codable, Hashable, Sendable {
    public var name: String
    /// The file, in the directory that was given.
    public var path: String
    public var bytes: Int
    public var width: Int
    public var height: Int
    public var frames: Int
    /// Ordinal of the source frame behind each frame.
    public var sourceFrames: [Int]
    /// Pixels of the clip for a square pixel of the source.
    public var scale: Double
}

/// What became of one job.
public struct CutResult: Sendable {
    public var name: String
    public var outcome: Result<CutClip, Fault>
}
