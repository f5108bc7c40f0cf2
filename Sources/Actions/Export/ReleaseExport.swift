import Foundation
public import Manifest
public import Model
public import Pipeline
public import Releases
import Review
import Stages
import Synchronization

/// Makes a release of a workspace's accepted representatives.
public struct ReleaseExport {
    public struct Options: Sendable {
        public var name: String
        public var version: String
        /// Where the release goes.
        public var directory: String
        public var layouts: [Layout]
        /// Clips that are ready and that no expert has decided on are released too; the card says so.
        public var acceptUnreviewed = false
        public var licences: LicenceFilter
        /// `2026-05-04`; nil is `releases.newestDay` of the manifest.
        public var datePublished: String?
        /// Nothing is released where a trainer would drop a clip.
        public var strict = false
        /// Go on from what a stopped export completed.
        public var resume = false
        public var workers = ProcessInfo.processInfo.activeProcessorCount

        public init(
            name: String, version: String, directory: String, layouts: [Layout], licences: LicenceFilter
        ) {
            self.name = name
            self.version = version
            self.directory = directory
            self.layouts = layouts
            self.licences = licences
        }
    }

    public struct Summary: Codable, Sendable {
        public var directory: String
        public var clips: Int
        public var splits: [String: Int]
        public var withheld: [WithheldClip]
        public var preflight: PreflightSummary
        /// Of `checksums.sha256`.
        public var sha256: Digest
        /// Taken until all but the videos was written, and by the rest.
        public var draftSeconds: Double
        public var shardSeconds: Double
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
    /// release of this name is on record, with `strict` where a trainer would drop a clip, and what `ReleaseWriter`
    /// throws.
    public func run(_ options: Options) throws -> Summary {
        let pending = Prefetch { [workspace, manifest] in try Self.refusePending(of: workspace, manifest) }
        do {
            return try release(options) { try pending.wait() }
        } catch {
            // What is pending explains whatever else is wrong, such as that no clip is ready.
            try pending.wait()
            throw error
        }
    }

    /// - Parameter refusePending: is called before anything but the draft is written.
    private func release(_ options: Options, _ refusePending: () throws -> Void) throws -> Summary {
        let start = ContinuousClock.now
        var drafted = start
        let frozen = try manifest.frozen()
        let content = try ReleaseContent(
            of: workspace, frozen, unreviewed: options.acceptUnreviewed, licences: options.licences)
        let description = try describe(content, options, frozen)
        let writer = try ReleaseWriter(description, layouts: options.layouts)
        progress.begin(stage: "export", total: content.count, unit: "clip")
        defer { progress.end() }
        var released: [ReleasedClip] = []
        var sources: Set<SourceID> = []
        let next = content.makeIterator(annotated: true)
        let done = Mutex(0)
        let written = try writer.write(
            to: options.directory, resume: options.resume, workers: options.workers,
            approve: { preview in
                try refusePending()
                try manifest.releases.check(
                    options.name, version: options.version, recipe: try description.recipeSHA256(),
                    formats: writer.layouts.map(\.name), datePublished: description.about.datePublished,
                    state: preview.state)
                if options.strict { try refuseDrops(preview.preflight) }
                drafted = .now
            },
            confirm: {
                // A takedown does not wait for an export.
                let gone = try manifest.withdrawals.targets()
                let held = released.map(\.clip.rawValue) + sources.map(\.rawValue).sorted()
                guard let late = held.first(where: gone.contains) else { return }
                throw Fault(
                    .invalid, "it was withdrawn while the release was written", at: late, advice: "Export again.")
            },
            progress: { [progress] clips in
                progress.advance(
                    by: done.withLock { known in
                        defer { known = clips }
                        return clips - known
                    })
            },
            clips: {
                guard let clip = try next() else { return nil }
                sources.insert(clip.source.id)
                released.append(
                    ReleasedClip(
                        clip: clip.id, split: clip.split.rawValue, rendition: clip.rendition.sha256,
                        caption: Digest(of: clip.caption)))
                return clip
            })
        let end = ContinuousClock.now
        try manifest.releases.record(
            ReleaseRecord(
                name: options.name, version: options.version, seed: workspace.recipe.export.seed,
                recipe: try description.recipeSHA256(), formats: writer.layouts.map(\.name),
                datePublished: description.about.datePublished, state: written.preview.state,
                ledgerHead: description.ledgerHead, directory: options.directory, sha256: written.sha256),
            clips: released)
        let counts = written.preview.counts
        return Summary(
            directory: options.directory, clips: counts.clips, splits: counts.splits, withheld: content.withheld,
            preflight: written.preview.preflight, sha256: written.sha256,
            draftSeconds: (drafted - start) / .seconds(1), shardSeconds: (end - drafted) / .seconds(1))
    }

