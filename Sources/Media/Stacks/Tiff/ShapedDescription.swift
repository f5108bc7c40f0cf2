import Foundation
import Model

/// tifffile's JSON in `ImageDescription`: `{"shape": [20, 5, 443, 512]}`, perhaps with `axes` and words of its user.
enum ShapedDescription {
    /// What a page's description says, and of how many pages it speaks; nil where it is no such description.
    ///
    /// The last axes are the page's own; those before are the pages', and have names only where all are known.
    static func read(_ text: String, _ fields: TiffFields) -> (metadata: StackMetadata, pages: Int)? {
        guard text.hasPrefix("{"), let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)),
            let words = object as? [String: Any], let shape = words["shape"] as? [Int], (1...16).contains(shape.count),
            shape.allSatisfy({ (0...(1 << 40)).contains($0) }), let page = page(of: shape, fields)
        else { return nil }
        let samples = fields.integer(TiffFields.samples) ?? 1
        let outer = Array(shape.dropLast(page)).map { min(max($0, 1), TiffDirectory.pageLimit + 1) }
        var metadata = StackMetadata(origin: "tifffile", order: [])
        let letters = (words["axes"] as? String).map { Array($0.uppercased()) } ?? []
        let named = letters.count == shape.count ? Array(zip(letters.dropLast(page), outer)) : []
        let axes = named.compactMap { letter, size in StackMetadata.Axis(rawValue: letter).map { ($0, size) } }
        if !outer.isEmpty, named.allSatisfy({ $0.1 == 1 || StackMetadata.Axis(rawValue: $0.0) != nil }),
            !named.isEmpty, Set(axes.map(\.0)).count == axes.count
        {
            metadata.order = axes.map(\.0)
            for (axis, size) in axes { metadata.sizes[axis] = size }
            if samples > 1, let channels = metadata.sizes[.channel], channels <= TiffDirectory.pageLimit / samples {
                metadata.sizes[.channel] = channels * samples
            }
        } else if outer.count > 1 || (outer.first ?? 1) > 1 {
            metadata.shape = outer
            if !letters.isEmpty {
                metadata.notes.append("tifffile's axes '\(String(letters.prefix(16)))' are not all known")
            }
        }
        if page == 3, letters.count == shape.count {
            let inner = letters[fields.integer(TiffFields.planar) == 2 ? shape.count - 3 : shape.count - 1]
            metadata.samplesAreChannels = inner != "S"
            if inner != "S", inner != "C" {
                metadata.notes.append(
                    "tifffile's axis \(inner) lies in the samples of a pixel, which are taken as channels")
            }
        }
        let pages = outer.reduce(1) { min($0 * $1, TiffDirectory.pageLimit + 1) }
        // One directory for all of them.
        if words["truncated"] as? Bool == true { metadata.images = pages }
        scale(&metadata, words, fields)
        return (metadata, pages)
    }

    /// How many axes at the end of a shape are the page's: rows and columns, with samples behind or before them.
    private static func page(of shape: [Int], _ fields: TiffFields) -> Int? {
        guard let width = fields.integer(TiffFields.width), let height = fields.integer(TiffFields.height) else {
            return nil
        }
        let samples = fields.integer(TiffFields.samples) ?? 1
        let isPlanar = fields.integer(TiffFields.planar) == 2
        if samples > 1, shape.suffix(3) == (isPlanar ? [samples, height, width] : [height, width, samples]) {
            return 3
        }
        if samples == 1, shape.suffix(2) == [height, width] { return 2 }
        // One row, which tifffile stores without its axis.
        return samples == 1 && height == 1 && shape.last == width ? 1 : nil
    }

    /// The words of OME and ImageJ, which tifffile's users write here.
    private static func scale(_ metadata: inout StackMetadata, _ words: [String: Any], _ fields: TiffFields) {
        func number(_ key: String, signed: Bool = false) -> Rational? {
            if let text = words[key] as? String { return PhysicalQuantity.decimal(text, signed: signed) }
            return (words[key] as? Double).flatMap { PhysicalQuantity.decimal(signed ? $0.magnitude : $0) }
        }
        func length(_ axis: String) -> Rational? {
            PhysicalQuantity.length(
                number("PhysicalSize\(axis)"), unit: words["PhysicalSize\(axis)Unit"] as? String ?? "um")
        }
        let unit = words["unit"] as? String
        if let unit {
            let perUnit = PhysicalQuantity.micrometres(unit: unit)
            metadata.pixelX = TiffDescription.size(pixels: fields.fraction(TiffFields.xResolution), perUnit: perUnit)
            metadata.pixelY = TiffDescription.size(pixels: fields.fraction(TiffFields.yResolution), perUnit: perUnit)
        } else {
            (metadata.pixelX, metadata.pixelY) = TiffDescription.resolution(fields)
        }
        metadata.pixelX = length("X") ?? metadata.pixelX
        metadata.pixelY = length("Y") ?? metadata.pixelY
        if metadata.sizes[.slice] ?? 1 > 1 {
            metadata.pixelZ = length("Z") ?? PhysicalQuantity.length(number("spacing", signed: true), unit: unit)
        }
        if metadata.sizes[.time] ?? 1 > 1 {
            metadata.intervalSeconds =
                PhysicalQuantity.time(number("TimeIncrement"), unit: words["TimeIncrementUnit"] as? String)
                ?? PhysicalQuantity.time(number("finterval"), unit: words["tunit"] as? String)
        }
        if let name = words["Name"] as? String ?? words["name"] as? String, !name.isEmpty { metadata.name = name }
        if let channel = words["Channel"] as? [String: Any], let names = channel["Name"] as? [String],
            names.count == metadata.sizes[.channel]
        {
            metadata.channels = names.map { MediaDescription.Channel(name: $0.isEmpty ? nil : $0) }
        }
    }
}
