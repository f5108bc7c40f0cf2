import Manifest
import Model
import Pages
import Pipeline
import Review

/// One page of disagreements, as `GET /api/curator/disagreements` gives it.
struct DisagreementList: Encodable, Sendable {
    let total: Int
    let page: Int
    let pages: Int
    let disagreements: [Disagreement]
    /// The normalized captions of these clips.
    let normalized: [ClipID: String]

    private enum CodingKeys: String, CodingKey { case total, page, pages, disagreements }
}

extension ReviewServer {
    static let disagreementsPerPage = 12

    /// `facet` and `needs` (`curator`, `experts`, `nobody`) filter. Each one shown is read anew.
    func disagreements(_ query: Query) async throws -> DisagreementList {
        let facet = query["facet"].flatMap(Disagreement.Facet.init)
        let all = try await figures.said.current().value.disagreements.filter { item in
            (facet.map { item.facets.contains($0) } ?? true) && (query["needs"].map { item.needs == $0 } ?? true)
        }
        let start = (query.page - 1) * Self.disagreementsPerPage
        let shown = all.dropFirst(start).prefix(Self.disagreementsPerPage)
        let (manifest, recipe) = (manifest, workspace.recipe.review)
        let (fresh, normalized) = try await BlockingWork.read {
            let clips = shown.map(\.clipId)
            let said = try manifest.decisions.on(clips)
            let fresh = shown.map { item in
                Disagreement(clip: item.clipId, ClipVoices(said[item.clipId] ?? []), recipe: recipe) ?? item
            }
            return (fresh, try manifest.captions.normalized(of: clips))
        }
        return DisagreementList(
            total: all.count, page: query.page,
            pages: max(1, (all.count + Self.disagreementsPerPage - 1) / Self.disagreementsPerPage),
            disagreements: fresh,
            normalized: normalized)
    }
}

extension Disagreement {
    /// Whom it waits for.
    var needs: String { needsCurator ? "curator" : wanted > 0 ? "experts" : "nobody" }
}

/// The page of disagreements: both sides next to each other.
struct DisagreementsView {
    struct Side {
        let decision: String
        let voices: [DecisionView]
        /// The normalized caption, which an expert's text is compared with.
        let before: String
    }

    struct Item {
        let card: CardView
        let facets: [String]
        let status: String
        let isUrgent: Bool
        /// It waits for somebody.
        let isOpen: Bool
        let sides: [Side]
        let settle: SettleView
    }

    let total: String
    let isEmpty: Bool
    let filters: [ClipsView.Filter]
    let items: [Item]
    let turns: Pagination?

    init(_ list: DisagreementList, cards: [ClipCard], _ query: Query, _ recipe: Recipe) {
        total = Figure.plural(list.total, "disagreement")
        isEmpty = list.disagreements.isEmpty
        filters = [
            .init(
                name: "needs", label: "Waits for", any: "anyone or nobody",
                choices: Choice.list(["curator", "experts", "nobody"], selected: query["needs"]) {
                    ["curator": "a curator", "experts": "more experts", "nobody": "nobody: it is resolved"][$0] ?? $0
                }),
            .init(
                name: "facet", label: "Differ in", any: "anything",
                choices: Choice.list(Disagreement.Facet.allCases.map(\.rawValue), selected: query["facet"]) {
                    $0 == "acceptance" ? "accept or reject" : $0
                }),
        ]
        let byID = Dictionary(cards.map { ($0.clipId, $0) }) { first, _ in first }
        items = list.disagreements.compactMap { item in
            byID[item.clipId].map { Self.item(item, $0, before: list.normalized[item.clipId], recipe) }
        }
        turns = Pagination(list.page, of: list.pages, query, "/curator/disagreements")
    }

    /// - Parameter before: the normalized caption.
    private static func item(_ item: Disagreement, _ card: ClipCard, before: String?, _ recipe: Recipe) -> Item {
        let sides = Decision.Choice.answers.flatMap { choice in
            Self.parts(item.voices.filter { $0.decision == choice }, item.facets).map { voices in
                Side(decision: choice.rawValue, voices: voices.map { DecisionView($0) }, before: before ?? "")
            }
        }
        let named = item.voices.filter { $0.decision == .accept }.compactMap(\.level)
        let level = item.outcome.level ?? (Set(named).count == 1 ? named[0] : nil)
        return Item(
            card: CardView(card), facets: item.facets.map { $0 == .acceptance ? "accept or reject" : $0.rawValue },
            status: status(item), isUrgent: item.needsCurator, isOpen: item.needs != "nobody", sides: sides,
            settle: SettleView(item.clipId.rawValue, recipe, level: level))
    }

    /// Those who accept stand apart where they name other levels, or other texts.
    private static func parts(_ voices: [Decision], _ facets: [Disagreement.Facet]) -> [[Decision]] {
        func key(_ voice: Decision) -> [String] {
            guard voice.decision == .accept else { return [] }
            return [
                facets.contains(.level) ? voice.level ?? "" : "", facets.contains(.caption) ? voice.caption ?? "" : "",
            ]
        }
        return Dictionary(grouping: voices, by: key).sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }

    private static func status(_ item: Disagreement) -> String {
        if let settlement = item.settlement {
            return "Settled by \(settlement.reviewer): \(settlement.decision.rawValue)"
        }
        if item.needsCurator { return "Wants you: the experts can't end it" }
        if item.wanted > 0 { return "Waits for \(Figure.plural(item.wanted, "more expert"))" }
        return "Resolved by quorum: \(item.outcome.acceptance.rawValue)"
    }
}
