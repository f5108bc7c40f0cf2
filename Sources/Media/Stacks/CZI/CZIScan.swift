import Foundation
import Model

/// Orders the sub-blocks of one scene into planes, and says what had to be decided on the way.
struct CZIScan {
    /// The most that a picture may be larger than the tiles of a plane together.
    private static let sparseLimit = 16

    private let file: CZIFile
    private let document: CZIDocument?
    /// Sorted by time, slice, channel and tile.
    private var blocks: [CZIBlock]
    private let times: [Int32]
    private let slices: [Int32]
    private let channels: [Int32]
    private var notes: [String]

    /// - Parameter blocks: of one scene, at least one, without pyramid levels.
    init(_ blocks: [CZIBlock], document: CZIDocument?, file: CZIFile, notes: [String]) {
        self.file = file
        self.document = document
        self.notes = notes
        let order = blocks.indices.sorted {
            let (a, b) = (blocks[$0], blocks[$1])
            return (a.time, a.slice, a.channel, a.tile, $0) < (b.time, b.slice, b.channel, b.tile, $1)
        }
        self.blocks = []
        for i in order {
            if self.blocks.last?.stands(where: blocks[i]) == true { self.blocks.removeLast() }
            self.blocks.append(blocks[i])
        }
        if self.blocks.count < blocks.count {
            let hidden = blocks.count - self.blocks.count
            self.notes.append("\(hidden) sub-blocks lie where a later one lies as well, which is shown")
        }
        times = Set(blocks.map(\.time)).sorted()
        slices = Set(blocks.map(\.slice)).sorted()
        channels = Set(blocks.map(\.channel)).sorted()
    }

    mutating func recording(series number: Int, name: String?) throws(Fault) -> CZIRecording {
        let kept = try keepCompleteTimes()
        let shown = kept.planes.isEmpty ? blocks : kept.planes.flatMap { blocks[$0] }
        let first = shown[0]
        guard let type = CZIPixelType(first.pixelType) else {
            throw Fault(
                .unsupported, "pixel type \(first.pixelType) is not known", at: file.path, advice: CZIFile.advice)
        }
        let box = try box(of: shown)
        let format = type.format(width: box.width, height: box.height)
        if shown.contains(where: { ($0.x, $0.y, $0.width, $0.height) != box }) {
            notes.append(
                "tiles are pasted into one picture of \(box.width)x\(box.height) pixels, later ones over earlier ones; "
                    + "where none lies the samples are 0")
        }
        var codecs: [String] = []
        for block in shown where !codecs.contains(CZICompression.name(block.compression)) {
            codecs.append(CZICompression.name(block.compression))
        }
        var series = StackSeries(
            paths: [file.path], container: StackFormat.czi.name, codec: codecs.sorted().joined(separator: "+"),
            series: number,
            name: name, format: format, planesPerFile: [kept.planes.count])
        series.metadata = try metadata(kept.times, planes: kept.planes, type: type)
        series.unsupported = unsupported(shown, type: type, box: box, planes: kept.planes)
        series.notes = notes
        return CZIRecording(
            series: series, type: type, left: box.left, top: box.top, blocks: blocks, planes: kept.planes)
    }

    // MARK: Planes

    /// The time points of which every slice and channel is there with all its tiles, and the planes of those.
    private mutating func keepCompleteTimes() throws(Fault) -> (times: [Int32], planes: [Range<Int>]) {
        let planesOfTime = slices.count * channels.count
        guard times.count * planesOfTime <= TiffDirectory.pageLimit else {
            throw Fault(
                .unsupported, "more than \(TiffDirectory.pageLimit) planes", at: file.path,
                advice: "Split the recording in parts.")
        }
        var found: [Range<Int>] = []
        var start = 0
        for i in 1...blocks.count where i == blocks.count || !isSamePlane(blocks[i], blocks[start]) {
            found.append(start..<i)
            start = i
        }
        let tiles = found.map(\.count).max() ?? 1
        var kept: (times: [Int32], planes: [Range<Int>]) = ([], [])
        var next = found.startIndex
        for time in times {
            let end = found[next...].firstIndex { blocks[$0.lowerBound].time != time } ?? found.endIndex
            if end - next == planesOfTime, found[next..<end].allSatisfy({ $0.count == tiles }) {
                kept.times.append(time)
                kept.planes += found[next..<end]
            }
            next = end
        }
        noteMissing(kept.times)
        return kept
    }

