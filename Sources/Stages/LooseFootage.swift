public import Analysis
import Foundation
public import Model
import Pipeline

/// A recording outside of any workspace: what `shots`, `split` and `similar` work on.
public struct LooseFootage {
    private let source: SourceLocation

    /// - Parameter series: which of several, by its `stream`; nil where there is one.
    ///
    /// Throws a `Fault` for what can't be read, and for a file of several series without a choice.
    public init(_ files: [String], series: Int? = nil, view: ViewDeclaration = ViewDeclaration()) throws {
        let sources = try IngestProbe.sources(in: files, declared: view).map(\.location)
        let chosen = series.map { series in sources.filter { $0.stream == series } } ?? sources
        guard chosen.count == 1 else {
            throw Fault(
                .invalid,
                chosen.isEmpty ? "there is no series \(series ?? 0)" : "the file holds \(chosen.count) series",
                at: files[0],
                advice: "Choose one with --series: \(sources.map { "\($0.stream)" }.joined(separator: ", ")).")
        }
        source = chosen[0]
    }

    private var timeBase: Rational { source.playbackTimeBase(.native) }

    public struct Boundary: Codable, Sendable {
        public var frame: Int
        public var pts: Int64
        public var seconds: Double
    }

    public struct Shot: Codable, Sendable {
        public var index: Int
        public var start: Boundary
        public var end: Boundary
    }

    public struct Change: Codable, Sendable {
        public var kind: Transition.Kind
        public var start: Boundary
        public var end: Boundary
        public var middle: Boundary
        public var score: Double
    }

    /// What `shots --json` prints.
    public struct ShotDocument: Codable, Sendable {
        public var frames: Int
        public var timeBase: Rational
        public var shots: [Shot]
        public var transitions: [Change]
    }

    public func shots(threads: Int) throws -> (document: ShotDocument, problems: [String]) {
        let scan = try SourceScan.measure(source, scan: .init(), threads: threads)
        let (transitions, shots) = Self.shots(in: scan.track)
        func boundary(_ frame: Int) -> Boundary {
            let pts = scan.track.timing.start(of: frame)
            return Boundary(frame: frame, pts: pts, seconds: timeBase.seconds(pts))
        }
        let document = ShotDocument(
            frames: scan.track.count, timeBase: timeBase,
            shots: shots.enumerated().map { Shot(index: $0, start: boundary($1.start), end: boundary($1.end)) },
            transitions: transitions.map {
                Change(
                    kind: $0.kind, start: boundary($0.frames.start), end: boundary($0.frames.end),
                    middle: boundary($0.middle), score: $0.score)
            })
        return (document, scan.problems)
    }

    private static func shots(in track: FrameTrack) -> (transitions: [Transition], shots: [FrameSpan]) {
        let transitions = TransitionDetector(.init()).transitions(in: track)
        return (transitions, Shots.between(transitions, frameCount: track.count))
    }

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
    public func split(spans: [FrameSpan]?, profile: Profile, into directory: String, threads: Int) throws -> [SplitClip]
    {
        let track = try SourceScan.measure(source, scan: .init(), threads: threads).track
        let wanted = spans ?? Self.shots(in: track).shots
        if let beyond = wanted.first(where: { $0.end > track.count }) {
            throw Fault(
                .invalid, "the span \(beyond.start)-\(beyond.end) ends after the last of \(track.count) frames",
                at: source.paths[0], advice: "Give spans within 0-\(track.count).")
        }
        try Workspace.guarding(directory) {
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
            source, timing: track.timing, spans: named, profile: profile,
            into: Scratch(directory: directory, threads: threads))
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
            let track = try SourceScan.measure(footage.source, scan: .init(), threads: 2).track
            let start = track.timing.start(of: 0)
            return track.samples.all.map {
                TimedHash(seconds: footage.timeBase.seconds(track.timing.pts[$0.ordinal] - start), hash: $0.hash)
            }
        }
        return Similarity.compare(try hashes(first), try hashes(second))
    }
}
