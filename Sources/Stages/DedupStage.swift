import Analysis
public import Manifest
import Model
public import Pipeline

/// Duplicate groups over all passing clips, by the scan's hashes and by overlap within a source.
public struct DedupStage: WholeSetStage {
    static let name = "dedup"
    public var name: String { Self.name }
    public let version = 1
    let workspace: Workspace

    public init(workspace: Workspace) { self.workspace = workspace }

    /// What releases hold is read too and no input: what they hold represents its group already, and keeps its place when
    /// another input changes.
    private struct Inputs: Encodable {
        struct Clip: Encodable {
            let id: ClipID
            let standing: DuplicateCandidate.Standing
            let scan: Digest?
        }
        let version: Int
        let dedup: Recipe.Dedup
        let ordinalRate: Rational
        let clips: [Clip]
        /// Pairs that a curator keeps apart; nil without any.
        let apart: [[ClipID]]?
    }

    public func pending(in manifest: Manifest) throws -> TaskReference? {
        let scans = try manifest.outputs(stage: "scan")
        let apart = try manifest.separated()
        let inputs = Inputs(
            version: version, dedup: workspace.recipe.dedup, ordinalRate: workspace.recipe.mainProfile.ordinalRate,
            clips: try manifest.passingClips().map {
                .init(
                    id: $0.id, standing: Self.standing($0), scan: scans[$0.source.rawValue])
            }, apart: apart.isEmpty ? nil : apart)
        let task = TaskReference(key: "all", fingerprint: try Digest(ofJSON: inputs))
        return try manifest.fingerprints(stage: name)["all"] == task.fingerprint.hex ? nil : task
    }

    public func run(_ task: TaskReference, in manifest: Manifest) throws {
        let groups = try groups(among: try manifest.passingClips(), in: manifest)
        let rows = groups.flatMap { group in
            let name = "dup-" + Digest(of: group.members[0].id.rawValue).hex.prefix(32)
            return group.members.map {
                Manifest.Duplicate(
                    clip: $0.id, group: name, representative: group.representative, distance: $0.distance,
                    offsetSeconds: $0.offsetSeconds)
            }
        }
        try manifest.record(duplicates: rows, task: task, stage: name, output: try Digest(ofJSON: rows))
    }

    /// The duplicate groups among some clips. Export asks once more for those that it is about to release.
    func groups(among clips: [ClipRecord], in manifest: Manifest) throws -> [DuplicateGroup] {
        DuplicateSearch.groups(
            try candidates(clips, in: manifest), apart: try manifest.separated(), workspace.recipe.dedup)
    }

    private func candidates(_ clips: [ClipRecord], in manifest: Manifest) throws -> [DuplicateCandidate] {
        let released = try manifest.releasedClips()
        let sources = try footage(of: clips, in: manifest)
        return clips.map { clip in
            let footage = sources[clip.source]!
            let ticks = clip.span.ticks
            return DuplicateCandidate(
                id: clip.id, source: clip.source, ticks: ticks,
                hashes: footage.hashes.inside(ticks, timeBase: footage.timeBase), standing: Self.standing(clip),
                wasReleased: released.contains(clip.id), pixels: footage.pixels, bytesPerFrame: footage.bytesPerFrame,
                duration: footage.timeBase.seconds(ticks.length))
        }
    }

    /// What a source's candidates share.
    private struct Footage {
        let hashes: SampledHashes
        let timeBase: Rational
        let pixels: Int
        let bytesPerFrame: Double
    }

    private func footage(of clips: [ClipRecord], in manifest: Manifest) throws -> [SourceID: Footage] {
        let tracks = try manifest.tracks()
        let sources = Set(clips.map(\.source)).sorted()
        let hashes = sources.mapOnAllCores { source in
            // A source without a track has no pictures to compare.
            Result { try tracks[source].map { try TrackFiles.read($0, in: workspace, SampledHashes.parts) } }
        }
        return try zip(sources, hashes).reduce(into: [:]) { all, next in
            let (source, track) = next
            let size = try manifest.size(of: source) ?? (0, 0)
            all[source] = Footage(
                hashes: try track.get().map(SampledHashes.init(of:)) ?? SampledHashes(),
                timeBase: try manifest.timeBase(of: source, in: workspace.recipe.mainProfile),
                pixels: size.width * size.height, bytesPerFrame: try manifest.bytesPerFrame(of: source))
        }
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
