package import Model

/// What a file says about the axes and scale of one of its series. Unknown is nil, and nonsense is unknown.
package struct StackMetadata: Equatable {
    package enum Axis: Character, CaseIterable {
        case time = "T", slice = "Z", channel = "C"
    }

    /// Who said it, for notes: `ImageJ` or `OME-XML`.
    package var origin: String
    /// Axes of the pages, slowest first.
    package var order: [Axis]
    /// Planes along each axis, channels inside a pixel included; empty when the file doesn't say.
    package var sizes: [Axis: Int] = [:]
    /// Sizes of axes without names, slowest first (tifffile's `shape`); they serve once the names are declared.
    package var shape: [Int] = []
    /// Micrometres.
    package var pixelX: Rational?
    package var pixelY: Rational?
    package var pixelZ: Rational?
    package var intervalSeconds: Rational?
    /// In the file's order; empty where it says nothing of them.
    package var channels: [MediaDescription.Channel] = []
    /// Bits of a sample that carry the measurement.
    package var significantBits: Int?
    /// What the file calls the series.
    package var name: String?
    /// Whether three samples of a pixel are channels of their own, rather than red, green and blue.
    package var samplesAreChannels = false
    /// Pages promised behind a single directory (ImageJ).
    package var images: Int?
    /// For each plane in `order`, the ordinal of its page; nil when pages follow the order.
    package var pages: [Int]?
    package var notes: [String] = []

    package init(
        origin: String, order: [Axis], sizes: [Axis: Int] = [:], pixelX: Rational? = nil, pixelY: Rational? = nil,
        pixelZ: Rational? = nil, intervalSeconds: Rational? = nil, channels: [MediaDescription.Channel] = [],
        significantBits: Int? = nil, name: String? = nil, notes: [String] = []
    ) {
        (self.origin, self.order, self.sizes) = (origin, order, sizes)
        (self.pixelX, self.pixelY, self.pixelZ, self.intervalSeconds) = (pixelX, pixelY, pixelZ, intervalSeconds)
        (self.channels, self.significantBits, self.name, self.notes) = (channels, significantBits, name, notes)
    }
}
