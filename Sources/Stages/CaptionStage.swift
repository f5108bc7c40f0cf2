import Captions
public import Manifest
import Model
public import Pipeline

/// The normal form of each unique clip's raw text: from a caption file where there is one, else from the sidecar.
public struct CaptionStage: Stage {
    public let name = "caption"
    public let version = 1
    let workspace: Workspace

    public init(workspace: Workspace) { self.workspace = workspace }

    /// The raw text of one clip; nil where nothing is known.
    public struct Raw: Codable, Hashable, Sendable {
        var clip: ClipID
        var text: String?
        /// `file` or `sidecar`.
        var origin: String
    }

    public struct Item: Codable, Sendable {
        var clips: [Raw]
    }

    public struct Output: Codable, Sendable {
        struct Clip: Codable, Sendable {
            var raw: Raw
            /// Empty where nothing is known: it takes the place of an earlier text.
            var normalized: CaptionRecord
        }
        var clips: [Clip]
    }

    private struct Inputs: Encodable {
        let raw: Raw
        let version: Int
    }

    public func pending(in manifest: Manifest) throws -> [Batch] {
        let clips = Dictionary(grouping: try manifest.uniqueClips(), by: \.source).sorted { $0.key < $1.key }
        let written = try manifest.fileCaptions()
        var sources: [String: SourceID] = [:]
        let wanted = try clips.flatMap { source, clips in
            try raws(of: clips, of: source, written: written, in: manifest).map { raw in
                sources[raw.clip.rawValue] = source
                return TaskReference(
                    key: raw.clip.rawValue, fingerprint: try Digest(ofJSON: Inputs(raw: raw, version: version)))
            }
        }
        let names = try manifest.sourceNames()
        return Dictionary(grouping: try stale(wanted, in: manifest)) { sources[$0.key]! }
            .sorted { $0.key < $1.key }.map { Batch(tasks: $0.value, label: names[$0.key] ?? $0.key.rawValue) }
    }

    public func item(for batch: Batch, in manifest: Manifest) throws -> Item {
        let clips = try batch.tasks.map { try manifest.clip(ClipID(rawValue: $0.key)) }
        return Item(
            clips: try raws(of: clips, of: clips[0].source, written: try manifest.fileCaptions(), in: manifest))
    }

    private func raws(
        of clips: [ClipRecord], of source: SourceID, written: [ClipID: String], in manifest: Manifest
    ) throws -> [Raw] {
        let provenance = try manifest.provenance(of: source)
        let lines = Subtitles(cues: try manifest.subtitles(of: source))
        let timeBase = try manifest.timeBase(of: source, in: workspace.recipe.mainProfile)
        return clips.map { clip in
            if let text = written[clip.id] { return Raw(clip: clip.id, text: text, origin: "file") }
            let ticks = clip.span.ticks
            let spoken = lines.text(in: timeBase.seconds(ticks.start)..<timeBase.seconds(ticks.end))
            let text = RawCaption.compose(
                parts: workspace.recipe.caption.from, title: provenance.title, description: provenance.description,
                subtitles: spoken)
            return Raw(clip: clip.id, text: text, origin: "sidecar")
        }
    }

    public func process(_ item: Item, in scratch: Scratch) throws -> Output {
        Output(
            clips: try item.clips.map { raw in
                let normal = Normalizer.normalize(raw.text ?? "")
                let record = CaptionRecord(
                    clip: raw.clip, kind: .normalized, text: normal.text, origin: "normalizer \(version)",
                    edits: try JSON.line(normal.edits), flags: try JSON.line(normal.flags))
                return .init(raw: raw, normalized: record)
            })
    }

    public func record(_ output: Output, of batch: Batch, in manifest: Manifest) throws -> [TaskReference] {
        let captions = output.clips.map { clip in
            let raw = clip.raw.text.map {
                CaptionRecord(clip: clip.raw.clip, kind: .raw, text: $0, origin: clip.raw.origin)
            }
            return [raw, clip.normalized].compactMap(\.self)
        }
        try manifest.record(
            captions: captions, tasks: batch.tasks, stage: name,
            outputs: output.clips.map { $0.normalized.sha256 })
        return []
    }
}
