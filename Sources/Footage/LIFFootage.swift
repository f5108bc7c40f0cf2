import Foundation

/// LIF files with known content, written byte by byte as LAS X lays them out: an independent witness for the reader.
/// Every sample is a formula of its place.
public struct LIFFootage: Sendable {
    public enum Axis: Int, Sendable { case slice = 3, time = 4, wavelength = 5, tile = 10, channel = 0 }

    /// A place along every axis.
    public struct Place: Sendable {
        public var time = 0
        public var slice = 0
        public var channel = 0
        public var tile = 0
        public init(time: Int = 0, slice: Int = 0, channel: Int = 0, tile: Int = 0) {
            self.time = time
            self.slice = slice
            self.channel = channel
            self.tile = tile
        }
    }

    public struct Image: Sendable {
        public var name: String
        /// Names of the collections it lies in.
        public var folders: [String] = []
        public var width: Int
        public var height: Int
        /// Axes beyond X and Y, from the fastest; channels too, unless they are inside the pixels.
        public var axes: [(axis: Axis, count: Int)]
        /// Bits that carry the measurement: 8, 9 to 16, or 32 (floating point).
        public var bits = 8
        /// Red, green and blue inside the pixels, blue first.
        public var isColor = false
        /// Bytes that follow the samples of a row.
        public var padding = 0
        /// Names of the channels' look-up tables.
        public var luts = ["Green", "Red", "Gray", "Cyan", "Glow"]
        public var dyes: [String] = []
        /// Metres from the first pixel to the last.
        public var length = 1e-4
        /// Metres from the first slice to the last; Leica counts down as well.
        public var depth = -4e-6
        /// Seconds from the first time point to the last.
        public var duration = 20.0
        /// Attributes to set over the true ones, by dimension.
        public var overrides: [Int: [String: String]] = [:]
        /// Bytes of the block that are not written.
        public var missing = 0

        public init(_ name: String, width: Int, height: Int, axes: [(axis: Axis, count: Int)]) {
            self.name = name
            self.width = width
            self.height = height
            self.axes = axes
        }

        public func count(_ axis: Axis) -> Int { axes.first { $0.axis == axis }?.count ?? 1 }
        public var channels: Int { isColor ? 3 : count(.channel) }
        var sampleBytes: Int { bits <= 8 ? 1 : bits <= 16 ? 2 : 4 }
        var pixelBytes: Int { sampleBytes * (isColor ? 3 : 1) }
        var rowBytes: Int { width * pixelBytes + padding }

        /// Bytes from one place to the next.
        func step(_ axis: Axis) -> Int {
            var step = rowBytes * height
            for (other, count) in axes {
                if other == axis { return step }
                step *= count
            }
            return step
        }

        var blockBytes: Int { axes.reduce(rowBytes * height) { $0 * $1.count } }

        /// The least sample; above it are all to `first` + 509, or 255 of 8 bits.
        public var first: Int { bits <= 8 ? 0 : bits <= 12 ? 0x780 : 0x3F80 }

        /// The true samples, row by row; channels of colour are red, green and blue.
        public func truth(_ place: Place) -> [Int] {
            let span = bits <= 8 ? 256 : 510
            let base = place.time * 7919 + place.slice * 1301 + place.channel * 101 + place.tile * 37 + width
            return (0..<height).flatMap { y in (0..<width).map { first + (base + y * 331 + $0 * 17) % span } }
        }
    }

    public var images: [Image]
    /// 1 or 2: sizes of 32 or 64 bits.
    public var version = 2
    /// Recordings of single photons beside the images.
    public var photonRecordings = 0

    public init(_ images: [Image]) { self.images = images }

    public func write(to path: String) throws { try Data(bytes()).write(to: URL(fileURLWithPath: path)) }

    public func bytes() -> [UInt8] {
        let text = xml()
        var out: [UInt8] = [0x70, 0, 0, 0]
        out += Self.little(5 + 2 * text.utf16.count, 4) + [0x2A] + Self.little(text.utf16.count, 4) + Self.utf16(text)
        for (i, image) in images.enumerated() {
            let name = Self.utf16("MemBlock_\(i)")
            let word = version == 2 ? 8 : 4
            out += [0x70, 0, 0, 0] + Self.little(1 + word + 1 + 4 + name.count, 4) + [0x2A]
            out += Self.little(image.blockBytes, word) + [0x2A] + Self.little(name.count / 2, 4) + name
            out += Self.block(image).dropLast(image.missing)
        }
        return out
    }

