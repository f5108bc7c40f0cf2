import Foundation
import Manifest
import Model
import Pages
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
    let funnel: Table
    let states: Table
    let stages: Table
    let durations: ReportDurations?
    let levels: Table?
    let galleries: [ReportGallery]
    let rejections: ReportRejections?
    let duplicates: ReportDuplicates?
    let review: ReportReview?
    let sources: ReportSources
    let problems: ReportProblems?
    let releases: Table?

    /// Clips shown of one kind.
    private static let shown = 24

    /// - Parameters:
    ///   - levels: clips by level.
    ///   - stages: what they did.
    init(
        of workspace: Workspace, _ manifest: Manifest, funnel steps: [FunnelStep], levels counts: [String: Int],
        stages: Table
    ) throws {
        let recipe = workspace.recipe
        let records = try ReportRecords(
            of: manifest, ordinalSeconds: recipe.mainProfile.ordinalRate.reciprocal.double)
        let pictures = ReportPictures(workspace, manifest)
        let cards = ReportCards(manifest: manifest, records: records, pictures: pictures)
        let clips = Dictionary(grouping: records.clips, by: \.state)

        name = recipe.name
        version = recipe.version
        description = recipe.description.isEmpty ? nil : recipe.description
        facts = Self.facts(recipe, records)
        funnel = .funnel(steps.map { ($0.step, $0.count, recipe.targets.count(at: $0.step)) })
        states = .states(of: records.clips)
        self.stages = stages
        durations = ReportDurations(records.clips)
        levels = counts.values.contains { $0 > 0 } ? .levels(counts, recipe) : nil
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
        let made = try ReportRelease.all(in: manifest)
        releases = made.isEmpty ? nil : ReportRelease.table(made)
        problems = ReportProblems(
            try manifest.candidates.problems().map { ("ingest", $0.fault) }
                + (try manifest.tasks.failures().map { ("\($0.stage) of \($0.key)", $0.fault) })
                + pictures.faults.map { ("report", $0) })
    }

    /// The page: one HTML document that loads nothing.
    func render() throws -> String {
        func section(_ heading: String, _ anchor: String, if isThere: Bool = true, isBad: Bool = false)
            -> [DocumentSection]
        { isThere ? [DocumentSection(heading, at: anchor, isBad: isBad)] : [] }
        let sections =
            section("Funnel", "funnel") + section("Durations", "durations", if: durations != nil)
            + section("Levels", "levels", if: levels != nil)
            + galleries.flatMap { section($0.heading, $0.anchor) }
            + section("Rejected", "rejected", if: rejections != nil)
            + section("Duplicates", "duplicates", if: duplicates != nil)
            + section("Review", "review", if: review != nil) + section("Sources", "sources")
            + section("Licences", "licences") + section("Releases", "releases", if: releases != nil)
            + section("Problems", "problems", if: problems != nil, isBad: true)
        return try Document(
            "\(name) \(version)", kind: "dataset report", madeBy: "microcurate report", sections: sections, self
        ).render(with: "report")
    }

    private static func facts(_ recipe: Recipe, _ records: ReportRecords) -> [Fact] {
        let profile = recipe.mainProfile
        let ready = records.clips.filter(\.isReady)
        let inUse = records.clips.filter(\.isInUse)
        let recorded = records.sources.compactMap(\.seconds)
        let unlicensed = records.sources.count { $0.licence == nil }
        let unmeasured = records.sources.count - recorded.count
        func total(_ clips: [ReportClip]) -> String { Quantity.duration(clips.reduce(0) { $0 + $1.seconds }) }
        let size = Figure.size(profile.width, profile.height).map { $0 + "\u{A0}px" }
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
                detail: unlicensed == 0 ? "every source" : "\(Figure.plural(unlicensed, "source")) unknown"),
            Fact(
                term: "Profile", value: profile.name,
                detail: [size ?? "the source’s size", rate ?? "the source’s timing", frames].compactMap { $0 }
                    .joined(separator: ", ")),
        ]
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
    static func table(_ releases: [ReportRelease]) -> Table {
        Table(
            "Releases", kind: "plain", ["Release", .number("Clips"), "Splits", "State", "Made"],
            releases.map {
                [.head($0.name), .number($0.clips), .text($0.splits), .text($0.state), .text($0.releasedAt)]
            })
    }
}
