import Foundation
import Model

/// ImageJ's `ImageDescription`: `key=value` lines. Channels are the pages' fastest axis, then slices, then frames.
enum ImageJDescription {
    static func isLikely(_ text: String) -> Bool { text.hasPrefix("ImageJ=") }

    static func read(_ text: String, _ fields: TiffFields) -> StackMetadata {
        var keys: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let equals = line.firstIndex(of: "=") else { continue }
            keys[String(line[..<equals])] = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        }
        func count(_ key: String) -> Int? {
            keys[key].flatMap { Int($0) }.flatMap { $0 > 0 ? min($0, TiffDirectory.pageLimit + 1) : nil }
        }
        var metadata = StackMetadata(origin: "ImageJ", order: [.time, .slice, .channel])
        metadata.images = count("images")
        let (slices, frames) = (count("slices"), count("frames"))
        var channels = count("channels")
        let samples = fields.integer(TiffFields.samples) ?? 1
        if let inPages = channels, samples > 1, samples <= 256,
            metadata.images == inPages * (slices ?? 1) * (frames ?? 1), inPages * samples <= TiffDirectory.pageLimit
        {
            // `images` counts pages: the samples of a pixel come on top.
            channels = inPages * samples
        }
        // What ImageJ saves as 16-bit RGB is a composite of three channels.
        metadata.samplesAreChannels = samples == 3 && fields.integer(TiffFields.bits) == 16
        if channels != nil || slices != nil || frames != nil {
            metadata.sizes = [.time: frames ?? 1, .slice: slices ?? 1, .channel: channels ?? 1]
        }
        scale(&metadata, keys, fields)
        if frames ?? 1 > 1 {
            metadata.intervalSeconds = PhysicalQuantity.time(
                PhysicalQuantity.decimal(keys["finterval"]), unit: keys["tunit"])
            if metadata.intervalSeconds == nil, PhysicalQuantity.decimal(keys["fps"]) != nil {
                metadata.notes.append("ImageJ's fps is a playback rate; the interval is unknown")
            }
        } else if slices ?? 1 > 1 {
            metadata.notes.append(
                "ImageJ saves a time-lapse as slices too; if the slices are time, say ingest --axes T")
        }
        display(&metadata, keys, fields, channels: channels ?? 1)
        return metadata
    }

    private static func scale(_ metadata: inout StackMetadata, _ keys: [String: String], _ fields: TiffFields) {
        guard let unit = keys["unit"] else {
            (metadata.pixelX, metadata.pixelY) = TiffDescription.resolution(fields)
            return
        }
        func size(_ tag: Int, _ unit: String) -> Rational? {
            TiffDescription.size(pixels: fields.fraction(tag), perUnit: PhysicalQuantity.micrometres(unit: unit))
        }
        metadata.pixelX = size(TiffFields.xResolution, unit)
        metadata.pixelY = size(TiffFields.yResolution, keys["yunit"] ?? unit)
        if metadata.sizes[.slice] ?? 1 > 1 {
            metadata.pixelZ = PhysicalQuantity.length(
                PhysicalQuantity.decimal(keys["spacing"], signed: true), unit: keys["zunit"] ?? unit)
        }
    }

    /// Display ranges, colours and names of the channels.
    private static func display(
        _ metadata: inout StackMetadata, _ keys: [String: String], _ fields: TiffFields, channels: Int
    ) {
        let tags = ImageJTags(fields)
        var ranges = tags.ranges
        // `min` and `max` are those of the channel that was shown last.
        if ranges.isEmpty, channels == 1, let low = PhysicalQuantity.number(keys["min"]),
            let high = PhysicalQuantity.number(keys["max"])
        {
            ranges = [low, high]
        }
        var tables = tags.tables
        if tables.isEmpty, channels == 1 {
            // The palette of 8-bit samples, in 16-bit values.
            tables = [fields.integers(TiffFields.colorMap).map { UInt8(clamping: $0 >> 8) }].filter { $0.count == 768 }
        }
        let names = tags.names(channels: channels)
        // Without tables, ImageJ shows the samples of a pixel as red, green and blue.
        let isPixel = tables.isEmpty && metadata.samplesAreChannels && channels == 3
        let colors = isPixel ? (0..<3).map { ChannelColor("#" + ["FF0000", "00FF00", "0000FF"][$0]) } : []
        let known = min(channels, max(ranges.count / 2, tables.count, names?.count ?? 0, colors.count))
        for index in 0..<known {
            var channel = MediaDescription.Channel(name: names?[index])
            if ranges.count > index * 2 + 1 {
                let (low, high) = (ranges[index * 2], ranges[index * 2 + 1])
                if low.isFinite, high.isFinite, low < high { (channel.low, channel.high) = (low, high) }
            }
            if index < colors.count { channel.color = colors[index] }
            if index < tables.count {
                channel.color = ImageJTags.color(tables[index])
                if channel.color == nil {
                    metadata.notes.append(
                        "the lookup table of channel \(index + 1) is no ramp from black: its colour is unknown")
                }
            }
            metadata.channels.append(channel)
        }
        if !metadata.channels.contains(where: { $0 != .init() }) { metadata.channels = [] }
    }
}
