import Model

/// What a file says about the axes and scale of one of its series. Unknown is nil, and nonsense is unknown.
struct StackMetadata: Equatable {
    enum Axis: Character, CaseIterable {
        case time = "T", slice = "Z", channel = "C"
    }

    /// Who said it, for notes: `ImageJ` or `OME-XML`.
    var origin: String
    /// Axes of the pages, slowest first.
    var order: [Axis]
    /// Planes along each axis, channels inside a pixel included; empty when the file doesn't say.
    var sizes: [Axis: Int] = [:]
    /// Sizes of axes without names, slowest first (tifffile's `shape`); they serve once the names are declared.
    var shape: [Int] = []
    /// Micrometres.
    var pixelX: Rational?
    var pixelY: Rational?
    var pixelZ: Rational?
    var intervalSeconds: Rational?
    /// In the file's order; empty where it says nothing of them.
    var channels: [MediaDescription.Channel] = []
    /// Bits of a sample that carry the measurement.
    var significantBits: Int?
    /// What the file calls the series.
    var name: String?
    /// Whether three samples of a pixel are channels of their own, rather than red, green and blue.
    var samplesAreChannels = false
    /// Pages promised behind a single directory (ImageJ).
    var images: Int?
    /// For each plane in `order`, the ordinal of its page; nil when pages follow the order.
    var pages: [Int]?
    var notes: [String] = []
}
