import Analysis
import Foundation
package import Manifest
package import Model
package import Pipeline
package import Releases
import Review
import Stages

/// What a release holds of a workspace as the manifest stands: which clips, in which order and split, and what is
/// withheld. Memory grows with the number of clips by their ids alone.
package struct ReleaseContent {
    private let workspace: Workspace
    /// Frozen: all reads agree.
    private let manifest: Manifest
    private let order: [ClipID]
    private let splits: [SourceID: Split]
    private let accepted: Set<ClipID>
    private let sources: ReleaseSources
    private let reviewers: [String: Int]
    package let withheld: [WithheldClip]

    /// - Parameters:
    ///   - manifest: frozen.
    ///   - unreviewed: clips that are ready and that no expert has decided on go out too.
    package init(of workspace: Workspace, _ manifest: Manifest, unreviewed: Bool, licences: LicenceFilter) throws {
        self.workspace = workspace
        self.manifest = manifest
        let sources = try ReleaseSources(manifest)
        self.sources = sources
        reviewers = try manifest.decisions.reviewerNumbers()
        let export = workspace.recipe.export
        var (candidates, withheld) = try manifest.releases.candidates(
            unreviewed: unreviewed, captionRequired: workspace.recipe.caption.required)
        withheld += try manifest.releases.lapsed(unreviewed: unreviewed)
        let groups = try Self.freshGroups(among: candidates, in: workspace, manifest)
        let copies = Self.copies(groups)
        let sourceOf = Dictionary(uniqueKeysWithValues: candidates.map { ($0.id, $0.source) })
        let fresh = groups.map { group in
            group.members.compactMap { member in sourceOf[member.id].map { (clip: member.id, source: $0) } }
        }
        let ties = try manifest.releases.tiedSources() + fresh.map { $0.map(\.source) }
        let pinned = try manifest.releases.splits(seed: export.seed).compactMapValues(Split.init(rawValue:))
        let plan = SplitPlan(
            try SplitAssigner(seed: export.seed, validation: export.validation, test: export.test),
            ties: ties.map { $0.map(\.rawValue) },
            pinned: Dictionary(uniqueKeysWithValues: pinned.map { ($0.key.rawValue, $0.value) }))
        let bridging = Self.bridgingClips(of: try manifest.duplicates.members() + fresh, pinned)
        var splits: [SourceID: Split] = [:]
        candidates = try candidates.filter { clip in
            func withhold(_ reason: WithheldClip.Reason, _ detail: String) -> Bool {
                withheld.append(WithheldClip(clipId: clip.id, reason: reason, detail: detail))
                return false
            }
            if let representative = copies[clip.id] {
                return withhold(.duplicate, "duplicate_of \(representative)")
            }
            guard try sources.isAllowed(clip.source, by: licences) else {
                let licence = try sources[clip.source].licence
                return withhold(.licence, licence.isEmpty ? "unknown" : licence)
            }
            if !clip.wasReleased, let between = bridging[clip.id] { return withhold(.bridgesSplits, between) }
            switch plan.place(ofSource: clip.source.rawValue) {
            case .split(let split): splits[clip.source] = split
            case .bridges(let between): return withhold(.bridgesSplits, Self.names(between))
            }
            return true
        }
        self.splits = splits
        self.withheld = withheld.sorted { $0.clipId < $1.clipId }
        accepted = Set(candidates.lazy.filter(\.isAccepted).map(\.id))
        order = Shuffle.order(candidates.map(\.id.rawValue), seed: export.seed).map(ClipID.init(rawValue:))
    }

    package var count: Int { order.count }

    private static func names(_ splits: [Split]) -> String { splits.map(\.rawValue).joined(separator: ", ") }

    /// Footage is released once, even where decisions or footage came in after the last dedup. Where none did, the
    /// manifest has the groups.
    private static func freshGroups(
        among candidates: [ReleaseCandidate], in workspace: Workspace, _ manifest: Manifest
    ) throws -> [DuplicateGroup] {
        let dedup = try DedupStage(of: workspace)
        guard try !dedup.pending(in: manifest).isEmpty else { return [] }
        let ids = Set(candidates.map(\.id))
        return try dedup.groups(among: manifest.clips.passing().filter { ids.contains($0.id) }, in: manifest)
    }

    /// The representative of every other member.
    private static func copies(_ groups: [DuplicateGroup]) -> [ClipID: ClipID] {
        var copies: [ClipID: ClipID] = [:]
        for group in groups {
            for member in group.members where member.id != group.representative {
                copies[member.id] = group.representative
            }
        }
        return copies
    }

    /// Clips of duplicate groups whose members' sources earlier releases hold in different splits, and which.
    private static func bridgingClips(
        of groups: [[(clip: ClipID, source: SourceID)]], _ pinned: [SourceID: Split]
    ) -> [ClipID: String] {
        var bridging: [ClipID: String] = [:]
        for group in groups {
            let splits = Set(group.compactMap { pinned[$0.source] }).sorted()
            guard splits.count > 1 else { continue }
            for member in group { bridging[member.clip] = names(splits) }
        }
        return bridging
    }

    /// Hands over the clips in the release's order, a batch in memory at a time.
    package func makeIterator(annotated: Bool) -> () throws -> ReleaseClip? {
        let reader = ReleaseClipReader(of: self, annotated: annotated)
        return { try reader.next() }
    }

    /// The batch of clips from the one at `position` on, read beside the caller; nil behind the last.
    fileprivate func read(from position: Int, annotated: Bool) -> Prefetch<Batch>? {
        let ids = Array(order.dropFirst(position).prefix(Self.atOnce))
        guard !ids.isEmpty else { return nil }
        let (manifest, profile, reviewers) = (manifest, workspace.recipe.mainProfile.name, reviewers)
        return Prefetch {
            let clips = try manifest.releases.releasable(ids, profile: profile)
            guard clips.count == ids.count else {
                throw Fault(
                    .internal, "\(ids.count - clips.count) clips are gone while they are exported", at: "export",
                    advice: "Export again, and report it if that fails.")
            }
            guard annotated else { return Batch(clips: clips, annotations: [:]) }
            return Batch(
                clips: clips,
                annotations: try manifest.releases.annotations(of: ids, numbers: reviewers, inForce: Self.inForce))
        }
    }

    fileprivate struct Batch: Sendable {
        let clips: [ReleasableClip]
        let annotations: [ClipID: [Annotation]]
    }

    private static let atOnce = 256

    private static func inForce(_ decisions: [Decision]) -> [Decision] {
        let clip = ClipVoices(decisions)
        return clip.voices + [clip.settlement].compactMap(\.self)
    }

    fileprivate func clips(_ batch: Batch) throws -> [ReleaseClip] {
        try batch.clips.map { item in
            let id = item.clip.id
            let location = try sources.location(of: item.clip.source)
            return ReleaseClip(
                id: id, split: splits[item.clip.source] ?? .train, caption: item.caption,
                captionKind: item.captionByExpert ? .expert : .normalized, level: item.level,
                duplicateGroup: item.group, acceptedBy: accepted.contains(id) ? .experts : .unreviewed,
                span: item.clip.span, timing: location.timing,
                timeBase: location.playbackTimeBase(workspace.recipe.mainProfile),
                source: try sources[item.clip.source],
                rendition: .init(
                    path: workspace.path(item.rendition.file), sha256: item.rendition.sha256,
                    bytes: item.rendition.bytes, profile: item.rendition.profile, width: item.rendition.width,
                    height: item.rendition.height, frameRate: item.rendition.frameRate,
                    sourceFrames: item.rendition.sourceFrames, umPerPixel: item.rendition.umPerPixel,
                    timeLapse: item.rendition.timeLapse, repeatedFrames: item.rendition.repeatedFrames),
                annotations: batch.annotations[id] ?? [])
        }
    }
}

/// Reads the clips of a release in its order; the batch behind the one that is handed over is read meanwhile.
private final class ReleaseClipReader {
    private let content: ReleaseContent
    private let annotated: Bool
    private var position = 0
    private var ahead: Prefetch<ReleaseContent.Batch>?
    /// The last one comes next.
    private var clips: [ReleaseClip] = []

    init(of content: ReleaseContent, annotated: Bool) {
        self.content = content
        self.annotated = annotated
        ahead = content.read(from: 0, annotated: annotated)
    }

    func next() throws -> ReleaseClip? {
        if clips.isEmpty {
            guard let batch = try ahead?.wait() else { return nil }
            position += batch.clips.count
            ahead = content.read(from: position, annotated: annotated)
            clips = try content.clips(batch).reversed()
        }
        return clips.popLast()
    }
}
