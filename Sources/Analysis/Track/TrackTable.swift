public import Model

/// All that a frame track can hold: what measures its parts, and the parts that follow from others.
public struct TrackTable: Sendable {
    public let measurers: [any Measurer.Type]
    /// In an order in which each follows from parts that are there.
    public let derived: [any DerivedPart.Type]
    /// Each once.
    public let parts: [any TrackPart.Type]

    /// - Throws: a `Fault` where two parts or two measurers share a name, or a derived part has no origin here.
    public init(measurers: [any Measurer.Type], derived: [any DerivedPart.Type]) throws(Fault) {
        self.measurers = measurers
        self.derived = derived
        let measured = measurers.flatMap { $0.parts }
        parts = measured + derived.map { $0 as any TrackPart.Type }
        try Self.check(measurers.map { $0.name }, are: "measurers")
        try Self.check(parts.map { $0.name }, are: "parts of a frame track")
        var known = Set(measured.map { $0.name })
        for part in derived {
            if let origin = part.origins.first(where: { !known.contains($0.name) }) {
                throw Self.fault("the part '\(part.name)' follows from '\(origin.name)', which nothing makes before it")
            }
            known.insert(part.name)
        }
    }

    private static func check(_ names: [String], are things: String) throws(Fault) {
        var known: Set<String> = []
        for name in names where !known.insert(name).inserted {
            throw fault("two \(things) are called '\(name)'")
        }
    }

    private static func fault(_ what: String) -> Fault {
        Fault(.invalid, what, at: "table of the frame track", advice: "This is a defect; please report it.")
    }

    /// A part as a track has to hold it.
    public struct Wanted {
        public let part: any TrackPart.Type
        /// What measures it where that isn't this program alone.
        public let maker: Digest?
        /// Whether it can be added to a track whose other parts stay as they are.
        public let standsAlone: Bool
    }

    /// The parts that a plan makes.
    /// - Parameter makers: digests by the names of parts, as `makers` gives them.
    public func wanted(_ plan: ScanPlan, makers: [String: Digest]) -> [Wanted] {
        let chosen = measurers(of: plan)
        let measured = chosen.flatMap { measurer in
            measurer.parts.map { Wanted(part: $0, maker: makers[$0.name], standsAlone: measurer.standsAlone) }
        }
        return derivable(from: Set(measured.map { $0.part.name })).reduce(into: measured) {
            $0.append(Wanted(part: $1, maker: nil, standsAlone: true))
        }
    }

    /// What measures a plan's parts, by their names, where that isn't this program alone.
    /// - Parameter digest: the SHA-256 of the file at a path.
    public func makers(
        _ plan: ScanPlan, digest: (_ path: String) throws -> Digest
    ) throws -> [String: Digest] {
        var makers: [String: Digest] = [:]
        for measurer in measurers(of: plan) {
            guard let maker = try measurer.maker(by: plan.rule, digest: digest) else { continue }
            for part in measurer.parts { makers[part.name] = maker }
        }
        return makers
    }

    public func measurers(of plan: ScanPlan) -> [any Measurer.Type] {
        measurers.filter { plan.measurers.contains($0.name) }
    }

    /// Those of a plan's measurers that make one of some parts.
    public func measurers(of plan: ScanPlan, making parts: [String]) -> [any Measurer.Type] {
        measurers(of: plan).filter { $0.parts.contains { parts.contains($0.name) } }
    }

    /// The derived parts that follow from some parts and each other, in order.
    public func derivable(from parts: Set<String>) -> [any DerivedPart.Type] {
        var known = parts
        return derived.filter { part in
            guard part.origins.allSatisfy({ known.contains($0.name) }) else { return false }
            known.insert(part.name)
            return true
        }
    }
}
