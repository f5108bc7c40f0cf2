import Foundation
import Model

/// What the `ImageDescription` of a TIFF file says, in the dialects that microscopy writes.
enum TiffDescription {
    /// The series that an `ImageDescription` describes; empty when it says nothing about axes or scale.
    static func parse(_ description: String?, _ directory: TiffDirectory) -> [StackMetadata] {
        guard let description else { return [] }
        if description.hasPrefix("ImageJ=") { return [imageJ(description, directory)] }
        if description.contains("<OME") || description.contains(":OME") { return OMEDocument.read(description) }
        return shaped(description).map { [$0] } ?? []
    }

    // MARK: ImageJ

    /// ImageJ's `key=value` lines. Channels are its fastest axis, then slices, then frames.
    private static func imageJ(_ text: String, _ directory: TiffDirectory) -> StackMetadata {
        var keys: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let equals = line.firstIndex(of: "=") else { continue }
            keys[String(line[..<equals])] = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        }
        func count(_ key: String) -> Int? { keys[key].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }

        var metadata = StackMetadata(origin: "ImageJ", order: [.time, .slice, .channel])
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
    private static func shaped(_ text: String) -> StackMetadata? {
        guard text.hasPrefix("{"),
            let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
            let shape = object["shape"] as? [Int], shape.count > 2, shape.allSatisfy({ $0 > 0 })
        else { return nil }
        return StackMetadata(origin: "the file", order: [], shape: Array(shape.dropLast(2)))
    }
}