    private func isSamePlane(_ a: CZIBlock, _ b: CZIBlock) -> Bool {
        (a.time, a.slice, a.channel) == (b.time, b.slice, b.channel)
    }

    private mutating func noteMissing(_ kept: [Int32]) {
        if kept.count < times.count {
            notes.append(
                "\(times.count - kept.count) of \(times.count) time points lack slices, channels or tiles and are left out"
            )
        }
        let found: [(StackMetadata.Axis, String, Int)] = [
            (.time, "time points", times.count), (.slice, "slices", slices.count),
            (.channel, "channels", channels.count),
        ]
        for (axis, name, count) in found {
            if let promised = document?.sizes[axis], promised > count {
                notes.append("the metadata promises \(promised) \(name), the file holds \(count)")
            }
        }
    }

    /// Of all blocks together.
    private func box(
        of blocks: [CZIBlock]
    ) throws(Fault) -> (left: Int, top: Int, width: Int, height: Int) {
        let left = blocks.map(\.x).min() ?? 0
        let top = blocks.map(\.y).min() ?? 0
        let width = (blocks.map { $0.x + $0.width }.max() ?? 0) - left
        let height = (blocks.map { $0.y + $0.height }.max() ?? 0) - top
        guard max(width, height) <= Int(Int32.max) else {
            throw Fault(
                .corrupt, "the sub-blocks span \(width)x\(height) pixels", at: file.path, advice: CZIFile.advice)
        }
        return (left, top, width, height)
    }

    /// Why the planes can't be shown, or nil.
    private func unsupported(
        _ shown: [CZIBlock], type: CZIPixelType, box: (left: Int, top: Int, width: Int, height: Int),
        planes: [Range<Int>]
    ) -> Fault? {
        func fault(_ what: String, _ advice: String = CZIFile.advice) -> Fault {
            Fault(.unsupported, what, at: file.path, advice: advice)
        }
        let part = "Export a part of it: in ZEN, File > Export > OME-TIFF, or bfconvert -crop."
        if let dimension = file.otherDimensions.first {
            return fault("dimension \(dimension) (\(Self.meaning(dimension))) has several values, which is not read")
        }
        if planes.isEmpty {
            return Fault(
                .truncated, "no time point has all slices, channels and tiles", at: file.path,
                advice: "Export what is there: in ZEN, File > Export > OME-TIFF.")
        }
        if !type.isRead {
            return fault("\(type.name) samples are not read; Gray8, Gray16, Gray32Float, Bgr24 and Bgr48 are")
        }
        if shown.contains(where: { $0.pixelType != shown[0].pixelType }) {
            return fault("the channels have different pixel types, which is not read")
        }
        for code in Set(shown.map(\.compression)).sorted() {
            if let fault = CZICompression.unsupported(code, type, at: file.path) { return fault }
        }
        guard box.width <= TiffFormat.pixelLimit / box.height else {
            return fault("\(box.width)x\(box.height) pixels, the limit is \(TiffFormat.pixelLimit)", part)
        }
        let least = planes.map { blocks[$0].reduce(0) { $0 + $1.pixels } }.min() ?? 0
        guard box.width * box.height / Self.sparseLimit <= least else {
            return fault("the tiles cover less than 1/\(Self.sparseLimit) of \(box.width)x\(box.height) pixels", part)
        }
        return nil
    }

    private static func meaning(_ dimension: String) -> String {
        let names = [
            "B": "acquisition block", "H": "phase", "I": "illumination", "R": "rotation", "V": "view",
        ]
        return names[dimension] ?? "unknown"
    }

    // MARK: Metadata

