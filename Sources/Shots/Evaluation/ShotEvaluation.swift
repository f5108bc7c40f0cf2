public import Analysis
import Foundation
import Media
public import Model

/// Detectors against the truth of edited videos. Each video is decoded once, whatever the number of detectors.
public struct ShotEvaluation: Sendable {
    /// What one detector says of one video.
    public struct Answer: Sendable {
        public let detector: String
        public let score: ShotScore
        /// The surest first.
        public let misses: [ShotMiss]
        let middles: [Int]
        let match: BoundaryMatch
    }

    public struct Video: Sendable {
        /// The truth's file name without `.truth.json`.
        public let name: String
        public let truth: ShotTruth
        public let answers: [Answer]
        let source: SourceLocation
        let timing: SourceTiming
        let isDamaged: Bool
    }

    /// One detector over all videos that it gave an answer for.
    public struct Row: Sendable {
        public let detector: String
        public let score: ShotScore
        /// Of F1, 95 %.
        public let interval: ClosedRange<Double>?
        public let videos: [(video: Video, answer: Answer)]
    }

    /// In order of name.
    public private(set) var videos: [Video] = []
    /// What could not be evaluated; the rest was.
    public private(set) var faults: [Fault] = []
    public private(set) var rows: [Row] = []

    public struct Options: Sendable {
        /// Frames by which a boundary may be off.
        public var slack = 2
        /// Rounds of the bootstrap; 0 for no interval.
        public var bootstrap = 1000
        public var seed: UInt64 = 1
        public var detect = Recipe.Detect()
        /// What is measured: the networks that score as well, say.
        public var plan: ScanPlan
        /// Decoder threads; results don't depend on them.
        public var threads = 1

        public init(plan: ScanPlan) { self.plan = plan }
    }

    /// Evaluates every `*.truth.json` in `directory` with the video beside it.
    /// - Parameters:
    ///   - tools: names of other tools and the directories of their answers, see `ShotEvaluationTool`.
    ///   - begin: called once all is found to be in order, before the first video.
    ///   - advance: called after each video: 1 where it could not be evaluated.
    /// - Throws: a `Fault` where the directory can't be read or holds no truth.
    public init(
        of directory: String, tools: [ShotEvaluationTool] = [], options: Options,
        begin: (_ videos: Int) -> Void, advance: (_ failed: Int) -> Void
    ) throws {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw Fault(.unreadable, "the folder can't be read", at: directory, advice: "Check the path.")
        }
        let truths = names.filter { $0.hasSuffix(Self.suffix) }.sorted()
        guard !truths.isEmpty else {
            throw Fault(
                .empty, "there is no *\(Self.suffix)", at: directory,
                advice: "Name a folder with truth, or make one with 'microcurate generate DIR --edits 3'.")
        }
        for tool in tools { try tool.check() }
        begin(truths.count)
        for name in truths {
            let before = faults.count
            do {
                let stem = String(name.dropLast(Self.suffix.count))
                videos.append(try evaluate(stem, in: directory, beside: names, tools: tools, options: options))
            } catch let fault as Fault {
                faults.append(fault)
            }
            advance(faults.count > before ? 1 : 0)
        }
        rows = Self.rows(of: videos, options: options)
    }

    private static let suffix = ".truth.json"

    private mutating func evaluate(
        _ stem: String, in directory: String, beside names: [String], tools: [ShotEvaluationTool], options: Options
    ) throws -> Video {
        let file = "\(directory)/\(stem)\(Self.suffix)"
        guard let data = FileManager.default.contents(atPath: file) else {
            throw Fault(.unreadable, "the truth can't be read", at: file, advice: "Check its permissions.")
        }
        let truth = try ShotTruth.parse(data, file: file)
        let video = try Self.video(of: stem, in: directory, among: names)
        guard let source = try FootageProbe.sources(in: [video], declared: ViewDeclaration()).first?.location else {
            throw Fault(.notMedia, "there is nothing to see in it", at: video, advice: "Replace the file.")
        }
        let scan = try SourceScan.measure(source, plan: options.plan, threads: options.threads)
        let track = scan.track
        guard track.count == truth.frames else {
            throw Fault(
                .mismatch, "the video has \(track.count) frames, its truth \(truth.frames)", at: video,
                advice: "Make the video and its truth together.")
        }
        var answers = Self.detectors(of: track).map { detector in
            var rule = options.detect
            rule.detector = detector
            let detection = TransitionDetector(rule).detect(track)
            return Self.answer(
                detector.rawValue, detection.transitions.map(PredictedBoundary.init), rejected: detection.rejected,
                truth: truth, slack: options.slack)
        }
        for tool in tools {
            do {
                let boundaries = try tool.boundaries(of: stem)
                answers.append(
                    Self.answer(tool.name, boundaries, rejected: [], truth: truth, slack: options.slack))
            } catch let fault as Fault {
                faults.append(fault)
            }
        }
        let timing = SourceTiming(
            pts: track.timing.pts, checksums: track.timing.checksums,
            timeBase: source.playbackTimeBase(.native))
        return Video(
            name: stem, truth: truth, answers: answers, source: source, timing: timing,
            isDamaged: !scan.problems.isEmpty)
    }

    /// The file of that stem that is neither text nor JSON.
    private static func video(of stem: String, in directory: String, among names: [String]) throws -> String {
        let others: Set<String> = ["json", "csv", "txt", "log", "html", "vtt", "srt", "edl"]
        let found = names.filter {
            ($0 as NSString).deletingPathExtension == stem && !others.contains(($0 as NSString).pathExtension)
        }.sorted()
        guard let name = found.first, found.count == 1 else {
            throw Fault(
                found.isEmpty ? .unreadable : .invalid,
                found.isEmpty
                    ? "there is no video '\(stem).*' beside the truth"
                    : "several files may be its video: \(found.joined(separator: ", "))",
                at: "\(directory)/\(stem)\(suffix)", advice: "Lay one video of that name beside it.")
        }
        return "\(directory)/\(name)"
    }

    /// What the track has the signals for.
    private static func detectors(of track: FrameTrack) -> [Recipe.Detect.Detector] {
        var detectors: [Recipe.Detect.Detector] = [.embedded]
        if track.neural != nil { detectors += [.neural, .fused] }
        if track.similarity != nil { detectors.append(.similarity) }
        return detectors
    }

    private static func answer(
        _ detector: String, _ boundaries: [PredictedBoundary], rejected: [Transition], truth: ShotTruth, slack: Int
    ) -> Answer {
        let middles = boundaries.map(\.middle)
        let match = BoundaryMatch(truth: truth.transitions, middles: middles, slack: slack)
        return Answer(
            detector: detector, score: ShotScore(truth: truth, predicted: boundaries, match: match),
            misses: ShotMiss.all(truth: truth, predicted: boundaries, rejected: rejected, match: match),
            middles: middles, match: match)
    }

    private static func rows(of videos: [Video], options: Options) -> [Row] {
        var detectors: [String] = []
        for answer in videos.flatMap(\.answers) where !detectors.contains(answer.detector) {
            detectors.append(answer.detector)
        }
        return detectors.map { detector in
            var score = ShotScore()
            var bootstrap = ShotBootstrap(rounds: options.bootstrap, seed: options.seed)
            let answered = videos.compactMap { video in
                video.answers.first { $0.detector == detector }.map { (video: video, answer: $0) }
            }
            for (video, answer) in answered {
                score += answer.score
                bootstrap.add(video.truth, middles: answer.middles, match: answer.match)
            }
            return Row(detector: detector, score: score, interval: bootstrap.interval(), videos: answered)
        }
    }
}
