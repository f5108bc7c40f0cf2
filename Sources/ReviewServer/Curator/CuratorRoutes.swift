import Hummingbird
import Manifest
import Model
import Pages
import Pipeline
import Review
import ReviewDesk

/// The curator's pages, and the same as JSON. `ReviewContext.curator` keeps others out of each.
extension ReviewServer {
    func addCurator(to router: Router<ReviewContext>) {
        addCuratorActions(to: router)
        page("/curator", "Dashboard", "dashboard", in: router) { [self] _, curator in
            let overview = try await overview(for: curator.name)
            let cards = try await cards(of: overview.activity.map(\.clipId))
            let titles = Dictionary(cards.compactMap { card in card.title.map { (card.clipId, $0) } }) { a, _ in a }
            return DashboardView(overview, titles: titles, workspace.recipe)
        }
        page("/curator/clips", "Clips", "clips", in: router) { [self] query, _ in
            let manifest = manifest
            let list = try await clipList(query)
            let titles = try await BlockingWork.read { try manifest.sources.titles() }
            return ClipsView(list, query, try await figures.clips.choices(), titles, workspace.recipe)
        }
        page("/curator/disagreements", "Disagreements", "disagreements", in: router) { [self] query, _ in
            let list = try await disagreements(query)
            return DisagreementsView(
                list, cards: try await cards(of: list.disagreements.map(\.clipId)), query, workspace.recipe)
        }
        page("/curator/duplicates", "Duplicates", "duplicates", in: router) { [self] query, _ in
            let list = try await duplicates(query)
            let apart = list.apart.prefix(DuplicatesView.mostPairs).flatMap { [$0.clipId, $0.otherId] }
            return DuplicatesView(
                list, cards: try await cards(of: list.groups.joined().map(\.clip) + apart), query)
        }
        page("/curator/people", "People", "people", in: router) { [self] _, curator in
            PeopleView(try await people(), viewer: curator.name)
        }
        page("/curator/agreement", "Agreement", "agreement", in: router) { [self] _, _ in
            let said = try await figures.said.current()
            return AgreementView(said.value, madeAt: Moment.text(said.madeAt))
        }
        page("/curator/compare", "Side by side", "compare", at: "/curator/duplicates", in: router) { [self] query, _ in
            try await comparison(query)
        }
        router.get("/curator/clips/:clip") { [self] _, context in
            let curator = try context.curator()
            let history = try await history(try context.parameters.require("clip"))
            let twins = try await cards(of: history.duplicates.map(\.clip))
            let view = ClipView(history, twins: twins, workspace.recipe)
            return try html(view.card.title, "clip", at: "/curator/clips", for: curator, view)
        }
        addCuratorDocuments(to: router)
    }

    private func addCuratorDocuments(to router: Router<ReviewContext>) {
        document("/api/curator/overview", in: router) { [self] _, curator in try await overview(for: curator.name) }
        document("/api/curator/clips", in: router) { [self] query, _ in try await clipList(query) }
        document("/api/curator/disagreements", in: router) { [self] query, _ in try await disagreements(query) }
        document("/api/curator/duplicates", in: router) { [self] query, _ in try await duplicates(query) }
        document("/api/curator/people", in: router) { [self] _, _ in try await people() }
        document("/api/curator/statistics", in: router) { [self] _, _ in
            try await figures.said.current().value.statistics
        }
        router.get("/api/curator/clips/:clip") { [self] _, context in
            _ = try context.curator()
            return try JSONAnswer.response(try await history(try context.parameters.require("clip")))
        }
    }

    /// - Parameter place: in the navigation, where it is not the page's own address.
    private func page(
        _ address: String, _ title: String, _ template: String, at place: String? = nil,
        in router: Router<ReviewContext>, _ view: @escaping @Sendable (Query, Person) async throws -> some Any
    ) {
        router.get(RouterPath(address)) { [self] request, context in
            let curator = try context.curator()
            return try html(
                title, template, at: place ?? address, for: curator, try await view(Query(request), curator))
        }
    }

    private func html(
        _ title: String, _ template: String, at address: String, for curator: Person, _ view: some Any
    ) throws -> Response {
        JSONAnswer.html(
            try ServerPages.render(
                CuratorPage(title, at: address, for: curator, of: workspace.recipe, view), "curator-\(template)"))
    }

    private func document(
        _ address: String, in router: Router<ReviewContext>,
        _ content: @escaping @Sendable (Query, Person) async throws -> some Encodable & Sendable
    ) {
        router.get(RouterPath(address)) { request, context in
            let curator = try context.curator()
            return try JSONAnswer.response(try await content(Query(request), curator))
        }
    }

    private func cards(of clips: [ClipID]) async throws -> [ClipCard] {
        let manifest = manifest
        return try await BlockingWork.read { try manifest.clips.cards(of: Array(Set(clips)).sorted()) }
    }

    private func history(_ clip: String) async throws -> ClipHistory {
        let (manifest, recipe) = (manifest, workspace.recipe)
        return try await BlockingWork.read {
            try ClipHistory(of: ClipID(rawValue: clip), in: manifest, recipe: recipe)
        }
    }

    private func comparison(_ query: Query) async throws -> CompareView {
        guard let a = query["a"].map(ClipID.init), let b = query["b"].map(ClipID.init), a != b else {
            throw Refusal.invalid("It takes two clips, a and b.", "Choose a pair on the page of duplicates.")
        }
        let manifest = manifest
        return try await BlockingWork.read {
            let cards = try manifest.clips.cards(of: [a, b])
            guard cards.count == 2 else { throw Refusal.notFound("The clip") }
            let isApart = try manifest.duplicates.separated().contains([min(a, b), max(a, b)])
            return CompareView(cards, group: try manifest.duplicates.group(of: a), isApart: isApart)
        }
    }
}
