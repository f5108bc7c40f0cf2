import Analysis
import Foundation
public import Manifest
import Media
import Model
public import Pipeline

/// Renditions of the unique clips in the recipe's main profile: one decode run over a source with all its clips.
public struct CutStage: Stage {
    public let name = "cut"
    public let version = 1
    let workspace: Workspace

    public init(workspace: Workspace) { self.workspace = workspace }

    public struct Item: Codable, Sendable {
        struct Clip: Codable, Sendable {
            var id: ClipID
            var span: ClipSpan
        }
        var source: SourceLocation
        var files: [FileRecord]
        var timing: [TrackPartRecord]
        var profile: Profile
        var clips: [Clip]
    }

    public struct Output: Codable, Sendable {
        struct Clip: Codable, Sendable {
            var id: ClipID
            var staged: String
            var rendition: Rendition?
            var fault: Fault?
        }
        var clips: [Clip]
    }

    private struct Inputs: Encodable {
        let clip: ClipID
        let timing: Digest?
        let version: Int
        let profile: Profile
    }

    public func pending(in manifest: Manifest) throws -> [Batch] {
        let clips = try manifest.uniqueClips()
        let sources = Dictionary(uniqueKeysWithValues: clips.map { ($0.id.rawValue, $0.source) })
        let timings = try manifest.trackParts(named: FrameTiming.name)
        var templates: [SourceID: FingerprintTemplate] = [:]
        let wanted = try clips.map { clip in
            let template =
                try templates[clip.source]
                ?? FingerprintTemplate {
                    Inputs(
                        clip: $0, timing: timings[clip.source]?.sha256, version: version,
                        profile: workspace.recipe.mainProfile)
                }
            templates[clip.source] = template
            return TaskReference(key: clip.id.rawValue, fingerprint: template.fingerprint(of: clip.id))
        }
        let files = try manifest.renditionFiles(profile: workspace.recipe.mainProfile.name)
        let stale = try stale(wanted, in: manifest) { clip in
            files[ClipID(rawValue: clip)].map { !workspace.holds($0) } ?? false
        }
        let names = try manifest.sourceNames()
        return Dictionary(grouping: stale) { sources[$0.key]! }
            .sorted { $0.key < $1.key }.map { Batch(tasks: $0.value, label: names[$0.key] ?? $0.key.rawValue) }
    }

    public func item(for batch: Batch, in manifest: Manifest) throws -> Item {
        let clips = try batch.tasks.map { try manifest.clip(ClipID(rawValue: $0.key)) }
        let source = clips[0].source
        return Item(
            source: try manifest.location(of: source), files: try manifest.files(of: source),
            timing: try manifest.track(of: source).filter { $0.part == FrameTiming.name },
            profile: workspace.recipe.mainProfile, clips: clips.map { .init(id: $0.id, span: $0.span) })
    }

    public func process(_ item: Item, in scratch: Scratch) throws -> Output {
        for file in item.files { try file.check() }
        let timing = try TrackFiles.readTiming(item.timing, in: workspace)
        let results = try SpanCutter.cut(
            item.source, timing: timing, spans: item.clips.map { ($0.id.rawValue, $0.span) }, profile: item.profile,
            into: scratch)
        for case .failure(let fault) in results where fault.endsRun { throw fault }
        return Output(
            clips: zip(item.clips, results).map { clip, result in
                switch result {
                case .failure(let fault): .init(id: clip.id, staged: "", rendition: nil, fault: fault)
                case .success(let cut):
                    .init(id: clip.id, staged: cut.path, rendition: Self.rendition(of: clip, cut, item), fault: nil)
                }
            })
    }

    private static func rendition(of clip: Item.Clip, _ cut: SpanCutter.Cut, _ item: Item) -> Rendition {
        let view = item.source.view
        let played = item.source.playbackTimeBase(item.profile).seconds(clip.span.ticks.length)
        return Rendition(
            clip: clip.id, profile: item.profile.name, sha256: cut.sha256,
            file: "renditions/\(cut.sha256.hex.prefix(2))/\(cut.sha256.hex).mp4", bytes: cut.bytes, width: cut.width,
            height: cut.height, frames: cut.sourceFrames.count, frameRate: item.profile.rate,
            sourceFrames: cut.sourceFrames,
            umPerPixel: (view.pixelHeightUm ?? view.pixelSizeUm).map { $0.double / cut.scale },
            timeLapse: view.intervalSeconds.map { $0.double * Double(clip.span.frames.count) / played })
    }

    public func record(_ output: Output, of batch: Batch, in manifest: Manifest) throws -> [TaskReference] {
        var failed: [TaskReference] = []
        var done: [(rendition: Rendition, task: TaskReference)] = []
        for (clip, task) in zip(output.clips, batch.tasks) {
            if let rendition = clip.rendition {
                try workspace.place(clip.staged, at: rendition.file)
                done.append((rendition, task))
            } else if let fault = clip.fault {
                try manifest.fail([task], stage: name, fault: fault)
                failed.append(task)
            }
        }
        try manifest.record(done.map(\.rendition), tasks: done.map(\.task), stage: name)
        return failed
    }
}
