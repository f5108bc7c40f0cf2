import Model
import Pages

/// The pages that the server renders; `page` is the frame that the others fill.
enum ServerPages {
    private static let templates = Templates.shared.adding(
        [
            "page": PackageResources.page_mustache, "refusal": PackageResources.refusal_mustache,
            "stranger": PackageResources.stranger_mustache, "guide": PackageResources.guide_mustache,
        ].merging(curatorTemplates) { own, _ in own })

    static func render(_ content: some Any, _ template: String) throws -> String {
        try templates.render(content, with: template)
    }

    private struct Plain {
        let name: String
        let title: String
        var what = ""
        var advice = ""
    }

    static func refusal(_ status: Int, _ what: String, advice: String) throws -> String {
        try render(Plain(name: "plain", title: "\(status)", what: what, advice: advice), "refusal")
    }

    static func stranger() throws -> String { try render(Plain(name: "plain", title: "Sign in"), "stranger") }

    private struct Guide {
        struct Term {
            let name: String
            let meaning: String
        }
        let name = "plain"
        let title = "Guide"
        let reasons: [Term]
        let levels: [Term]
    }

    static func guide(_ recipe: Recipe) throws -> String {
        func terms(_ names: [String], _ meanings: [String: String]) -> [Guide.Term] {
            names.map { .init(name: Words.plain($0), meaning: meanings[$0] ?? "As your team has agreed.") }
        }
        return try render(
            Guide(reasons: terms(recipe.review.reasons, reasons), levels: terms(recipe.labels.level, levels)), "guide")
    }

    private static let reasons = [
        "not_microscopic": "Nothing that needs a microscope or a model of it: people, slides of text, whole animals.",
        "wrong_caption": "The caption speaks of something else, and you can't write a true one.",
        "overlay": "Text, logos, arrows, cursors or faces lie over the picture.",
        "poor_quality": "Blurred, shaking, dark beyond what contrast mends, frozen or broken.",
        "misleading": "It shows something that is not so: a false mechanism, scale or order of events.",
        "duplicate": "The same footage as another clip that you saw.",
        "other": "Anything else; a word in the caption field helps the curator.",
    ]

    private static let levels = [
        "organ": "Tissues, organs and small whole animals: a beating heart valve, villi, blood in a capillary bed.",
        "cellular": "Whole cells and what they do: division, crawling, a neutrophil in chase, a field of cilia.",
        "subcellular": "What is inside a cell: a spindle, vesicles on microtubules, a ribosome, DNA being copied.",
    ]
}
