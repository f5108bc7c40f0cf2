import Captions
import Manifest
import Model
import Pipeline
import Stages
import Testing

extension CaptionOrigin {
    /// Which frames of what the clip is.
    static let place = CaptionOrigin("place") { clips, source, material in
        let title = material.provenances[source]?.title ?? "A recording"
        return clips.reduce(into: [:]) { texts, clip in
            texts[clip.id] = "\(title), frames \(clip.span.frames.start) to \(clip.span.frames.end)."
        }
    }
}

@Suite struct ToyOriginTests {
    @Test func itsTextsBecomeCaptions() throws {
        let toys = try ToyWorkspace()
        try toys.ingest(try toys.stack("stack.tif", pages: 40) { page, x, y in (2 * page + 3 * x + y * y) % 253 })
        let summaries = try toys.runner.run(Array(Stages.all.prefix { $0.head.name != CutStage.head.name }))
        #expect(summaries.allSatisfy { $0.failed == 0 }, "\(summaries)")
        let clips = try toys.manifest.clips.unique()
        #expect(!clips.isEmpty)

        let rule = CaptionStage.rule(of: toys.workspace.recipe)
        let stage = CaptionStage(rule: rule, origins: CaptionOrigin.all + [.place])
        #expect(try toys.runner.run(stage).done == clips.count)
        #expect(try stage.pending(in: toys.manifest).isEmpty)
        let raw = try toys.manifest.captions.raw(origin: "place", of: clips.map(\.id))
        let normal = try toys.manifest.captions.normalized(of: clips.map(\.id))
        for clip in clips {
            let title = try toys.manifest.sources.provenance(of: clip.source).title ?? "A recording"
            let text = "\(title), frames \(clip.span.frames.start) to \(clip.span.frames.end)."
            #expect(raw[clip.id] == text)
            #expect(normal[clip.id] == Normalizer.normalize(text).text)
        }
        let plain = CaptionStage(rule: rule, origins: CaptionOrigin.all)
        #expect(try plain.pending(in: toys.manifest).count == clips.count, "other texts are other inputs")
    }
}
