import Foundation
import Manifest
import Model
import Pipeline

/// Everything that the report says, as text that the page sets. Holds no clock: equal states give equal content.
struct ReportContent {
    struct Fact {
        let term: String
        let value: String
        let detail: String
    }

    let name: String
    let version: String
    let description: String?
    let facts: [Fact]
    let funnel: ReportFunnel
    let stages: [ReportStage]
    let durations: ReportDurations?
    let levels: ReportLevels?
    let galleries: [ReportGallery]
    let rejections: ReportRejections?
    let duplicates: ReportDuplicates?
    let review: ReportReview?
    let sources: ReportSources
    let problems: ReportProblems?
    let releases: [ReportRelease]

    /// Clips shown of one kind.
    private static let shown = 24

    init(of workspace: Workspace, _ manifest: Manifest) throws {
        let recipe = workspace.recipe
        let status = try DatasetStatus(of: workspace, manifest)
        let records = try ReportRecords(
            of: manifest, ordinalSeconds: recipe.mainProfile.ordinalRate.reciprocal.double)
        let pictures = ReportPictures(workspace, manifest)
        let cards = ReportCards(manifest: manifest, records: records, pictures: pictures)
        let clips = Dictionary(grouping: records.clips, by: \.state)

        name = recipe.name
        version = recipe.version
        description = recipe.description.isEmpty ? nil : recipe.description
        facts = Self.facts(recipe, records)
        funnel = ReportFunnel(status.funnel, recipe.targets, records.clips)
        stages = status.stages.map(ReportStage.init)
        durations = ReportDurations(records.clips)
        levels = ReportLevels(status.levels, recipe)
        galleries = try [
            (.accepted, "Accepted", "Experts have accepted them: the next release holds these."),
            (.ready, "Ready", "Cut and captioned; they wait for the experts."),
            (.disputed, "Disputed", "Experts disagree; a third one decides."),
            (.declined, "Declined", "Experts have declined them."),
        ].compactMap { (state: ClipState, heading: String, explanation: String) in
            guard let clips = clips[state] else { return nil }
            return try cards.gallery(
                clips, anchor: state.rawValue, heading: heading, explanation: explanation, limit: Self.shown)
        }
        rejections = try ReportRejections(clips[.rejected] ?? [], cards, manifest, limit: Self.shown)
        duplicates = try ReportDuplicates(records, cards, manifest)
        review = try ReportReview(try manifest.decisions.all(), clips)
        sources = ReportSources(records)
        releases = try ReportRelease.all(in: manifest)
        problems = ReportProblems(
            try manifest.candidates.problems().map { ("ingest", $0.fault) }
                + (try manifest.tasks.failures().map { ("\($0.stage) of \($0.key)", $0.fault) })
                + pictures.faults.map { ("report", $0) })
    }

    private static func facts(_ recipe: Recipe, _ records: ReportRecords) -> [Fact] {
        let profile = recipe.mainProfile
        let ready = records.clips.filter(\.isReady)
        let inUse = records.clips.filter(\.isInUse)
        let recorded = records.sources.compactMap(\.seconds)
        let unlicensed = records.sources.count { $0.licence == nil }
        let unmeasured = records.sources.count - recorded.count
        func total(_ clips: [ReportClip]) -> String { Quantity.duration(clips.reduce(0) { $0 + $1.seconds }) }
        let size = profile.width.flatMap { width in profile.height.map { "\(width)\u{A0}×\u{A0}\($0)\u{A0}px" } }
        let rate = profile.rate.map { "\(Figure.short($0.double))\u{A0}fps" }
        let frames = profile.frames.map { "\($0)\u{A0}frames" }
        let playing = Quantity.duration(recorded.reduce(0, +)) + " of footage"
        return [
            Fact(
                term: "Sources", value: Figure.count(records.sources.count),
                detail: unmeasured == 0 ? playing : "\(playing), \(unmeasured) of unknown length"),
            Fact(term: "Clips in use", value: Figure.count(inUse.count), detail: total(inUse)),
            Fact(term: "Through the pipeline", value: Figure.count(ready.count), detail: total(ready)),
            Fact(
                term: "Licence known",
                value: "\(Figure.count(records.sources.count - unlicensed)) of \(Figure.count(records.sources.count))",
                detail: unlicensed == 0 ? "every source" : "\(Figure.plural(unlicensed, "source", "sources")) unknown"),
            Fact(
                term: "Profile", value: profile.name,
                detail: [size ?? "the source’s size", rate ?? "the source’s timing", frames].compactMap { $0 }
                    .joined(separator: ", ")),
        ]
    }
}

/// What a stage has done.
struct ReportStage {
    let stage: String
    let pending: String
    let done: String
    let failed: String
    let hasFailed: Bool

    init(_ status: DatasetStatus.StageStatus) {
        stage = status.stage
        pending = Figure.count(status.pending)
        done = Figure.count(status.done)
        failed = Figure.count(status.failed)
        hasFailed = status.failed > 0
    }
}

/// A release that was made of this workspace.
struct ReportRelease {
    let name: String
    let clips: String
    let splits: String
    let state: String
    let releasedAt: String

    static func all(in manifest: Manifest) throws -> [ReportRelease] {
        try manifest.releases.all().map { release in
            ReportRelease(
                name: release.name, clips: Figure.count(release.clips),
                splits: release.splits.map { "\($0.name) \(Figure.count($0.clips))" }.joined(separator: ", "),
                state: String(release.state.prefix(12)), releasedAt: release.releasedAt)
        }
    }
}
