import Captions
package import Manifest
package import Model

/// Where raw texts come from: a value, and a line in `CaptionOrigin.all`.
package struct CaptionOrigin: Sendable {
    /// As `caption.origin` has it.
    package let name: String
    /// Whether its texts are rows that somebody else wrote, to be read back.
    let isStored: Bool
    /// The texts of some clips of one source, as far as it has some.
    let texts: @Sendable ([ClipRecord], SourceID, CaptionMaterial) throws -> [ClipID: String]

    package init(
        _ name: String, isStored: Bool = false,
        texts: @escaping @Sendable ([ClipRecord], SourceID, CaptionMaterial) throws -> [ClipID: String]
    ) {
        (self.name, self.isStored, self.texts) = (name, isStored, texts)
    }

    /// In the order in which they are asked: the first that has a text gives it.
    package static let all: [CaptionOrigin] = [.file, .import, .sidecar]
}

extension CaptionOrigin {
    /// `caption --from FILE`.
    static let file = CaptionOrigin("file", isStored: true) { _, _, material in material.stored("file") }

    /// What came with a ready clip; a part that an expert cut out of it has it too.
    static let `import` = CaptionOrigin("import", isStored: true) { clips, source, material in
        var texts = material.stored("import")
        if let caption = material.imported[source] {
            for clip in clips where clip.proposed { texts[clip.id] = caption }
        }
        return texts
    }

    /// Title, description and subtitles of the source.
    static let sidecar = CaptionOrigin("sidecar") { clips, source, material in
        let provenance = material.provenances[source] ?? Provenance()
        let lines = Subtitles(cues: material.subtitles[source] ?? [])
        let timeBase = material.timeBases[source] ?? material.rule.ordinalRate.reciprocal
        return clips.reduce(into: [:]) { texts, clip in
            let ticks = clip.span.ticks
            let spoken = lines.text(in: timeBase.seconds(ticks.start)..<timeBase.seconds(ticks.end))
            texts[clip.id] = RawCaption.compose(
                parts: material.rule.from, title: provenance.title, description: provenance.description,
                subtitles: spoken)
        }
    }
}

/// What origins read, loaded at once for the clips of some sources.
package struct CaptionMaterial {
    /// Sources whose clips share one: few enough that their subtitles are no burden.
    static let sources = 512

    package let rule: CaptionStage.Rule
    /// Captions that came with ready clips.
    let imported: [SourceID: String]
    package let provenances: [SourceID: Provenance]
    package let subtitles: [SourceID: [SubtitleLine]]
    /// Of sources that have timestamps.
    let timeBases: [SourceID: Rational]
    private let rows: [String: [ClipID: String]]

    init(_ manifest: Manifest, _ rule: CaptionStage.Rule, origins: [CaptionOrigin], for clips: [ClipRecord]) throws {
        self.rule = rule
        let sources = Set(clips.map(\.source))
        imported = try manifest.imports.captions(of: sources)
        provenances = try manifest.sources.provenances(of: Array(sources))
        subtitles = rule.from.contains(.subtitles) ? try manifest.sources.subtitles(of: Array(sources)) : [:]
        timeBases = try manifest.sources.timeBases(of: Array(sources))
        rows = try origins.filter(\.isStored).reduce(into: [:]) {
            $0[$1.name] = try manifest.captions.raw(origin: $1.name, of: clips.map(\.id))
        }
    }

    /// The newest recorded texts of an origin.
    package func stored(_ origin: String) -> [ClipID: String] { rows[origin] ?? [:] }
}
