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
        let hashes = try manifest.pictureHashes()
        let released = try manifest.releasedClips()
        var sources: [SourceID: (timeBase: Rational, pixels: Int, bytesPerFrame: Double)] = [:]
        return try clips.map { clip in
            if sources[clip.source] == nil {
                let size = try manifest.size(of: clip.source) ?? (0, 0)
                sources[clip.source] = (
                    try manifest.timeBase(of: clip.source, in: workspace.recipe.mainProfile), size.width * size.height,
                    try manifest.bytesPerFrame(of: clip.source)
                )
            }
            let (timeBase, pixels, bytesPerFrame) = sources[clip.source]!
            let ticks = clip.span.ticks
            return DuplicateCandidate(
                id: clip.id, source: clip.source, ticks: ticks,
                hashes: (hashes[clip.source] ?? []).filter { ticks.start <= $0.pts && $0.pts < ticks.end }.map {
                    TimedHash(seconds: timeBase.seconds($0.pts - ticks.start), hash: $0.hash)
                },
                standing: Self.standing(clip), wasReleased: released.contains(clip.id), pixels: pixels,
                bytesPerFrame: bytesPerFrame,
                duration: timeBase.seconds(ticks.length))
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
