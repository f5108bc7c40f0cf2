import Manifest
import Model
import Pages
import Pipeline

/// One page of the gallery, as `GET /api/curator/clips` gives it.
struct ClipList: Encodable, Sendable {
    static let pageSize = 48

    /// Clips that fit, on all pages.
    let total: Int
    let page: Int
    let pages: Int
    /// More captions fit than are looked at.
    let isCut: Bool
    let clips: [ClipCard]
}

extension ReviewServer {
    /// Captions that a search looks at.
    static let mostFound = 10_000

    func clipList(_ query: Query) async throws -> ClipList {
        func known<T: RawRepresentable>(_ name: String, _ type: T.Type) throws -> T? where T.RawValue == String {
            guard let text = query[name] else { return nil }
            guard let value = T(rawValue: text) else {
                throw Refusal.invalid("There is no \(name) '\(text.prefix(40))'.", "Choose one from the list.")
            }
            return value
        }
        let filter = ClipIndex.Filter(
            state: try known("state", ClipState.self), source: query["source"].map(SourceID.init),
            level: query["level"],
            reason: query["reason"], reviewer: query["reviewer"])
        let order = try known("sort", ClipIndex.Order.self) ?? .source
        let manifest = manifest
        let found = try await query["q"].asyncMap { words in
            try await BlockingWork.read { try manifest.captions.clips(withWords: words, limit: Self.mostFound) ?? [] }
        }
        let page = try await figures.clips.page(
            filter, among: found, order: order, offset: (query.page - 1) * ClipList.pageSize, limit: ClipList.pageSize)
        let cards = try await BlockingWork.read { try manifest.clips.cards(of: page.clips) }
        return ClipList(
            total: page.total, page: query.page,
            pages: max(1, (page.total + ClipList.pageSize - 1) / ClipList.pageSize),
            isCut: (found?.count ?? 0) >= Self.mostFound, clips: cards)
    }
}

/// The gallery: filters, clips, pages.
struct ClipsView {
    struct Filter {
        let name: String
        let label: String
        let any: String
        let choices: [Choice]
    }

    let total: String
    /// Which of them are on the page; nil where all are.
    let range: String?
    let isEmpty: Bool
    let isCut: Bool
    let q: String
    let filters: [Filter]
    let isFiltered: Bool
    let clips: [CardView]
    let turns: Pagination?
    let settle: SettleView

    init(_ list: ClipList, _ query: Query, _ choices: ClipIndex.Choices, _ titles: [SourceID: String], _ recipe: Recipe)
    {
        let states = ClipState.allCases.filter { (choices.states[$0] ?? 0) > 0 || $0.rawValue == query["state"] }
        total = Figure.plural(list.total, "clip")
        let first = (list.page - 1) * ClipList.pageSize
        range =
            list.pages == 1 || list.clips.isEmpty
            ? nil : "\(Figure.count(first + 1)) to \(Figure.count(first + list.clips.count))"
        (isEmpty, isCut, q) = (list.clips.isEmpty, list.isCut, query["q"] ?? "")
        filters =
            [
                Filter(
                    name: "state", label: "State", any: "any state",
                    choices: Choice.list(states.map(\.rawValue), selected: query["state"]) { state in
                        "\(state) (\(Figure.count(ClipState(rawValue: state).flatMap { choices.states[$0] } ?? 0)))"
                    }),
                Filter(
                    name: "source", label: "Source", any: "any source",
                    choices: Self.sources(choices.sources, titles, selected: query["source"])),
                Filter(
                    name: "level", label: "Level", any: "any level",
                    choices: Choice.list(choices.levels, selected: query["level"])),
                Filter(
                    name: "reason", label: "Reason", any: "any reason",
                    choices: Choice.list(choices.reasons, selected: query["reason"]) {
                        $0 == "duplicate_of" ? "duplicate" : Words.plain($0)
                    }),
                Filter(
                    name: "reviewer", label: "Spoken on by", any: "anyone or nobody",
                    choices: Choice.list(choices.reviewers, selected: query["reviewer"]) { $0 }),
            ].filter { !$0.choices.isEmpty }
            + [
                Filter(
                    name: "sort", label: "Order", any: "by source",
                    choices: Choice.list(["newest", "mixed"], selected: query["sort"]) {
                        $0 == "newest" ? "last decided first" : "sources mixed"
                    })
            ]
        isFiltered = ["state", "source", "level", "reason", "reviewer", "q"].contains { query[$0] != nil }
        clips = list.clips.map { CardView($0) }
        turns = Pagination(list.page, of: list.pages, query, "/curator/clips")
        settle = SettleView("", recipe)
    }

    private static func sources(_ sources: [SourceID], _ titles: [SourceID: String], selected: String?) -> [Choice] {
        let choices = sources.map { source in
            Choice(
                value: source.rawValue, label: titles[source] ?? source.rawValue, selected: source.rawValue == selected)
        }
        return choices.sorted { ($0.label, $0.value) < ($1.label, $1.value) }
    }
}
