import Foundation
import Model

/// What a file says about the axes and scale of one of its series. Unknown is nil, and nonsense is unknown.
struct TiffMetadata: Equatable {
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
    /// Pages promised behind a single directory (ImageJ).
    var images: Int?
    /// For each plane in `order`, the ordinal of its page; nil when pages follow the order.
    var pages: [Int]?
    var notes: [String] = []

    /// The series that an `ImageDescription` describes; empty when it says nothing about axes or scale.
    static func parse(_ description: String?, _ directory: TiffDirectory) -> [TiffMetadata] {
        guard let description else { return [] }
        if description.hasPrefix("ImageJ=") { return [imageJ(description, directory)] }
        if description.contains("<OME") || description.contains(":OME") { return OMEDocument.read(description) }
        return shaped(description).map { [$0] } ?? []
    }

    // MARK: ImageJ

    /// ImageJ's `key=value` lines. Channels are its fastest axis, then slices, then frames.
    private static func imageJ(_ text: String, _ directory: TiffDirectory) -> TiffMetadata {
        var keys: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let equals = line.firstIndex(of: "=") else { continue }
            keys[String(line[..<equals])] = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        }
        func count(_ key: String) -> Int? { keys[key].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }

        var metadata = TiffMetadata(origin: "ImageJ", order: [.time, .slice, .channel])
        metadata.images = count("images")
        let (channels, slices, frames) = (count("channels"), count("slices"), count("frames"))
        if channels != nil || slices != nil || frames != nil {
            metadata.sizes = [.time: frames ?? 1, .slice: slices ?? 1, .channel: channels ?? 1]
        }
        let unit = Quantity.micrometres(unit: keys["unit"])
        func size(_ resolution: Rational?, _ unit: Rational?) -> Rational? {
            guard let resolution, let unit else { return nil }
            return Quantity.plausible(unit / resolution)
        }
        metadata.pixelX = size(directory.xResolution, unit)
        metadata.pixelY = size(directory.yResolution, keys["yunit"].map { Quantity.micrometres(unit: $0) } ?? unit)
        if let slices, slices > 1, let spacing = Quantity.decimal(keys["spacing"], signed: true),
            let unit = keys["zunit"].map({ Quantity.micrometres(unit: $0) }) ?? unit
        {
            metadata.pixelZ = spacing * unit
        }
        if let frames, frames > 1, let interval = Quantity.decimal(keys["finterval"]) {
            metadata.intervalSeconds = Quantity.seconds(unit: keys["tunit"] ?? "s").map { interval * $0 }
        }
        if let slices, slices > 1, frames ?? 1 == 1 {
            metadata.notes.append("ImageJ saves a time-lapse as slices too; if the slices are time, say --axes T")
        }
        return metadata
    }

    // MARK: tifffile

    /// tifffile's `{"shape": [20, 5, 443, 512]}`: the axes before the picture's two have sizes but no names.
    private static func shaped(_ text: String) -> TiffMetadata? {
        guard text.hasPrefix("{"),
            let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
            let shape = object["shape"] as? [Int], shape.count > 2, shape.allSatisfy({ $0 > 0 })
        else { return nil }
        return TiffMetadata(origin: "the file", order: [], shape: Array(shape.dropLast(2)))
    }
}

/// Numbers with units as microscopes' files write them.
enum Quantity {
    /// Micrometres a unit; nil for `pixel`, an inch (a printer's resolution) and everything else.
    static func micrometres(unit: String?) -> Rational? {
        let name = (unit ?? "").replacingOccurrences(of: "\\u00B5", with: "\u{B5}")
            .replacingOccurrences(of: "\u{3BC}", with: "\u{B5}").trimmingCharacters(in: .whitespaces)
        switch name.lowercased() {
        case "\u{B5}m", "um", "micron", "microns", "micrometer", "micrometers", "micrometre", "micrometres":
            return Rational(1)
        case "nm", "nanometer", "nanometers", "nanometre", "nanometres": return Rational(1, 1000)
        case "mm", "millimeter", "millimeters", "millimetre", "millimetres": return Rational(1000)
        case "cm": return Rational(10_000)
        default: return nil
        }
    }

    /// Seconds a unit of time; nil when unknown.
    static func seconds(unit: String) -> Rational? {
        switch unit.trimmingCharacters(in: .whitespaces).lowercased() {
        case "s", "sec", "second", "seconds": Rational(1)
        case "ms", "msec", "millisecond", "milliseconds": Rational(1, 1000)
        case "min", "minute", "minutes": Rational(60)
        case "h", "hr", "hour", "hours": Rational(3600)
        default: nil
        }
    }

    /// A decimal in 1e-9...1e6, to nine places; nil for zero, the infinite and the unreadable.
    /// - Parameter signed: a negative number counts as its magnitude.
    static func decimal(_ text: String?, signed: Bool = false) -> Rational? {
        guard let text = text?.trimmingCharacters(in: .whitespaces), var value = Double(text) else { return nil }
        if signed { value = value.magnitude }
        guard (1e-9...1e6).contains(value) else { return nil }
        return Rational(Int64((value * 1e9).rounded()), 1_000_000_000)
    }

    /// A pixel size in micrometres within 1e-6...1e6, else nil.
    static func plausible(_ size: Rational) -> Rational? { (1e-6...1e6).contains(size.double) ? size : nil }
}
