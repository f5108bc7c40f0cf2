import Model

/// Where the samples of one image, or of one tile of it, lie in their memory block.
struct LIFLayout {
    /// Bytes from one place to the next along an axis that may be absent.
    private struct Axis {
        var count = 1
        var step: UInt64 = 0
    }

    /// Bytes from one pixel to the next at most: what lies between is read too.
    private static let stepLimit: UInt64 = 256
    private static let tileLimit = 10_000
    /// Bytes of rows that are read at once.
    private static let readBytes: UInt64 = 1 << 22

    let format: SampleFormat
    private(set) var timepoints = 1
    private(set) var slices = 1
    private(set) var tiles = 1
    /// Channels with planes of their own.
    var channels: Int { format.isColor ? 1 : offsets.count }
    /// Why the samples can't be read, or nil.
    private(set) var unsupported: Fault?

    /// From the first sample of a plane to the first of each channel, or of red, green and blue.
    private var offsets: [UInt64] = []
    private var x = Axis()
    private var y = Axis()
    private var z = Axis()
    private var time = Axis()
    private var tile = Axis()

    init(_ image: LIFImage, block: LIFFile.Block?, at path: String) {
        let sizes = image.dimensions.reduce(into: [Int: Int]()) { sizes, dimension in
            if let id = dimension.id, let count = dimension.count { sizes[id] = max(count, 0) }
        }
        let bits = image.channels.map { Self.bits($0) }
        let isColor = image.channels.count == 3 && Set(image.channels.map(\.tag)) == [1, 2, 3]
        let (width, height) = (max(sizes[1] ?? 1, 1), max(sizes[2] ?? 1, 1))
        let isHuge = width > TiffFormat.pixelLimit / height
        format = SampleFormat(
            width: isHuge ? 1 : width, height: isHuge ? 1 : height, bits: (bits.first ?? nil) ?? 8,
            kind: image.channels.first?.dataType == 1 ? .float : .unsigned, samples: isColor ? 3 : 1, isColor: isColor)
        if isHuge {
            unsupported = Self.refusal("its pictures are \(width)x\(height) pixels, above the limit", path)
        } else {
            do throws(Fault) { try lay(image, bits, block, path) } catch { unsupported = error }
        }
        if unsupported != nil { (timepoints, slices, tiles, offsets) = (1, 1, 1, [0]) }
    }

    private static func refusal(_ what: String, _ path: String) -> Fault {
        Fault(.unsupported, what, at: path, advice: LIFFile.advice)
    }

    /// Bits of a sample in memory; nil for what is not read.
    private static func bits(_ channel: LIFImage.Channel) -> Int? {
        guard let resolution = channel.resolution else { return nil }
        switch (channel.dataType, resolution) {
        case (0, 1...8): return 8
        case (0, 9...16): return 16
        case (0, 17...32), (1, 32): return 32
        default: return nil
        }
    }

    /// Takes over all distances, and checks that they fit each other and the block.
    private mutating func lay(
        _ image: LIFImage, _ bits: [Int?], _ block: LIFFile.Block?, _ path: String
    ) throws(Fault) {
        guard let first = bits.first, let first, Set(bits) == [first], Set(image.channels.map(\.dataType)).count == 1
        else { throw Self.refusal(Self.samples(image), path) }
        let bytes = UInt64(first / 8)
        for dimension in image.dimensions { try place(dimension, path) }
        guard x.count > 1, y.count > 1 else {
            throw Self.refusal("it is a scan along \(x.count > 1 ? "X" : "Y") alone, without pictures", path)
        }
        let order = format.isColor ? image.channels.sorted { $0.tag < $1.tag } : image.channels
        for channel in order {
            guard let offset = channel.bytesInc, offset >= 0 else {
                throw Self.refusal("the place of its channels is unknown", path)
            }
            offsets.append(UInt64(offset))
        }
        guard Set(offsets).count == offsets.count else { throw Self.refusal("its channels lie at one place", path) }
        (timepoints, slices, tiles) = (time.count, z.count, tile.count)
        guard x.step >= bytes, x.step <= Self.stepLimit, x.step % bytes == 0,
            y.step >= UInt64(x.count) * x.step - (x.step - bytes)
        else {
            throw Self.refusal("its rows do not lie one after another", path)
        }
        guard let block else {
            throw Fault(
                .truncated, "the block of its samples is missing in the file", at: path, advice: LIFFile.again)
        }
        // Fewer bytes than samples: they are compressed, or the description is another image's.
        guard let least = count(bytes), least <= block.size, let end = end(timepoints - 1, tiles - 1, bytes),
            end <= block.size
        else { throw Self.refusal("its samples don't fit into their block of \(block.size) bytes", path) }
        guard tiles <= Self.tileLimit, timepoints * slices <= TiffDirectory.pageLimit / channels else {
            throw Self.refusal("more than \(Self.tileLimit) tiles or \(TiffDirectory.pageLimit) planes", path)
        }
    }

