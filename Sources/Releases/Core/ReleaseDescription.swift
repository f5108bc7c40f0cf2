public import Model

/// What a release says about itself, beyond its clips. Everything in it comes from the manifest and the recipe, so
/// that equal states give equal bytes: no clock, no path, no build date.
public struct ReleaseDescription: Sendable {
    /// One step of the funnel, such as `proposed`, and how many came through.
    public struct Step: Hashable, Sendable {
        public var step: String
        public var count: Int
        public init(_ step: String, _ count: Int) {
            self.step = step
            self.count = count
        }
    }

    /// Who made the dataset, and what they ask of its users; from the recipe's `export:`. "" where not given.
    public struct Attribution: Hashable, Sendable {
        public var creator: String
        public var url: String
        /// How to cite it.
        public var citation: String
        /// Of the dataset as a whole; clips keep their own.
        public var licence: String
        /// Where to ask for a clip to be taken down.
        public var contact: String
        /// `2026-05-04`: given, or the day of the newest decision; before the first one, that of the newest source.
        public var datePublished: String

        public init(
            creator: String = "", url: String = "", citation: String = "", licence: String = "", contact: String = "",
            datePublished: String
        ) {
            self.creator = creator
            self.url = url
            self.citation = citation
            self.licence = licence
            self.contact = contact
            self.datePublished = datePublished
        }
    }

    public var name: String
    public var version: String
    public var about: Attribution
    public var recipe: Recipe
    /// The main profile that the renditions are in.
    public var profile: Profile
    /// In the funnel's order.
    public var funnel: [Step]
    /// What would have gone out and does not, and clips of earlier releases that are gone.
    public var withheld: [WithheldClip]
    /// nil where nobody has decided.
    public var agreement: Agreement?
    /// The hash of what the manifest says of the clips; the writer finds it.
    var state = Digest(of: "")
    /// The hash of the ledger's last line; "" where nobody has decided yet.
    public var ledgerHead: String

    public init(
        name: String, version: String, about: Attribution, recipe: Recipe, profile: Profile, funnel: [Step],
        withheld: [WithheldClip] = [], agreement: Agreement? = nil, ledgerHead: String
    ) {
        self.name = name
        self.version = version
        self.about = about
        self.recipe = recipe
        self.profile = profile
        self.funnel = funnel
        self.withheld = withheld
        self.agreement = agreement
        self.ledgerHead = ledgerHead
    }

    /// The recipe's hash, as `release.json` gives it.
    public func recipeSHA256() throws -> Digest { Digest(of: try recipeJSON()) }

    /// The recipe as released in `recipe.json`: its SHA-256 is the recipe's hash.
    func recipeJSON() throws -> String { try JSON.line(recipe) }
}
