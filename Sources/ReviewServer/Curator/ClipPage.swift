import Foundation
import Manifest
import Model
import Pages
import Pipeline
import Review

/// All that is known about one clip, as `GET /api/curator/clips/ID` gives it.
struct ClipHistory: Encodable, Sendable {
    struct Row: Encodable, Sendable {
        let decision: Decision
        /// `in_force`, `undone`, `replaced`, `ended`; an undo is `done`.
        let fate: String
    }

    let clip: ClipCard
    let captions: [CaptionEntry]
    let signals: [String: Double]
    let verdicts: [Verdict]
    /// In the order in which they came in, those undone too.
    let decisions: [Row]
    @Nullable var outcome: Outcome?
    /// Experts who are still asked, and whether only the curator can end it.
    let wanted: Int
    let needsCurator: Bool
    let duplicates: [DuplicateRecord]
    let provenance: Provenance

    /// Throws a `Refusal` where there is no such clip.
    init(of clip: ClipID, in manifest: Manifest, recipe: Recipe) throws {
        guard let card = try manifest.clips.cards(of: [clip]).first else { throw Refusal.notFound("The clip") }
        self.clip = card
        captions = try manifest.captions.all(of: clip)
        signals = try manifest.clips.signals(of: [clip])[clip] ?? [:]
        verdicts = try manifest.verdicts.on(clip)
        let said = try manifest.decisions.on(clip)
        let voices = ClipVoices(said)
        let undone = try manifest.decisions.undone(among: said.map(\.id))
        let inForce = Set(voices.decisions.map(\.id))
        let replaced = Set(
            said.filter { $0.decision != .undo && !undone.contains($0.id) }.compactMap(\.supersedes))
        decisions = said.map { row in
            let fate =
                undone.contains(row.id)
                ? "undone"
                : row.decision == .undo || row.decision == .reopen
                    ? "done" : inForce.contains(row.id) ? "in_force" : replaced.contains(row.id) ? "replaced" : "ended"
            return Row(decision: row, fate: fate)
        }
        outcome = try manifest.decisions.outcome(on: clip)
        let wanted = Wanted(voices, recipe: recipe.review)
        (self.wanted, needsCurator) = (wanted.voices, wanted.needsCurator)
        duplicates = try manifest.duplicates.group(of: clip)
        provenance = try manifest.sources.provenance(of: card.sourceId)
    }
}

/// One clip's page.
struct ClipView {
    struct Fact {
        let term: String
        let value: String
    }

    struct Caption {
        let kind: String
        let origin: String
        let text: String
        let createdAt: String
    }

    struct Twin {
        let card: CardView
        let isThis: Bool
        let isRepresentative: Bool
        let address: String
        let distance: String?
    }

    let card: CardView
    let films: [CardView]
    let facts: [Fact]
    let link: String?
    /// nil where nothing was measured.
    let signals: Table?
    let captions: [Caption]
    let decisions: [DecisionView]
    let outcome: [Fact]
    let status: String
    let twins: [Twin]
    let settle: SettleView

    init(_ history: ClipHistory, twins cards: [ClipCard], _ recipe: Recipe) {
        card = CardView(history.clip)
        films = [card]
        let provenance = history.provenance
        facts = [
            ("Source", card.title), ("Span", "\(card.span), \(Figure.frames(card.startFrame..<card.endFrame))"),
            ("Length", card.length), ("Channel", provenance.channel),
            ("Licence", provenance.licence), ("Credit", provenance.attribution), ("Clip", card.id),
            ("Source id", card.source),
        ].compactMap { term, value in value.map { Fact(term: term, value: $0) } }
        link = provenance.url.flatMap(ClipDocument.webAddress)
        signals = Self.signals(history)
        captions = history.captions.reversed().map {
            Caption(kind: $0.kind.rawValue, origin: $0.origin, text: $0.text, createdAt: $0.createdAt)
        }
        decisions = history.decisions.map { row in
            var view = DecisionView(row.decision)
            (view.fate, view.inForce) = (Words.plain(row.fate), row.fate == "in_force" || row.fate == "done")
            return view
        }
        outcome = Self.outcome(history.outcome)
        status = Self.status(history)
        let byID = Dictionary(cards.map { ($0.clipId, $0) }) { first, _ in first }
        twins = history.duplicates.compactMap { twin in
            byID[twin.clip].map {
                Twin(
                    card: CardView($0), isThis: twin.clip == history.clip.clipId,
                    isRepresentative: twin.clip == twin.representative,
                    address: "/curator/compare?a=\(history.clip.clipId)&b=\(twin.clip)",
                    distance: twin.distance.map { Figure.decimal($0, 1) })
            }
        }
        settle = SettleView(card.id, recipe, level: history.outcome?.level ?? history.clip.level)
    }

    private static func signals(_ history: ClipHistory) -> Table? {
        let judged: [[Table.Cell]] = history.verdicts.map { verdict in
            let answer = verdict.answer == .fail ? Words.plain(verdict.filter.name) : verdict.answer.rawValue
            return [
                .head(verdict.filter.signal), .number(verdict.amount), .number(verdict.limit),
                .bad(answer, if: verdict.answer != .pass),
            ]
        }
        let names = Set(history.verdicts.map(\.filter.signal))
        let others = history.signals.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }
        let rows =
            judged
            + others.map { [.head($0.key), .number(Measure.amount(of: $0.key, $0.value)), .text(nil), .text(nil)] }
        let columns: [Table.Column] = ["Signal"] + ["Value", "The recipe asks for", "Verdict"].map(Table.Column.number)
        return rows.isEmpty ? nil : Table("Signals", columns, rows)
    }

    private static func outcome(_ outcome: Outcome?) -> [Fact] {
        guard let outcome else { return [] }
        func facet(_ state: Outcome.Facet, _ value: String?) -> String {
            state == .agreed ? value ?? state.rawValue : state.rawValue
        }
        return [
            Fact(term: "Acceptance", value: outcome.acceptance.rawValue),
            Fact(term: "Level", value: facet(outcome.levelState, outcome.level)),
            Fact(term: "Caption", value: facet(outcome.captionState, outcome.caption)),
        ]
    }

    private static func status(_ history: ClipHistory) -> String {
        if history.needsCurator { return "The experts can't bring it to an end: settle it, send it back or reopen it." }
        if history.wanted > 0, history.outcome != nil || history.clip.state == .ready {
            return "It waits for \(Figure.plural(history.wanted, "more expert"))."
        }
        return history.outcome == nil ? "Nobody has decided on it." : "Nobody is asked any more."
    }
}
