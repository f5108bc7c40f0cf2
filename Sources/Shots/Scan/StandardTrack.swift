public import Analysis
public import Model

extension TrackTable {
    /// The one list: a part is added with what makes it, by a line here.
    public static let standard: TrackTable = {
        do {
            return try TrackTable(
                measurers: [
                    GridMeter.self,
                    Sampler.self,
                    ShotScorer.self,
                    SimilarityMeter.self,
                ],
                derived: [
                    TransitionEvidence.self
                ])
        } catch { preconditionFailure("\(error)") }
    }()
}

extension ScanPlan {
    /// - Throws: a `Fault` where the recipe names a model that isn't there.
    public init(_ rule: ScanRule) throws { try self.init(rule, in: .standard) }

    /// - Parameter folder: from which a relative path of the encoder's model counts.
    /// - Throws: a `Fault` where the recipe names a model that isn't there; `auto` does without.
    public init(for recipe: Recipe, from folder: String) throws {
        try self.init(ScanRule(of: recipe).resolved(from: folder))
    }
}