    /// Hands over what a release would say of each clip, in its order, without making one.
    public func forEachRecord(
        acceptUnreviewed: Bool, licences: LicenceFilter, _ body: (SampleRecord) throws -> Void
    ) throws {
        let content = try ReleaseContent(
            of: workspace, manifest.frozen(), unreviewed: acceptUnreviewed, licences: licences)
        let next = content.makeIterator(annotated: false)
        while let clip = try next() { try body(clip.record) }
    }

    private static func refusePending(of workspace: Workspace, _ manifest: Manifest) throws {
        for stage in Stages.all where stage.head.name != DedupStage.head.name {
            let count = try stage.pendingCount(of: workspace, in: manifest)
            guard count == 0 else {
                try refuseLost(of: workspace, manifest)
                throw Fault(
                    .invalid, "\(stage.head.name) has \(count) items pending", at: workspace.root,
                    advice: "Run 'microcurate run' first, so that the release is of the recipe as it stands.")
            }
        }
    }

    /// Throws a `Fault` that names the first rendition whose file is gone: its clip is pending for that alone.
    private static func refuseLost(of workspace: Workspace, _ manifest: Manifest) throws {
        let files = try manifest.renditions.files(profile: workspace.recipe.mainProfile.name)
        for clip in try manifest.clips.unique() {
            guard let file = files[clip.id], !workspace.holds(file) else { continue }
            throw Fault(
                .unreadable, "the rendition of \(clip.id) is missing", at: workspace.path(file),
                advice: "Run 'microcurate run': what is missing is made again.")
        }
    }

    private func describe(_ content: ReleaseContent, _ options: Options, _ frozen: Manifest) throws
        -> ReleaseDescription
    {
        let recipe = workspace.recipe
        let export = recipe.export
        return ReleaseDescription(
            name: options.name, version: options.version,
            about: .init(
                creator: export.creator, url: export.url, citation: export.citation, licence: export.licence,
                contact: export.contact,
                datePublished: try options.datePublished ?? frozen.releases.newestDay() ?? ""),
            recipe: recipe, profile: recipe.mainProfile,
            funnel: try frozen.overview.funnel().map { .init($0.step, $0.count) },
            withheld: content.withheld, agreement: try agreement(frozen), ledgerHead: try frozen.decisions.ledgerHead())
    }

    private func agreement(_ frozen: Manifest) throws -> ReleaseDescription.Agreement? {
        let decisions = try frozen.decisions.all()
        guard !decisions.isEmpty else { return nil }
        let statistics = ReviewStatistics(of: decisions)
        guard !statistics.reviewers.isEmpty else { return nil }
        typealias Measure = ReleaseDescription.Agreement.Measure
        func interval(_ found: Agreement.Interval?) -> ClosedRange<Double>? { found.map { $0.lower...$0.upper } }
        let levels = statistics.levels
        return ReleaseDescription.Agreement(
            reviewers: statistics.reviewers.count,
            decisions: statistics.reviewers.reduce(0) { $0 + $1.clips },
            measures: [
                Measure(
                    "Krippendorff's alpha of accept, reject and unsure", value: statistics.alpha,
                    interval: interval(statistics.alphaInterval), clips: statistics.clips),
                Measure(
                    "Krippendorff's alpha of the level", value: statistics.levelAlpha,
                    interval: interval(statistics.levelAlphaInterval), clips: levels.map(\.clips).max() ?? 0),
            ])
    }

    private func refuseDrops(_ preflight: PreflightSummary) throws {
        guard let worst = preflight.trainers.max(by: { $0.dropped < $1.dropped }), worst.dropped > 0 else { return }
        throw Fault(
            .invalid, "\(worst.trainer) would drop \(worst.dropped) of \(worst.clips) clips",
            at: workspace.root,
            advice: "See 'microcurate preflight', or export without --strict.")
    }
}