    /// - Parameters:
    ///   - times: those kept.
    ///   - planes: likewise.
    private mutating func metadata(
        _ times: [Int32], planes: [Range<Int>], type: CZIPixelType
    ) throws(Fault) -> StackMetadata {
        var metadata = StackMetadata(
            origin: "CZI", order: [.time, .slice, .channel],
            sizes: [.time: times.count, .slice: slices.count, .channel: channels.count * type.samples])
        metadata.pixelX = document?.distances["X"]
        metadata.pixelY = document?.distances["Y"]
        metadata.pixelZ = document?.distances["Z"]
        metadata.intervalSeconds = try interval(times, planes: planes)
        guard let document else { return metadata }
        let said = channels.map { index in document.channels.first { $0.index == Int(index) } }
        if type.samples == 1, said.contains(where: { $0 != nil }) {
            metadata.channels = said.map { describe($0, type) }
        }
        let bits = said.compactMap { $0?.bits ?? document.bits }.max() ?? document.bits
        if let bits, type.kind == .unsigned, (1...type.bits).contains(bits) { metadata.significantBits = bits }
        return metadata
    }

    /// Display ranges are parts of the pixel type's range.
    private func describe(_ channel: CZIDocument.Channel?, _ type: CZIPixelType) -> MediaDescription.Channel {
        var description = MediaDescription.Channel(name: channel?.name, color: channel?.color)
        let largest = type.format(width: 1, height: 1).maximum
        if let largest, let low = channel?.low, let high = channel?.high, (0..<1).contains(low), high > low, high <= 1 {
            (description.low, description.high) = (low * largest, high * largest)
        }
        return description
    }

    /// Real seconds between time points: as ZEN sums them up, else by the first and the last acquisition time, else as
    /// planned.
    private mutating func interval(_ times: [Int32], planes: [Range<Int>]) throws(Fault) -> Rational? {
        guard let first = times.first, let last = times.last, times.count > 1 else { return nil }
        guard Int(last) - Int(first) == times.count - 1 else {
            notes.append("the time points are not consecutive: the interval is unknown")
            return nil
        }
        if let increment = document?.increment { return increment }
        let lastPlane = planes.count - slices.count * channels.count
        if let start = try acquisitionTime(of: 0, planes), let end = try acquisitionTime(of: lastPlane, planes),
            let mean = PhysicalQuantity.decimal(
                String((end.whole - start.whole + (end.rest - start.rest)) / Double(times.count - 1)))
        {
            notes.append("the interval is the mean of the acquisition times")
            return mean
        }
        guard let planned = document?.planned else { return nil }
        notes.append("the interval is the planned one")
        return planned
    }

    /// Seconds since 2001, whole and rest, by the tag `AcquisitionTime` of a plane's first sub-block; nil where there
    /// is none.
    private func acquisitionTime(
        of plane: Int, _ planes: [Range<Int>]
    ) throws(Fault) -> (whole: Double, rest: Double)? {
        guard let parts = try? file.parts(of: blocks[planes[plane].lowerBound], plane: plane),
            (1...(1 << 20)).contains(parts.metadataSize)
        else { return nil }
        let xml = String(decoding: try file.bytes.read(at: parts.metadata, count: parts.metadataSize), as: UTF8.self)
        guard let tag = xml.range(of: "<AcquisitionTime>"), let end = xml[tag.upperBound...].firstIndex(of: "<") else {
            return nil
        }
        // 2015-06-05T12:34:56.1234567Z: Foundation reads fractions of milliseconds alone.
        let text = xml[tag.upperBound..<end]
        let seconds = text.prefix(19)
        let zone = text.dropFirst(19).drop { $0 == "." || ("0"..."9").contains($0) }
        let fraction = text.dropFirst(19).dropLast(zone.count)
        guard let date = ISO8601DateFormatter().date(from: "\(seconds)\(zone.isEmpty ? "Z" : zone)"),
            let rest = fraction.isEmpty ? 0 : Double("0" + fraction)
        else { return nil }
        return (date.timeIntervalSinceReferenceDate, rest)
    }
}
