import Analysis
import Foundation
public import Manifest
public import Model
public import Pipeline
public import Shards

/// Makes a release of a workspace's accepted representatives.
public struct ReleaseExport {
    public struct Options: Sendable {
        public var name: String
        public var version: String
        /// Where the release goes.
        public var directory: String
        public var formats: [ReleaseFormat]
        /// Clips that are ready and that no expert has decided on are released too; the card says so.
        public var acceptUnreviewed: Bool

        public init(
            name: String, version: String, directory: String, formats: [ReleaseFormat], acceptUnreviewed: Bool
        ) {
            self.name = name
            self.version = version
            self.directory = directory
            self.formats = formats
            self.acceptUnreviewed = acceptUnreviewed
        }
    }

    public struct Summary: Codable, Sendable {
        public var directory: String
        public var clips: Int
        public var splits: [String: Int]
        public var withheld: [WithheldClip]
        public var sha256: Digest
    }

    let workspace: Workspace
    let manifest: Manifest
    let progress: ProgressDisplay

    public init(workspace: Workspace, manifest: Manifest, progress: ProgressDisplay) {
        self.workspace = workspace
        self.manifest = manifest
        self.progress = progress
    }

    /// The caller holds the workspace's lock, so that no stage changes what is released.
    ///
    /// Throws a `Fault` while a stage has something pending (its clips would go out as they were), where another
    /// release of this name is on record, and what `ReleaseWriter` throws.
    public func run(_ options: Options) throws -> Summary {
        for stage in Stages.all(of: workspace) where stage.name != DedupStage.name {
            let count = try stage.pendingCount(in: manifest)
            guard count == 0 else {
                throw Fault(
                    .invalid, "\(stage.name) has \(count) items pending", at: workspace.root,
                    advice: "Run 'microcurate run' first, so that the release is of the recipe as it stands.")
            }
        }
        let (clips, withheld, description) = try content(options)
        try manifest.checkRelease(options.name, state: description.state)
        let writer = try ReleaseWriter(description, formats: options.formats)
        let (counts, sha256) = try write(clips, with: writer, to: options.directory)
        try manifest.record(
            release: options.name, state: description.state, ledgerHead: description.ledgerHead,
            directory: options.directory,
            clips: clips.map { ($0.id, $0.split.rawValue, $0.rendition.sha256, Digest(of: $0.caption)) })
        return Summary(
            directory: options.directory, clips: counts.clips, splits: counts.splits, withheld: withheld, sha256: sha256
        )
    }

    /// What goes out, read while no decision came in between.
    private func content(_ options: Options) throws -> ([ReleaseClip], [WithheldClip], ReleaseDescription) {
        let recipe = workspace.recipe
        while true {
            let head = try manifest.ledgerHead()
            let (found, lacking) = try manifest.releasable(
                unreviewed: options.acceptUnreviewed, profile: recipe.mainProfile.name,
                captionRequired: recipe.caption.required)
            let (releasable, copies) = try withoutCopies(found)
            let clips = try releaseClips(releasable)
            let description = ReleaseDescription(
                name: options.name, version: options.version, recipe: recipe, profile: recipe.mainProfile,
                funnel: try manifest.funnel().map { .init($0.step, $0.count) },
                state: try Digest(ofJSON: clips.map { Digest(of: $0.json) }), ledgerHead: head)
            if try manifest.ledgerHead() == head { return (clips, lacking + copies, description) }
        }
    }

    /// A release that stands there already is left alone where it is this very one: an export that was killed after its
    /// last step leaves one that no record names.
    private func write(
        _ clips: [ReleaseClip], with writer: ReleaseWriter, to directory: String
    ) throws -> (counts: ReleaseCounts, sha256: Digest) {
        if let standing = try writer.published(in: directory) { return standing }
        progress.begin(stage: "export", total: clips.count, unit: "clip")
        defer { progress.end() }
        var remaining = clips.makeIterator()
        let written = try writer.write(
            to: directory, progress: { _ in progress.advance() }, clips: { remaining.next() })
        return (written.counts, written.sha256)
    }

    /// Footage is released once, even where decisions or footage came in after the last dedup.
    private func withoutCopies(_ clips: [ReleasableClip]) throws -> ([ReleasableClip], [WithheldClip]) {
        let groups = try DedupStage(workspace: workspace).groups(among: clips.map(\.clip), in: manifest)
        let copies = Set(groups.flatMap { group in group.members.map(\.id).filter { $0 != group.representative } })
        let withheld = copies.sorted().map { WithheldClip(clipId: $0, reason: "duplicate") }
        return (clips.filter { !copies.contains($0.clip.id) }, withheld)
    }

    /// In the release's order, each in its split: clips of one source and of one duplicate group never part.
    private func releaseClips(_ releasable: [ReleasableClip]) throws -> [ReleaseClip] {
        let export = workspace.recipe.export
        let assigner = try SplitAssigner(seed: export.seed, validation: export.validation, test: export.test)
        let ties = try manifest.tiedSources()
        let groups = SplitAssigner.groups(tying: ties.map { $0.map(\.rawValue) })
        var sources: [SourceID: (source: ReleaseClip.Source, location: SourceLocation)] = [:]
        var clips: [String: ReleaseClip] = [:]
        for item in releasable {
            let id = item.clip.source
            if sources[id] == nil { sources[id] = try source(id) }
            let (source, location) = sources[id]!
            clips[item.clip.id.rawValue] = ReleaseClip(
                id: item.clip.id, split: assigner.split(ofGroup: groups[id.rawValue] ?? id.rawValue),
                caption: item.caption, captionKind: item.captionByExpert ? .expert : .normalized, level: item.level,
                duplicateGroup: item.group, acceptedBy: item.state == .accepted ? .experts : .unreviewed,
                span: item.clip.span, timing: location.timing,
                timeBase: location.playbackTimeBase(workspace.recipe.mainProfile), source: source,
                rendition: .init(
                    path: workspace.path(item.rendition.file), sha256: item.rendition.sha256,
                    bytes: item.rendition.bytes, profile: item.rendition.profile, width: item.rendition.width,
                    height: item.rendition.height, frameRate: item.rendition.frameRate,
                    sourceFrames: item.rendition.sourceFrames, umPerPixel: item.rendition.umPerPixel,
                    timeLapse: item.rendition.timeLapse, repeatedFrames: item.rendition.repeatedFrames))
        }
        return Shuffle.order(Array(clips.keys), seed: export.seed).compactMap { clips[$0] }
    }

    private func source(_ id: SourceID) throws -> (ReleaseClip.Source, SourceLocation) {
        let location = try manifest.location(of: id)
        let provenance = try manifest.provenance(of: id)
        let probe = try manifest.mediaDescription(of: id)
        let name = try manifest.sourceNames()[id] ?? ""
        let source = ReleaseClip.Source(
            id: id, title: provenance.title ?? (name as NSString).deletingPathExtension, url: provenance.url ?? "",
            licence: provenance.licence ?? "", attribution: provenance.attribution ?? provenance.channel ?? "",
            pixelSizeUm: location.view.pixelSizeUm ?? probe?.pixelSizeUm.x.flatMap { Rational(decimal: $0) },
            intervalSeconds: location.view.intervalSeconds ?? probe?.intervalSeconds.flatMap { Rational(decimal: $0) })
        return (source, location)
    }
}

extension Rational {
    /// The decimal as written, to nine places.
    fileprivate init?(decimal: Double) {
        guard decimal.magnitude < 1e9 else { return nil }
        self.init(Int64((decimal * 1e9).rounded()), 1_000_000_000)
    }
}
