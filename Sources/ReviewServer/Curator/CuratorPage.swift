import Foundation
import Hummingbird
import Manifest
import Model

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

extension Pages {
    /// The templates of the curator's pages and of the parts that they share.
    static let curatorTemplates = [
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
        _ values: [String], selected: String?, label: (String) -> String = { Shown.words($0) }
    ) -> [Choice] {
        values.map { Choice(value: $0, label: label($0), selected: $0 == selected) }
    }
}

/// The way to the pages before and after; nil where there is one page alone.
struct Turns {
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
        self.page = "Page \(Shown.count(page)) of \(Shown.count(pages))"
    }
}

/// Numbers and words as the curator's pages show them: fixed decimals, units behind a no-break space.
enum Shown {
    static func count(_ number: Int) -> String {
        var digits = Array(String(abs(number)))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return (number < 0 ? "−" : "") + String(digits)
    }

    static func plural(_ number: Int, _ one: String, _ many: String) -> String {
        "\(count(number))\u{A0}\(number == 1 ? one : many)"
    }

    static func decimal(_ value: Double, _ places: Int) -> String {
        let text = String(format: "%.\(places)f", value)
        guard text.hasPrefix("-") else { return text }
        return text.contains { $0 != "-" && $0 != "0" && $0 != "." } ? "−" + text.dropFirst() : String(text.dropFirst())
    }

    static func percent(_ share: Double, _ places: Int = 0) -> String { decimal(100 * share, places) + "\u{A0}%" }

    static func seconds(_ seconds: Double) -> String { decimal(seconds, 1) + "\u{A0}s" }

    /// Minutes and seconds of a source: `2:05.3`.
    static func clock(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded(.down))
        let (minutes, rest) = (tenths / 600, tenths % 600)
        return "\(minutes):\(rest < 100 ? "0" : "")\(rest / 10).\(rest % 10)"
    }

    /// To four significant digits: thresholds and signals.
    static func measure(_ value: Double) -> String { String(format: "%.4g", value).replacing("-", with: "−") }

    /// A word of the data as people read it: `wrong_caption` is `wrong caption`.
    static func words(_ name: String) -> String { name.replacing("_", with: " ") }

    static func interval(_ interval: (lower: Double, upper: Double)) -> String {
        "\(decimal(interval.lower, 2)) to \(decimal(interval.upper, 2))"
    }
}

/// A place in a drawing, for attributes of SVG: they allow no unit and need no style.
enum Drawn {
    static func number(_ value: Double) -> String { String(format: "%.2f", value) }

    /// A share of 100; what is not 0 can be seen.
    static func width(_ part: Double, of whole: Double) -> String {
        guard part > 0, whole > 0 else { return "0" }
        return number(min(100, max(0.4, 100 * part / whole)))
    }
}
