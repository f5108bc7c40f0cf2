public import Analysis
import Files
import Foundation
public import Model

/// A recording outside of any workspace: what `shots`, `split` and `similar` work on.
public struct LooseFootage {
    let source: SourceLocation
    let description: MediaDescription

    /// - Parameter series: which of several, by its `stream`; nil where there is one.
    ///
    /// Throws a `Fault` for what can't be read, and for a file of several series without a choice.
    public init(_ files: [String], series: Int? = nil, view: ViewDeclaration = ViewDeclaration()) throws {
        let sources = try FootageProbe.sources(in: files, declared: view)
        let chosen = series.map { series in sources.filter { $0.location.stream == series } } ?? sources
        guard chosen.count == 1 else {
            throw Fault(
                .invalid,
                chosen.isEmpty ? "there is no series \(series ?? 0)" : "the file holds \(chosen.count) series",
                at: files[0],
                advice: "Choose one with --series: \(sources.map { "\($0.location.stream)" }.joined(separator: ", ")).")
        }
        (source, description) = chosen[0]
    }

    /// Playback seconds a tick.
    var timeBase: Rational { source.playbackTimeBase(.native) }

    /// What `split --json` prints of each clip.
    public struct SplitClip: Codable, Sendable {
        public var file: String
        public var startFrame: Int
        public var endFrame: Int
        public var frames: Int
        public var width: Int
        public var height: Int
        @Nullable public var frameRate: Rational?
        public var sourceFrames: [Int]
    }

    /// Cuts the spans, or the detected shots, into `directory`; files are named by source and first frame.
    ///
    /// Throws a `Fault` for a span outside of the recording, or the first clip that failed.
    ///
    /// - Parameter recipe: how shots are detected.
    public func split(
        spans: [FrameSpan]?, profile: Profile, recipe: Recipe, into directory: String, threads: Int
    ) throws -> [SplitClip] {
        let plan = spans == nil ? try ScanPlan(for: recipe, from: ".") : try ScanPlan(ScanRule())
        let track = try SourceScan.measure(source, plan: plan, threads: threads).track
        let detector = TransitionDetector(recipe.detect)
        let wanted = spans ?? ShotSpans.between(detector.detect(track).transitions, frameCount: track.count)
        if let beyond = wanted.first(where: { $0.end > track.count }) {
            throw Fault(
                .invalid, "the span \(beyond.start)-\(beyond.end) ends after the last of \(track.count) frames",
                at: source.paths[0], advice: "Give spans within 0-\(track.count).")
        }
        try Fault.guarding(directory) {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        }
        let stem = ((source.paths[0] as NSString).lastPathComponent as NSString).deletingPathExtension
        let digits = String(track.count).count
        let named = wanted.map { span in
            let first = String(span.start)
            let name = "\(stem)-\(String(repeating: "0", count: digits - first.count))\(first)-\(span.end)"
            return (name: name, span: ClipSpan(ticks: track.timing.ticks(of: span), frames: span))
        }
        let cuts = try SpanCutter.cut(
            source, timing: track.timing, spans: named, profile: profile, into: directory, threads: threads)
        return try zip(wanted, cuts).map { span, result in
            let cut = try result.get()
            return SplitClip(
                file: cut.path, startFrame: span.start, endFrame: span.end, frames: cut.sourceFrames.count,
                width: cut.width, height: cut.height, frameRate: profile.rate, sourceFrames: cut.sourceFrames)
        }
    }

    public static func compare(_ first: String, _ second: String) throws -> Similarity {
        func hashes(_ path: String) throws -> [TimedHash] {
            let footage = try LooseFootage([path])
            let track = try SourceScan.measure(footage.source, plan: try ScanPlan(ScanRule()), threads: 2).track
            let whole = track.timing.ticks(of: FrameSpan(start: 0, end: track.count))
            return SampledHashes(of: track).inside(whole, timeBase: footage.timeBase)
        }
        return Similarity.compare(try hashes(first), try hashes(second))
    }
}
