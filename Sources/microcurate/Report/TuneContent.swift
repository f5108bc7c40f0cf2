import Actions
import Foundation
import Manifest
import Model
import Pages
import Pipeline

/// Everything that the page of `tune` says.
struct TuneContent {
    struct Change {
        let key: String
        let before: String
        let after: String
        let isSame: Bool
    }

    let name: String
    let title: String
    let changes: [Change]
    let sentence: String
    let funnel: Table
    let plots: [TunePlot]
    let galleries: [ReportGallery]
    let closing: String
    let problems: [String]

    /// Clips shown of one kind of change.
    private static let shown = 24

    /// - Parameter pending: what a run would do after the change.
    init(of tuning: Tuning, pending: String, _ workspace: Workspace, _ manifest: Manifest) throws {
        name = workspace.recipe.name
        title = tuning.changes.map { "\($0.key)=\($0.after)" }.joined(separator: " ")
        changes = tuning.changes.map {
            Change(key: $0.key, before: $0.before, after: $0.after, isSame: $0.before == $0.after)
        }
        funnel = Self.funnel(tuning.before, tuning.after)
        plots = tuning.histograms.map(TunePlot.init)
        let cards = try TuneCards(workspace, manifest)
        let undecided = try TunedClip.Change.allCases.map { change in
            let clips = tuning.flips.filter { $0.change == change && $0.decided == nil }
            return try Self.gallery(
                clips, change.rawValue, (Words.heading(change.words), change.explanation), cards)
        }
        let decided = try Self.gallery(tuning.flips.filter { $0.decided != nil }, "kept", Self.keptWords, cards)
        galleries = (undecided + [decided]).compactMap { $0 }
        let kept = tuning.flips.count { $0.decided != nil }
        let flips = Figure.plural(tuning.flips.count - kept, "clip comes", "clips come")
        let sources = Figure.plural(tuning.sources, "source")
        sentence =
            "\(flips) out otherwise, of \(Figure.count(tuning.before.proposed)) in use from \(sources)."
            + (kept > 0 ? " \(Figure.plural(kept, "decided clip")) would change, and will not." : "")
            + (tuning.unscanned > 0
                ? " \(Figure.plural(tuning.unscanned, "source is", "sources are")) not scanned yet." : "")
        closing = "With the change, \(pending)."
        problems = tuning.problems.map { "\($0)" } + cards.faults.map { "\($0)" }
    }

    /// The page: parts and style of the report, and like it a document that loads nothing.
    func render() throws -> String {
        let sections =
            [DocumentSection("Funnel", at: "funnel")] + (plots.isEmpty ? [] : [DocumentSection("Values", at: "values")])
            + galleries.map { DocumentSection($0.heading, at: $0.anchor) }
            + (problems.isEmpty ? [] : [DocumentSection("Problems", at: "problems", isBad: true)])
        return try Document(
            title, kind: "what would change in \(name)", madeBy: "microcurate tune", sections: sections, self
        ).render(with: "tune")
    }

    private static func funnel(_ before: Tuning.Funnel, _ after: Tuning.Funnel) -> Table {
        let reasons = Set(before.rejected.keys).union(after.rejected.keys).sorted()
        let steps = [
            ("shots", before.shots, after.shots), ("proposed", before.proposed, after.proposed),
            ("passed", before.passed, after.passed),
        ].map { ($0.0, Table.meaning(of: $0.0), $0.1, $0.2) }
        let rejected = reasons.map { reason in
            (Words.heading(reason), "rejected", before.rejected[reason] ?? 0, after.rejected[reason] ?? 0)
        }
        let most = Double((steps + rejected).map { max($0.2, $0.3) }.max() ?? 0)
        return Table(
            "Funnel", kind: "bars", ["Step", .bars] + ["Now", "Then", "Change"].map(Table.Column.number),
            (steps + rejected).map { step, meaning, old, new in
                [
                    .head(step, note: meaning), .bar(Bar(Double(new), of: most, mark: Double(old))),
                    .number(Figure.count(old), isSoft: true), .number(Figure.count(new)),
                    .number(Figure.change(from: old, to: new)),
                ]
            })
    }

    private static let keptWords = (
        heading: "Decided, and kept", explanation: "The change would touch them, but experts outrank the recipe."
    )

    private static func gallery(
        _ clips: [TunedClip], _ anchor: String, _ words: (heading: String, explanation: String), _ cards: TuneCards
    ) throws -> ReportGallery? {
        guard !clips.isEmpty else { return nil }
        let few = Array(clips.prefix(shown))
        let byDistance = ["rejected", "passes"].contains(anchor)
        return ReportGallery(
            anchor: anchor, heading: words.heading, total: Figure.plural(clips.count, "clip"),
            excerpt: few.count < clips.count
                ? "The first \(few.count) of them shown" + (byDistance ? ", nearest to the threshold first" : "") : nil,
            explanation: words.explanation, cards: try cards.cards(few))
    }
}

extension TunedClip.Change {
    /// What becomes of such a clip.
    var words: String {
        switch self {
        case .rejected: "would be rejected"
        case .passes: "would pass"
        case .appears: "would be proposed newly"
        case .vanishes: "would be proposed no longer"
        }
    }

    fileprivate var explanation: String {
        switch self {
        case .rejected: "They pass now."
        case .passes: "A filter rejects them now."
        case .appears: "New spans: captions of other spans don’t pass over to them."
        case .vanishes: "They retire, and come back should they be proposed again."
        }
    }
}

/// Makes cards of clips that need not be in the manifest.
private struct TuneCards {
    private let manifest: Manifest
    private let pictures: ReportPictures
    private let sources: [String: ReportSource]
    private let levels: [SourceID: String]

    init(_ workspace: Workspace, _ manifest: Manifest) throws {
        self.manifest = manifest
        pictures = ReportPictures(workspace, manifest)
        let seconds = workspace.recipe.mainProfile.ordinalRate.reciprocal.double
        sources = Dictionary(
            uniqueKeysWithValues: try ReportRecords.sources(of: manifest, seconds).map { ($0.id, $0) })
        levels = try manifest.sources.levels()
    }

    var faults: [Fault] { pictures.faults }

    func cards(_ clips: [TunedClip]) throws -> [ReportCard] {
        let captions = try manifest.captions.shown(of: clips.map(\.id))
        return try clips.map { try card($0, captions[$0.id]) }
    }

    private func card(_ clip: TunedClip, _ caption: String?) throws -> ReportCard {
        let state: ClipState =
            switch (clip.decided, clip.after) {
            case (.accepted, _): .accepted
            case (.declined, _): .declined
            case (.disputed, _): .disputed
            case (.open, _): .ready
            case (nil, .passed): .proposed
            case (nil, .rejected): .rejected
            case (nil, nil): .retired
            }
        let shown = ReportClip(
            id: clip.id.rawValue, source: clip.source.rawValue, frames: clip.span.frames.range,
            start: clip.timeBase.seconds(clip.span.ticks.start), end: clip.timeBase.seconds(clip.span.ticks.end),
            state: state, reason: clip.verdict?.reason, level: levels[clip.source], group: nil)
        return try ReportCard(
            shown, of: sources[shown.source], pictures, caption: caption, signals: clip.signals,
            against: clip.verdict.map { [$0] } ?? [],
            verdict: clip.verdict.map { (clip.change == .passes ? "now: " : "") + $0.sentence })
    }
}
