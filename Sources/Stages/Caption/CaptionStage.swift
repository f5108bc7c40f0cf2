import Captions
public import Manifest
public import Model
public import Pipeline

/// The normal form of each unique clip's raw text: that of the first origin which has one.
public struct CaptionStage: Stage {
    public static let head = StageHead(
        "caption", version: 1, place: .here, abstract: "Take captions in and bring them into normal form.")

    public struct Rule: Codable, Hashable, Sendable {
        /// Parts of a sidecar that make up a text.
        let from: [Recipe.Caption.Part]
        /// The rate of sources without timestamps.
        let ordinalRate: Rational
    }

    public static func rule(of recipe: Recipe) -> Rule {
        Rule(from: recipe.caption.from, ordinalRate: recipe.mainProfile.ordinalRate)
    }

    public let rule: Rule
    private let origins: [CaptionOrigin]

    public init(rule: Rule, in folder: WorkspaceFolder) { self.init(rule: rule, origins: CaptionOrigin.all) }

    package init(rule: Rule, origins: [CaptionOrigin]) {
        self.rule = rule
        self.origins = origins
    }

    /// The raw texts of one clip, those that go before others first.
    public struct Texts: Codable, Sendable {
        struct Text: Codable, Sendable {
            var origin: String
            var text: String
        }
        var clip: ClipID
        var texts: [Text]

        fileprivate var digest: Digest {
            Digest(of: texts.map { "\($0.origin)\u{0}\($0.text)\u{0}" }.joined())
        }
    }

    public struct Output: Codable, Sendable {
        struct Clip: Codable, Sendable {
            var raw: Texts
            /// Empty where nothing is known: it takes the place of an earlier text.
            var normalized: CaptionRecord
        }
        var clips: [Clip]
    }

    public func tasks(in manifest: Manifest) throws -> [StageTask] {
        let clips = Dictionary(grouping: try manifest.clips.unique(), by: \.source).sorted { $0.key < $1.key }
        let names = try manifest.sources.names()
        return try stride(from: 0, to: clips.count, by: CaptionMaterial.sources).flatMap { start in
            let some = clips[start..<min(start + CaptionMaterial.sources, clips.count)]
            let material = try CaptionMaterial(manifest, rule, origins: origins, for: some.flatMap(\.value))
            return try some.flatMap { source, clips in
                try items(of: clips, source, material).map {
                    StageTask(
                        $0.clip.rawValue, inputs: [$0.digest], group: source.rawValue,
                        label: names[source] ?? $0.clip.rawValue)
                }
            }
        }
    }

    public func item(for tasks: [StageTask], in manifest: Manifest) throws -> Work<[Texts]> {
        let clips = try manifest.clips.named(tasks.map { ClipID(rawValue: $0.key) })
        let material = try CaptionMaterial(manifest, rule, origins: origins, for: clips)
        return Work(try items(of: clips, clips[0].source, material))
    }

    private func items(of clips: [ClipRecord], _ source: SourceID, _ material: CaptionMaterial) throws -> [Texts] {
        let texts = try origins.map { ($0.name, try $0.texts(clips, source, material)) }
        return clips.map { clip in
            Texts(
                clip: clip.id,
                texts: texts.compactMap { name, all in all[clip.id].map { .init(origin: name, text: $0) } })
        }
    }

    public static func process(_ item: [Texts], _ rule: Rule, at bench: Bench) throws -> Output {
        Output(
            clips: try item.map { clip in
                let normal = Normalizer.normalize(clip.texts.first?.text ?? "")
                let record = CaptionRecord(
                    clip: clip.clip, kind: .normalized, text: normal.text, origin: "normalizer \(head.version)",
                    edits: try JSON.line(normal.edits), flags: try JSON.line(normal.flags))
                return .init(raw: clip, normalized: record)
            })
    }

    public func record(_ output: Output, for tasks: [StageTask], in transaction: Transaction) throws -> [TaskEnd] {
        try output.clips.map { clip in
            // The text that was taken is the newest.
            let raws = clip.raw.texts.reversed().map {
                CaptionRecord(clip: clip.raw.clip, kind: .raw, text: $0.text, origin: $0.origin)
            }
            try transaction.captions.record(
                raws: raws, taken: raws.isEmpty ? nil : raws.count - 1, normalized: clip.normalized)
            return .done(clip.normalized.sha256)
        }
    }
}
