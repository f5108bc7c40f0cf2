public import Model

/// What measurers read of a recipe.
public struct ScanRule: Codable, Hashable, Sendable {
    public var scan = Recipe.Scan()
    public var detector = Recipe.Detect.Detector.embedded

    /// The embedded detector, and nothing but what every scan measures.
    public init() {}

    public init(of recipe: Recipe) {
        scan = recipe.scan
        detector = recipe.detect.detector
    }

    /// The same with a relative path of the encoder's model taken as of `folder`.
    public func resolved(from folder: String) -> ScanRule {
        var rule = self
        if !scan.encoder.model.isEmpty, !scan.encoder.model.hasPrefix("/") {
            rule.scan.encoder.model = folder + "/" + scan.encoder.model
        }
        return rule
    }
}

/// Which measurers see the frames of a source: decided once, where the recipe and the models are, for every machine
/// that decodes.
public struct ScanPlan: Codable, Hashable, Sendable {
    public var rule: ScanRule
    /// By name, in the table's order.
    public let measurers: [String]

    /// - Throws: a `Fault` where the recipe names a model that isn't there.
    public init(_ rule: ScanRule, in table: TrackTable) throws {
        self.rule = rule
        measurers = try table.measurers.filter { try $0.isWanted(by: rule) }.map { $0.name }
    }
}
