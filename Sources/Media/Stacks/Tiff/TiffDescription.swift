import Foundation
import Model

/// What the fields of a TIFF page say of axes, scale and channels, in the dialects that microscopy writes. OME-XML,
/// which may speak of several files, is `OMESet`'s.
enum TiffDescription {
    /// What the first page says; nil when it says nothing of axes or scale.
    static func read(_ fields: TiffFields) -> StackMetadata? {
        let text = fields.text(TiffFields.description) ?? ""
        var metadata: StackMetadata? =
            if ImageJDescription.isLikely(text) {
                ImageJDescription.read(text, fields)
            } else if let shaped = ShapedDescription.read(text, fields) {
                shaped.metadata
            } else {
                LSMDescription.read(fields)
            }
        if metadata == nil {
            let size = resolution(fields)
            if size.x != nil || size.y != nil {
                metadata = StackMetadata(origin: "the resolution", order: [], pixelX: size.x, pixelY: size.y)
            }
        }
        let notes = notes(fields)
        if notes.isEmpty { return metadata }
        var noted = metadata ?? StackMetadata(origin: "the file", order: [])
        noted.notes += notes
        // A MetaMorph stack has one page for all its planes, and two fractions of times and four numbers for each.
        if noted.images == nil, fields.has(33629) { noted.images = fields.count(33629) }
        return noted
    }

    /// Programs whose own metadata is known to lie in the file and is not read.
    static func notes(_ fields: TiffFields) -> [String] {
        let own = [
            (33629, "MetaMorph"), (34361, "FluoView"), (51123, "MicroManager"), (34682, "FEI"), (34118, "Zeiss SEM"),
        ]
        return own.filter { fields.has($0.0) }.map { "\($0.1)'s own metadata (tag \($0.0)) is not read" }
    }

    // MARK: Resolution

    /// Pixels an inch as printers and screens have them, which say nothing of the scene.
    private static let prints: [Double] = [
        72, 75, 90, 96, 100, 120, 144, 150, 180, 200, 220, 240, 250, 266, 300, 350, 360, 400, 600, 720, 800, 1200, 2400,
    ]

    /// Micrometres a pixel by a resolution in pixels a unit; nil for a print's resolution, and what is not plausible.
    static func size(pixels: Rational?, perUnit unit: Rational?) -> Rational? {
        guard let pixels, let unit, let size = PhysicalQuantity.product(unit, pixels.reciprocal) else { return nil }
        let perInch = PhysicalQuantity.inch.double / size.double
        // To a thousandth, since a print's resolution may be told in centimetres.
        let isPrint = unit.double >= 10_000 && prints.contains { ($0 - perInch).magnitude < $0 / 1000 }
        return isPrint ? nil : PhysicalQuantity.plausible(size)
    }

    /// Micrometres a pixel by the resolution fields alone; nil unless inch or centimetre are said, and for a
    /// millimetre and more (a resolution of 1 stands for none).
    static func resolution(_ fields: TiffFields) -> (x: Rational?, y: Rational?) {
        let units = [2: PhysicalQuantity.inch, 3: Rational(10_000)]
        let unit = fields.integer(TiffFields.resolutionUnit).flatMap { units[$0] }
        func size(_ tag: Int) -> Rational? {
            Self.size(pixels: fields.fraction(tag), perUnit: unit).flatMap { $0.double < 1000 ? $0 : nil }
        }
        return (size(TiffFields.xResolution), size(TiffFields.yResolution))
    }
}
