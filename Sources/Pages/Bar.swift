import Model

/// A bar as long as its part of the longest one, and a line in it where a target stands. Drawn as SVG, whose attributes
/// need no style.
public struct Bar {
    /// Of 100.
    public let width: String
    public let mark: String?

    public init(_ part: Double, of whole: Double, mark: Double? = nil) {
        width = Self.width(part, of: whole)
        self.mark = mark.map { Self.width($0, of: whole) }
    }

    /// A part of 100; what is not 0 can be seen.
    static func width(_ part: Double, of whole: Double) -> String {
        guard part > 0, whole > 0 else { return "0" }
        return Figure.coordinate(min(100, max(0.4, 100 * part / whole)))
    }
}
