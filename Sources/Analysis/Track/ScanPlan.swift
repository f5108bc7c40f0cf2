public import Model

/// What measurers read of a recipe.
public struct ScanRule: Codable, Hashable, Sendable {
    public var scan = Recipe.Scan()
    public var detector = Recipe.Detect.Detector.embedded

    /// The embedded detector, and nothing but what every scan measures.
    public init() {}

    /// - Parameter folder: from which a relative path of the encoder's model counts.
    public init(of recipe: Recipe, from folder: String) {
        scan = recipe.scan
        detector = recipe.detect.detector
        if !scan.encoder.model.isEmpty, !scan.encoder.model.hasPrefix("/") {
            scan.encoder.model = folder + "/" + scan.encoder.model
        }
    }
}

/// Which measurers see the frames of a source: decided once, where the recipe and the models are, for every machine
/// that decodes.
public struct ScanPlan: Codable, Hashable, Sendable {
    public let rule: ScanRule
    /// By name, in the table's order.
    public let measurers: [String]

    /// - Throws: a `Fault` where the recipe names a model that isn't there.
    public init(_ rule: ScanRule, in table: TrackTable) throws {
        self.rule = rule
        measurers = try table.measurers.filter { try $0.isWanted(by: rule) }.map { $0.name }
    }
}