    private static func block(_ image: Image) -> [UInt8] {
        var block = [UInt8](repeating: 0xEE, count: image.blockBytes)
        for time in 0..<image.count(.time) {
            for slice in 0..<image.count(.slice) {
                for tile in 0..<image.count(.tile) {
                    for channel in 0..<image.channels {
                        let truth = image.truth(Place(time: time, slice: slice, channel: channel, tile: tile))
                        var origin = time * image.step(.time) + slice * image.step(.slice) + tile * image.step(.tile)
                        origin += image.isColor ? (2 - channel) * image.sampleBytes : channel * image.step(.channel)
                        for (i, value) in truth.enumerated() {
                            let bits = image.bits == 32 ? Int(Float(value).bitPattern) : value
                            let (y, x) = i.quotientAndRemainder(dividingBy: image.width)
                            let place = origin + y * image.rowBytes + x * image.pixelBytes
                            for byte in 0..<image.sampleBytes {
                                block[place + byte] = UInt8(truncatingIfNeeded: bits >> (8 * byte))
                            }
                        }
                    }
                }
            }
        }
        return block
    }

    // MARK: XML

    private func xml() -> String {
        var text = "<LMSDataContainerHeader Version=\"\(version)\"><Element Name=\"project.lif\" Visibility=\"1\">"
        text +=
            "<Data><Experiment IsSavedFlag=\"1\"/></Data><Memory Size=\"0\" MemoryBlockID=\"MemBlock_none\"/><Children>"
        for (i, image) in images.enumerated() {
            for folder in image.folders {
                text += "<Element Name=\"\(folder)\"><Data><Collection/></Data>"
                text += "<Memory Size=\"0\" MemoryBlockID=\"MemBlock_none\"/><Children>"
            }
            text += "<Element Name=\"\(image.name)\" Visibility=\"1\"><Data>\(Self.xml(image))</Data>"
            text += "<Memory Size=\"\(image.blockBytes)\" MemoryBlockID=\"MemBlock_\(i)\"/></Element>"
            for _ in image.folders { text += "</Children></Element>" }
        }
        for i in 0..<photonRecordings {
            text += "<Element Name=\"FLIM \(i)\"><Data><SingleMoleculeDetection IsImage=\"true\"/></Data>"
            text += "<Memory Size=\"0\" MemoryBlockID=\"MemBlock_none\"/></Element>"
        }
        return text + "</Children></Element></LMSDataContainerHeader>"
    }

    private static func xml(_ image: Image) -> String {
        var text = "<Image TextDescription=\"\"><ImageDescription><Channels>"
        for place in 0..<image.channels {
            let offset = image.isColor ? place * image.sampleBytes : place * image.step(.channel)
            text += "<ChannelDescription DataType=\"\(image.bits == 32 ? 1 : 0)\""
            text += " ChannelTag=\"\(image.isColor ? 3 - place : 0)\" Resolution=\"\(image.bits)\""
            text += " NameOfMeasuredQuantity=\"\" Min=\"0.000000e+000\" Max=\"2.550000e+002\" Unit=\"\""
            text += " LUTName=\"\(image.luts[place % image.luts.count])\" IsLUTInverted=\"0\""
            text += " BytesInc=\"\(offset)\" BitInc=\"0\">"
            if place < image.dyes.count {
                text += "<ChannelProperty><Key>DyeName</Key><Value>\(image.dyes[place])</Value></ChannelProperty>"
            }
            text += "</ChannelDescription>"
        }
        text += "</Channels><Dimensions>"
        text += dimension(image, 1, image.width, image.length, "m", image.pixelBytes)
        text += dimension(image, 2, image.height, image.length / 2, "m", image.rowBytes)
        for (axis, count) in image.axes where axis != .channel {
            let length = axis == .time ? image.duration : axis == .slice ? image.depth : 0
            text += dimension(image, axis.rawValue, count, length, axis == .time ? "s" : "m", image.step(axis))
        }
        return text + "</Dimensions></ImageDescription></Image>"
    }

    private static func dimension(
        _ image: Image, _ id: Int, _ count: Int, _ length: Double, _ unit: String, _ step: Int
    ) -> String {
        var attributes = [
            ("DimID", "\(id)"), ("NumberOfElements", "\(count)"), ("Origin", "0.000000e+000"), ("Length", "\(length)"),
            ("Unit", unit), ("BitInc", "0"), ("BytesInc", "\(step)"),
        ]
        for i in attributes.indices {
            if let value = image.overrides[id]?[attributes[i].0] { attributes[i].1 = value }
        }
        return "<DimensionDescription" + attributes.map { " \($0)=\"\($1)\"" }.joined() + "/>"
    }

    private static func little(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func utf16(_ text: String) -> [UInt8] { text.utf16.flatMap { little(Int($0), 2) } }
}
