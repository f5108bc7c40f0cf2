import Foundation
import Hummingbird
import Manifest
import Model
import Pages

/// A page of the curator's: its frame, and what stands in it.
struct CuratorPage<View> {
    struct Link {
        let label: String
        let address: String
        let current: Bool
    }

    let name = "curator"
    let curator = true
    let title: String
    let person: String
    let dataset: String
    let nav: [Link]
    let view: View

    static var places: [(label: String, address: String)] {
        [
            ("Review", "/"), ("Dashboard", "/curator"), ("Clips", "/curator/clips"),
            ("Disagreements", "/curator/disagreements"), ("Duplicates", "/curator/duplicates"),
            ("People", "/curator/people"), ("Agreement", "/curator/agreement"), ("Guide", "/guide"),
        ]
    }

    /// - Parameter address: of the place in the navigation that the page belongs to.
    init(_ title: String, at address: String, for person: Person, of recipe: Recipe, _ view: View) {
        self.title = title
        self.person = person.name
        dataset = "\(recipe.name) \(recipe.version)"
        nav = Self.places.map { Link(label: $0.label, address: $0.address, current: $0.address == address) }
        self.view = view
    }
}

extension ServerPages {
    /// The templates of the curator's pages and of the parts that they share.
    static let curatorTemplates = [
        "curator": PackageResources.curator_mustache,
        "curator-header": PackageResources.curator_header_mustache,
        "curator-card": PackageResources.curator_card_mustache,
        "curator-film": PackageResources.curator_film_mustache,
        "curator-stage": PackageResources.curator_stage_mustache,
        "curator-interval": PackageResources.curator_interval_mustache,
        "curator-drift": PackageResources.curator_drift_mustache,
        "curator-turns": PackageResources.curator_turns_mustache,
        "curator-settle": PackageResources.curator_settle_mustache,
        "curator-dashboard": PackageResources.curator_dashboard_mustache,
        "curator-clips": PackageResources.curator_clips_mustache,
        "curator-clip": PackageResources.curator_clip_mustache,
        "curator-disagreements": PackageResources.curator_disagreements_mustache,
        "curator-duplicates": PackageResources.curator_duplicates_mustache,
        "curator-compare": PackageResources.curator_compare_mustache,
        "curator-people": PackageResources.curator_people_mustache,
        "curator-agreement": PackageResources.curator_agreement_mustache,
    ]
}

extension Asset {
    /// The scripts of the curator's pages, beside `curator.js`.
    static let curatorScripts = [
        "curator-actions.js": PackageResources.curator_actions_js,
        "curator-films.js": PackageResources.curator_films_js,
        "curator-stage.js": PackageResources.curator_stage_js, "curator-people.js": PackageResources.curator_people_js,
    ]
}

/// An entry of a list to choose from.
struct Choice {
    let value: String
    let label: String
    let selected: Bool

    static func list(
        _ values: [String], selected: String?, label: (String) -> String = { Words.plain($0) }
    ) -> [Choice] {
        values.map { Choice(value: $0, label: label($0), selected: $0 == selected) }
    }
}

/// The way to the pages before and after; nil where there is one page alone.
struct Pagination {
    struct Turn {
        let label: String
        let address: String
    }

    let previous: Turn?
    let next: Turn?
    let page: String

    init?(_ page: Int, of pages: Int, _ query: Query, _ path: String) {
        guard pages > 1 || page > 1 else { return nil }
        func turn(_ label: String, _ page: Int) -> Turn {
            Turn(label: label, address: query.address(path, with: "page", "\(page)"))
        }
        previous = page > 1 ? turn("Previous", min(page - 1, pages)) : nil
        next = page < pages ? turn("Next", page + 1) : nil
        self.page = "Page \(Figure.count(page)) of \(Figure.count(pages))"
    }
}