    private static func samples(_ image: LIFImage) -> String {
        let kinds = image.channels.map { channel in
            "\(channel.resolution.map(String.init) ?? "?") bits of type \(channel.dataType.map(String.init) ?? "?")"
        }
        return image.channels.isEmpty
            ? "it has no channels" : "its samples (\(Set(kinds).sorted().joined(separator: ", "))) are not read"
    }

    private mutating func place(_ dimension: LIFImage.Dimension, _ path: String) throws(Fault) {
        guard let id = dimension.id, let count = dimension.count, count > 0 else {
            throw Self.refusal("one of its dimensions can't be read", path)
        }
        if count == 1 { return }
        let names = [5: "wavelength", 6: "rotation", 9: "excitation wavelength"]
        guard let axis = [1: \Self.x, 2: \Self.y, 3: \Self.z, 4: \Self.time, 10: \Self.tile][id] else {
            throw Self.refusal(
                "it has \(count) places along \(names[id] ?? "dimension \(id)"), which is not read", path)
        }
        guard self[keyPath: axis].count == 1, let step = dimension.bytesInc, step > 0 else {
            throw Self.refusal("the distances along its dimensions make no sense", path)
        }
        self[keyPath: axis] = Axis(count: count, step: UInt64(step))
    }

    /// Bytes of all samples; nil beyond all bounds.
    private func count(_ bytes: UInt64) -> UInt64? {
        var total = bytes * UInt64(offsets.count)
        for axis in [x, y, z, time, tile] {
            let (value, overflow) = total.multipliedReportingOverflow(by: UInt64(axis.count))
            if overflow || value > 1 << 62 { return nil }
            total = value
        }
        return total
    }

    /// The first byte after the samples of a time point of a tile; nil beyond all bounds.
    private func end(_ time: Int, _ tile: Int, _ bytes: UInt64) -> UInt64? {
        var end = bytes
        var parts = [(offsets.max() ?? 0, 1), (x.step, x.count - 1), (y.step, y.count - 1), (z.step, z.count - 1)]
        parts += [(self.time.step, time), (self.tile.step, tile)]
        for (step, count) in parts {
            let (part, tooLong) = step.multipliedReportingOverflow(by: UInt64(count))
            let (sum, overflow) = end.addingReportingOverflow(part)
            if tooLong || overflow { return nil }
            end = sum
        }
        return end
    }

    /// How many time points of a tile have all their samples within so many bytes.
    func timepoints(of tile: Int, within bytes: UInt64) -> Int {
        guard unsupported == nil, let first = end(0, tile, UInt64(format.bits / 8)), first <= bytes else { return 0 }
        return time.count == 1 ? 1 : Int(min(UInt64(time.count), (bytes - first) / time.step + 1))
    }

    /// Reads a plane.
    /// - Parameters:
    ///   - start: of the block in the file.
    ///   - samples: resized to `format.count`.
    /// - Throws: `Fault` with `.truncated` or `.unreadable`.
    func decode(
        time t: Int, slice: Int, channel: Int, tile number: Int, from start: UInt64, in file: ByteFile,
        into samples: inout [Float]
    ) throws(Fault) {
        guard let packing = SamplePacking(bits: format.bits, kind: format.kind) else { return }
        if samples.count != format.count { samples = [Float](repeating: 0, count: format.count) }
        let origin =
            start + UInt64(t) * time.step + UInt64(slice) * z.step + UInt64(number) * tile.step
        let places = format.isColor ? offsets : [offsets[channel]]
        let rowBytes = UInt64(x.count - 1) * x.step + UInt64(format.bits / 8)
        let rows = Int(max(1, min(UInt64(format.height), Self.readBytes / y.step)))
        for (component, place) in places.enumerated() {
            for top in stride(from: 0, to: format.height, by: rows) {
                let count = min(rows, format.height - top)
                let read = try file.read(
                    at: origin + place + UInt64(top) * y.step, count: Int(UInt64(count - 1) * y.step + rowBytes))
                unpack(read, packing, rows: top..<(top + count), component, &samples)
            }
        }
    }

    private func unpack(
        _ read: [UInt8], _ packing: SamplePacking, rows: Range<Int>, _ component: Int, _ samples: inout [Float]
    ) {
        let bytes = format.bits / 8
        read.withUnsafeBytes { read in
            samples.withUnsafeMutableBufferPointer { samples in
                guard let read = read.baseAddress, let samples = samples.baseAddress else { return }
                for y in rows {
                    packing.unpack(
                        read + (y - rows.lowerBound) * Int(self.y.step), from: 0, step: Int(x.step) / bytes,
                        count: x.count, to: samples + y * x.count * format.samples + component,
                        targetStep: format.samples)
                }
            }
        }
    }
}
