import Analysis
import Foundation
public import Manifest
import Media
public import Model
public import Pipeline
import Shots

/// Renditions of the unique clips in the recipe's main profile: one decode run over a source with all its clips.
public struct CutStage: Stage {
    public static let head = StageHead(
        "cut", version: 1, place: .worker(WorkerLimits(seconds: 2 * 3600, residentBytes: 4 << 30)),
        abstract: "Encode the unique clips, frame-exact.")

    public static func rule(of recipe: Recipe) -> Profile { recipe.mainProfile }
    public let rule: Profile
    private let folder: WorkspaceFolder

    public init(rule: Profile, in folder: WorkspaceFolder) {
        self.rule = rule
        self.folder = folder
    }

    public struct Item: Codable, Sendable {
        struct Clip: Codable, Sendable {
            var id: ClipID
            var span: ClipSpan
        }
        var source: BenchSource
        var timing: TrackPartRecord
        var clips: [Clip]
    }

    public struct Output: Codable, Sendable {
        struct Clip: Codable, Sendable {
            var artifact: Artifact?
            var rendition: Rendition?
            var fault: Fault?
        }
        var clips: [Clip]
    }

    public func tasks(in manifest: Manifest) throws -> [StageTask] {
        let timings = try manifest.tracks.parts(named: FrameTiming.name)
        let files = try manifest.renditions.files(profile: rule.name)
        let names = try manifest.sources.names()
        return try manifest.clips.unique().map { clip in
            StageTask(
                clip.id.rawValue, inputs: timings[clip.source].map { [$0.sha256] } ?? [], group: clip.source.rawValue,
                label: names[clip.source] ?? clip.id.rawValue,
                isLost: files[clip.id].map { !folder.holds($0) } ?? false)
        }
    }

    public func item(for tasks: [StageTask], in manifest: Manifest) throws -> Work<Item> {
        let clips = try manifest.clips.named(tasks.map { ClipID(rawValue: $0.key) })
        let source = clips[0].source
        let files = try manifest.files.of(source)
        guard let timing = try manifest.tracks.parts(of: source).first(where: { $0.part == FrameTiming.name }) else {
            throw Fault(
                .corrupt, "the frame track has no part '\(FrameTiming.name)'", at: source.rawValue,
                advice: "Run 'microcurate scan'.")
        }
        return Work(
            Item(
                source: BenchSource(try manifest.sources.location(of: source), files: files), timing: timing,
                clips: clips.map { .init(id: $0.id, span: $0.span) }),
            inputs: files.map(BenchInput.init) + folder.inputs([timing]))
    }

    public static func process(_ item: Item, _ rule: Profile, at bench: Bench) throws -> Output {
        let source = try bench.open(item.source)
        let timing = try FrameTiming(decoding: try bench.bytes(of: item.timing.sha256))
        let results = try SpanCutter.cut(
            source, timing: timing, spans: item.clips.map { ($0.id.rawValue, $0.span) }, profile: rule,
            into: bench.folder, threads: bench.threads)
        for case .failure(let fault) in results where fault.endsRun { throw fault }
        return Output(
            clips: zip(item.clips, results).map { clip, result in
                switch result {
                case .failure(let fault): return .init(fault: fault)
                case .success(let cut):
                    let artifact = Artifact(
                        name: (cut.path as NSString).lastPathComponent, sha256: cut.sha256, bytes: cut.bytes,
                        shelf: .renditions, suffix: ".mp4")
                    return .init(artifact: artifact, rendition: rendition(of: clip, cut, artifact.file, item, rule))
                }
            })
    }

    private static func rendition(
        of clip: Item.Clip, _ cut: SpanCutter.Cut, _ file: String, _ item: Item, _ profile: Profile
    ) -> Rendition {
        let view = item.source.view
        let played = item.source.playbackTimeBase(profile).seconds(clip.span.ticks.length)
        return Rendition(
            clip: clip.id, profile: profile.name, sha256: cut.sha256, file: file, bytes: cut.bytes, width: cut.width,
            height: cut.height, frames: cut.sourceFrames.count, frameRate: profile.rate,
            sourceFrames: cut.sourceFrames,
            umPerPixel: (view.pixelHeightUm ?? view.pixelSizeUm).map { $0.double / cut.scale },
            timeLapse: view.intervalSeconds.map { $0.double * Double(clip.span.frames.count) / played })
    }

    public static func artifacts(of output: Output) -> [Artifact] { output.clips.compactMap(\.artifact) }

    public func record(_ output: Output, for tasks: [StageTask], in transaction: Transaction) throws -> [TaskEnd] {
        try output.clips.map { clip in
            if let fault = clip.fault { return .failed(fault) }
            guard let rendition = clip.rendition else {
                throw Fault(
                    .internal, "a clip came back without rendition or fault", at: Self.head.name,
                    advice: "Report this.")
            }
            try transaction.renditions.record(rendition)
            return .done(rendition.sha256)
        }
    }

    public static func formerFingerprint(of task: StageTask, _ rule: Profile) throws -> Digest? {
        struct Inputs: Encodable {
            let clip: ClipID
            let timing: Digest?
            let version: Int
            let profile: Profile
        }
        return try Digest(
            ofJSON: Inputs(
                clip: ClipID(rawValue: task.key), timing: task.inputs.first, version: head.version, profile: rule))
    }
}
