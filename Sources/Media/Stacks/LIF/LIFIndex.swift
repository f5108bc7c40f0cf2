import Model

/// The images of a LIF file, each a series of its own with axes T, Z and C; an image of several tiles is a series for
/// each tile.
struct LIFIndex {
    struct Recording {
        var series: StackSeries
        var layout: LIFLayout
        var tile: Int
        /// Byte offset of the image's block.
        var start: UInt64
    }

    private static let seriesLimit = 100_000

    /// At least one; the ordinal is the number of the series.
    private(set) var recordings: [Recording] = []

    /// - Throws: `Fault` with `.empty` or `.unsupported`.
    init(_ file: LIFFile) throws(Fault) {
        let document = file.document
        var notes = file.notes
        if document.photonRecordings > 0 {
            notes.append("\(document.photonRecordings) recordings of single photons (FLIM, FCS) are not read")
        }
        for image in document.images {
            let block = image.block.flatMap { file.blocks[$0] }
            let layout = LIFLayout(image, block: block, at: file.path)
            for tile in 0..<layout.tiles {
                recordings.append(
                    Self.recording(recordings.count, image, layout, tile, block, notes, at: file.path))
            }
            guard recordings.count <= Self.seriesLimit else {
                throw Fault(
                    .unsupported, "more than \(Self.seriesLimit) series", at: file.path,
                    advice: "Split the file in parts.")
            }
        }
        guard recordings.isEmpty else { return }
        guard document.photonRecordings == 0 else {
            throw Fault(.unsupported, notes.last ?? "", at: file.path, advice: LIFFile.advice)
        }
        throw Fault(.empty, "it holds no images", at: file.path, advice: "Check the file in LAS X.")
    }

    private static func recording(
        _ number: Int, _ image: LIFImage, _ layout: LIFLayout, _ tile: Int, _ block: LIFFile.Block?, _ notes: [String],
        at path: String
    ) -> Recording {
        let there = layout.timepoints(of: tile, within: block?.there ?? 0)
        var unsupported = layout.unsupported
        var notes = notes
        if unsupported == nil, there == 0 {
            unsupported = Fault(
                .truncated, "the file ends before the first time point is whole", at: path, advice: LIFFile.again)
        } else if unsupported == nil, there < layout.timepoints {
            notes.append(
                "the file ends early: \(layout.timepoints) time points are promised, the first \(there) are whole")
        }
        let timepoints = max(there, 1)
        var metadata = StackMetadata(
            origin: "LIF", order: [.time, .slice, .channel],
            sizes: [.time: timepoints, .slice: layout.slices, .channel: layout.channels * layout.format.samples])
        describe(image, layout, &metadata)
        metadata.name = layout.tiles > 1 ? "\(image.name)/tile \(tile + 1)" : image.name
        return Recording(
            series: StackSeries(
                paths: [path], container: StackFormat.lif.name, codec: "uncompressed", series: number,
                format: layout.format,
                planesPerFile: [timepoints * layout.slices * layout.channels], metadata: metadata, notes: notes,
                unsupported: unsupported),
            layout: layout, tile: tile, start: block?.start ?? 0)
    }

    /// Scale and channels. A dimension's length spans from its first element to its last.
    private static func describe(_ image: LIFImage, _ layout: LIFLayout, _ metadata: inout StackMetadata) {
        func step(_ id: Int, _ usual: String) -> (step: Rational, unit: String)? {
            guard let dimension = image.dimensions.first(where: { $0.id == id }), let count = dimension.count,
                count > 1, let length = dimension.length
            else { return nil }
            let step = length.magnitude / Double(count - 1)
            let unit = dimension.unit.isEmpty ? usual : dimension.unit
            // Nine decimals of a metre are too few.
            return unit == "m"
                ? PhysicalQuantity.decimal(step * 1e6).map { ($0, "um") }
                : PhysicalQuantity.decimal(step).map { ($0, unit) }
        }
        func length(_ id: Int) -> Rational? {
            step(id, "m").flatMap { PhysicalQuantity.length($0.step, unit: $0.unit) }
        }
        metadata.pixelX = length(1)
        metadata.pixelY = length(2)
        metadata.pixelZ = layout.slices > 1 ? length(3) : nil
        metadata.intervalSeconds =
            layout.timepoints > 1 ? step(4, "s").flatMap { PhysicalQuantity.time($0.step, unit: $0.unit) } : nil
        if !layout.format.isColor {
            metadata.channels = image.channels.map { channel in
                MediaDescription.Channel(
                    name: channel.dye ?? (channel.lut.isEmpty ? nil : channel.lut), color: color(channel.lut))
            }
        }
        let bits = image.channels.compactMap(\.resolution).max()
        metadata.significantBits = bits.flatMap { (1...layout.format.bits).contains($0) ? $0 : nil }
    }

    /// The colour that a look-up table is named for, white for grey ones; nil for all others.
    private static func color(_ name: String) -> ChannelColor? {
        switch name.lowercased() {
        case "red": ChannelColor(red: 255, green: 0, blue: 0)
        case "green": ChannelColor(red: 0, green: 255, blue: 0)
        case "blue": ChannelColor(red: 0, green: 0, blue: 255)
        case "cyan": ChannelColor(red: 0, green: 255, blue: 255)
        case "magenta": ChannelColor(red: 255, green: 0, blue: 255)
        case "yellow": ChannelColor(red: 255, green: 255, blue: 0)
        case "gray", "grey", "white": .white
        default: nil
        }
    }
}
