import Analysis
public import Manifest
public import Model
public import Pipeline

/// Duplicate groups over all passing clips, by the scan's hashes and by overlap within a source.
public struct DedupStage: Stage {
    public static let head = StageHead(
        "dedup", version: 2, place: .here, abstract: "Group clips that show the same footage.")

    public struct Rule: Codable, Hashable, Sendable {
        let dedup: Recipe.Dedup
        /// The rate of sources without timestamps.
        let ordinalRate: Rational
    }

    public static func rule(of recipe: Recipe) -> Rule {
        Rule(dedup: recipe.dedup, ordinalRate: recipe.mainProfile.ordinalRate)
    }

    public let rule: Rule
    private let folder: WorkspaceFolder

    public init(rule: Rule, in folder: WorkspaceFolder) {
        self.rule = rule
        self.folder = folder
    }

    /// All passing clips, and what their sources share.
    public struct Item: Codable, Sendable {
        struct Clip: Codable, Sendable {
            var id: ClipID
            var source: SourceID
            var ticks: TickSpan
            var standing: DuplicateCandidate.Standing
            var wasReleased: Bool
        }
        struct Footage: Codable, Sendable {
            /// None where the source has no track: it has no pictures to compare.
            var parts: [TrackPartRecord]
            var timeBase: Rational
            var pixels: Int
            var bytesPerFrame: Double
        }
        var clips: [Clip]
        var footage: [SourceID: Footage]
        /// Pairs that a curator keeps apart.
        var apart: [[ClipID]]
    }

    /// One task with all passing clips.
    ///
    /// What releases hold is read too and no input: what they hold represents its group already, and keeps its place when
    /// another input changes.
    public func tasks(in manifest: Manifest) throws -> [StageTask] {
        let scans = try manifest.tasks.outputs(stage: ScanStage.head.name)
        let clips = try manifest.clips.passing().map { clip in
            "\(clip.id) \(Self.standing(clip)) \(scans[clip.source.rawValue]?.hex ?? "-")\n"
        }
        return [
            StageTask(
                "all", inputs: [Digest(of: clips.joined()), try Digest(ofJSON: try manifest.duplicates.separated())],
                label: "clips")
        ]
    }

    public func item(for tasks: [StageTask], in manifest: Manifest) throws -> Work<Item> {
        try work(on: try manifest.clips.passing(), in: manifest)
    }

    private func work(on clips: [ClipRecord], in manifest: Manifest) throws -> Work<Item> {
        let released = try manifest.releases.clips()
        let tracks = try manifest.tracks.all()
        let timeBases = try manifest.sources.timeBases()
        let pictures = try manifest.tracks.pictures()
        let wanted = Set(SampledHashes.parts.map { $0.name })
        let footage = Set(clips.map(\.source)).reduce(into: [SourceID: Item.Footage]()) { all, source in
            all[source] = Item.Footage(
                parts: (tracks[source] ?? []).filter { wanted.contains($0.part) },
                timeBase: timeBases[source] ?? rule.ordinalRate.reciprocal,
                pixels: pictures[source]?.pixels ?? 0, bytesPerFrame: pictures[source]?.bytesPerFrame ?? 0)
        }
        let item = Item(
            clips: clips.map {
                .init(
                    id: $0.id, source: $0.source, ticks: $0.span.ticks, standing: Self.standing($0),
                    wasReleased: released.contains($0.id))
            }, footage: footage, apart: try manifest.duplicates.separated())
        return Work(item, inputs: folder.inputs(footage.values.flatMap(\.parts)))
    }

    public static func process(_ item: Item, _ rule: Rule, at bench: Bench) throws -> [DuplicateRecord] {
        try groups(item, rule, at: bench).flatMap { group in
            let name = "dup-" + Digest(of: group.members[0].id.rawValue).hex.prefix(32)
            return group.members.map {
                DuplicateRecord(
                    clip: $0.id, group: name, representative: group.representative, distance: $0.distance,
                    offsetSeconds: $0.offsetSeconds)
            }
        }
    }

    /// The duplicate groups among some clips. Export asks once more for those that it is about to release.
    func groups(among clips: [ClipRecord], in manifest: Manifest) throws -> [DuplicateGroup] {
        let work = try work(on: clips, in: manifest)
        return try Self.groups(work.item, rule, at: Bench(inputs: work.inputs, folder: "", threads: 1))
    }

    private static func groups(_ item: Item, _ rule: Rule, at bench: Bench) throws -> [DuplicateGroup] {
        let sources = item.footage.keys.sorted()
        let read = sources.mapOnAllCores { source in
            Result {
                let parts = item.footage[source]?.parts ?? []
                return parts.isEmpty
                    ? SampledHashes() : SampledHashes(of: try FrameTrack(parts, at: bench, SampledHashes.parts))
            }
        }
        let hashes = try zip(sources, read).reduce(into: [:]) { $0[$1.0] = try $1.1.get() }
        let candidates = item.clips.compactMap { clip in
            item.footage[clip.source].map { footage in
                DuplicateCandidate(
                    id: clip.id, source: clip.source, ticks: clip.ticks,
                    hashes: hashes[clip.source]?.inside(clip.ticks, timeBase: footage.timeBase) ?? [],
                    standing: clip.standing, wasReleased: clip.wasReleased, pixels: footage.pixels,
                    bytesPerFrame: footage.bytesPerFrame, duration: footage.timeBase.seconds(clip.ticks.length))
            }
        }
        return DuplicateSearch.groups(candidates, apart: item.apart, rule.dedup)
    }

    public func record(
        _ output: [DuplicateRecord], for tasks: [StageTask], in transaction: Transaction
    ) throws -> [TaskEnd] {
        try transaction.duplicates.record(output)
        return [.done(try Digest(ofJSON: output))]
    }

    public static func rejected(in manifest: Manifest) throws -> [String: Int] {
        try manifest.overview.reasons(of: .duplicate)
    }

    private static func standing(_ clip: ClipRecord) -> DuplicateCandidate.Standing {
        switch clip.acceptance {
        case .accepted: .accepted
        case .open, .disputed: .decided
        case nil: .undecided
        case .declined: .declined
        }
    }
}
