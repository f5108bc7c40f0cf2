import Analysis
public import Manifest
public import Model
public import Pipeline

/// The frames of a clip's rendition: when each is shown, and which span of the source a part of them comes from.
public struct ClipFrames: Sendable {
    private let rendition: Rendition
    private let span: ClipSpan
    /// Ticks of the source's frames.
    private let pts: [Int64]
    private let timeBase: Rational

    /// Throws a `Fault` where the frame track is missing or doesn't belong to the rendition.
    public init(of clip: ClipRecord, rendition: Rendition, in workspace: Workspace, _ manifest: Manifest) throws {
        self.rendition = rendition
        span = clip.span
        let timing = try FrameTiming(of: clip.source, in: workspace, manifest)
        timeBase = try manifest.sources.timeBase(of: clip.source, ordinalRate: workspace.recipe.mainProfile.ordinalRate)
        pts = timing.pts
        guard rendition.sourceFrames.allSatisfy(pts.indices.contains), clip.span.frames.end <= pts.count else {
            throw Fault(
                .mismatch, "the rendition has frames that the frame track doesn't know", at: clip.id.rawValue,
                advice: "Run 'microcurate retry \(clip.source)', then 'microcurate run'.")
        }
    }

    /// Seconds from the rendition's start at which each of its frames is shown.
    public var times: [Double] {
        if let rate = rendition.frameRate { return Self.times(rendition.frames, rate: rate) }
        let start = pts[rendition.sourceFrames.first ?? span.frames.start]
        return rendition.sourceFrames.map { timeBase.seconds(pts[$0] - start) }
    }

    /// The same for a rendition of a fixed rate, frames a second: its frame track isn't needed.
    public static func times(_ frames: Int, rate: Rational) -> [Double] {
        (0..<frames).map { Double($0) * rate.reciprocal.double }
    }

    /// The spans of the source behind parts of the rendition, half-open runs of its frames.
    ///
    /// A part begins with the source frame that its first frame shows and ends before the one that the frame behind
    /// its last shows; source frames between two shown ones belong to the earlier. Throws a `Fault` for parts that
    /// are empty, overlap, lie outside, or are the whole clip.
    public func spans(of parts: [Range<Int>]) throws -> [ClipSpan] {
        let frames = rendition.frames
        let isSound =
            !parts.isEmpty && parts != [0..<frames]
            && zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
            && parts.allSatisfy { !$0.isEmpty && $0.lowerBound >= 0 && $0.upperBound <= frames }
        guard isSound else {
            throw Fault(
                .invalid,
                "the parts \(parts.map { "\($0.lowerBound)-\($0.upperBound)" }) don't cut a clip of \(frames) frames",
                at: rendition.clip.rawValue, advice: "Set the start before the end, inside the clip.")
        }
        var next = span.frames.start
        return parts.map { part in
            let shown = rendition.sourceFrames
            let start = max(next, part.lowerBound == 0 ? span.frames.start : shown[part.lowerBound])
            let last = shown[part.upperBound - 1]
            let end = part.upperBound == frames ? span.frames.end : max(shown[part.upperBound], last + 1)
            next = max(start + 1, end)
            return ClipSpan(
                ticks: TickSpan(start: pts[start], end: next == span.frames.end ? span.ticks.end : pts[next]),
                frames: FrameSpan(start: start, end: next))
        }
    }
}

/// When frames of a source are shown.
public struct PlayedTime: Sendable {
    private let pts: [Int64]
    private let timeBase: Rational

    public init(of source: SourceID, in workspace: Workspace, _ manifest: Manifest) throws {
        pts = try FrameTiming(of: source, in: workspace, manifest).pts
        timeBase = try manifest.sources.timeBase(of: source, ordinalRate: workspace.recipe.mainProfile.ordinalRate)
    }

    /// Seconds from the source's time 0; the last frame's for an ordinal behind it.
    public func seconds(ofFrame frame: Int) -> Double {
        timeBase.seconds(pts.isEmpty ? 0 : pts[min(max(0, frame), pts.count - 1)])
    }
}

extension FrameTiming {
    /// That of a source's frame track.
    fileprivate init(of source: SourceID, in workspace: Workspace, _ manifest: Manifest) throws {
        let parts = try manifest.tracks.parts(of: source).filter { $0.part == Self.name }
        let bench = Bench(
            inputs: parts.map { BenchInput(sha256: $0.sha256, path: workspace.path($0.file), bytes: $0.bytes) },
            folder: "", threads: 1)
        self = try FrameTrack(reading: [Self.self]) { _ in try parts.first.map { try bench.bytes(of: $0.sha256) } }
            .timing
    }
}
