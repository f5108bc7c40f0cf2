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

    public var name: String
    public var version: String
    public var recipe: Recipe
    /// The main profile that the renditions are in.
    public var profile: Profile
    /// In the funnel's order.
    public var funnel: [Step]
    /// The hash of the manifest state that the release was made from.
    public var state: Digest
    /// The hash of the ledger's last line; "" where nobody has decided yet.
    public var ledgerHead: String

    public init(
        name: String, version: String, recipe: Recipe, profile: Profile, funnel: [Step], state: Digest,
        ledgerHead: String
    ) {
        self.name = name
        self.version = version
        self.recipe = recipe
        self.profile = profile
        self.funnel = funnel
        self.state = state
        self.ledgerHead = ledgerHead
    }

    /// The recipe as released in `recipe.json`: its SHA-256 is the recipe's hash.
    func recipeJSON() throws -> String { try JSON.line(recipe) }
}
