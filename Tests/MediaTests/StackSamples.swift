import Foundation
import Media
import Model
import Footage
import Testing

/// A stack's pictures in order, as `view` shows them.
func pictures(_ paths: [String], _ view: View, series: Int = 0) throws -> [[UInt8]] {
    let reader = try StackReader.open(paths: paths, series: series, view: view)
    return try (0..<reader.timepoints).map { t in
        var picture: [UInt8] = []
        try reader.picture(t, into: &picture)
        return picture
    }
}

/// One channel in white.
func whiteView(_ channel: Int, _ low: Double, _ high: Double) -> View {
    View(channels: [ChannelView(channel: channel, color: .white, low: low, high: high)])
}

extension VideoFolder {
    /// A path with no file: some file systems write to the disk at once where a file is emptied to be written again.
    func vacant(_ name: String) -> String {
        try? FileManager.default.removeItem(atPath: file(name))
        return file(name)
    }
}

/// A type of samples, and 256 of its values that tell its bytes apart: content `first + step * (0...255)`.
struct StackSamples: Sendable, CustomTestStringConvertible {
    var name: String
    var bits: Int
    var sampleFormat = 1
    var first: Int
    var step = 1
    var unit = 1.0
    var testDescription: String { name }

    /// Steps and units are such that every value is exact in 24 bits.
    static let all = [
        StackSamples(name: "uint8", bits: 8, first: 0), StackSamples(name: "uint16", bits: 16, first: 0x7F80),
        StackSamples(name: "uint32", bits: 32, first: 0x7654_3F80, step: 128),
        StackSamples(name: "uint64", bits: 64, first: 0x12_3456_8000_0000, step: 1 << 30),
        StackSamples(name: "int8", bits: 8, sampleFormat: 2, first: -128),
        StackSamples(name: "int16", bits: 16, sampleFormat: 2, first: -0x1280),
        StackSamples(name: "int32", bits: 32, sampleFormat: 2, first: -8_323_072, step: 65_281),
        StackSamples(name: "int64", bits: 64, sampleFormat: 2, first: -0x12_3456_8000_0000, step: 1 << 30),
        StackSamples(name: "float16", bits: 16, sampleFormat: 3, first: -1151, step: 9, unit: 0x1p-8),
        StackSamples(name: "float32", bits: 32, sampleFormat: 3, first: 0x80_7F80, unit: 0x1p-23),
        StackSamples(name: "float64", bits: 64, sampleFormat: 3, first: -0x7F80, step: 257, unit: 0x1p-9),
    ]
    static let packed = [1, 2, 4, 6, 10, 12, 14].map {
        StackSamples(name: "uint\($0)", bits: $0, first: $0 > 8 ? 1 << $0 - 269 : 0)
    }

    /// How many of the values are used: all that the bits can hold.
    var values: Int { min(256, 1 << min(bits, 8)) }

    /// Shows every used value as its number.
    func window(_ channel: Int = 0) -> View {
        whiteView(channel, Double(first) * unit, Double(first + 255 * step) * unit)
    }

    func footage(samples: Int = 1, pages: Int = 2) -> StackFootage {
        var footage = StackFootage(width: 37, height: 29, pages: pages)
        footage.bits = bits
        footage.sampleFormat = sampleFormat
        footage.unit = unit
        footage.samples = samples
        footage.photometric = 1
        let (first, step) = (first, step)
        footage.content = { page, x, y, sample in first + step * number(page, x, y, sample) }
        return footage
    }

    /// The pictures that the window shows.
    func truth(_ footage: StackFootage, channel: Int = 0) -> [[UInt8]] {
        (0..<footage.pages).map { page in
            (0..<footage.height).flatMap { y in
                (0..<footage.width).map { UInt8(number(page, $0, y, channel) % values) }
            }
        }
    }
}

/// The number of the value at a place of `StackSamples`.
private func number(_ page: Int, _ x: Int, _ y: Int, _ sample: Int) -> Int {
    (page * 97 + x * 19 + y * 53 + x * y + sample * 101) & 255
}

/// The cuts of a page: one strip, strips of 5 rows, tiles that reach beyond the page.
enum StackCut: CaseIterable {
    case whole, strips, tiles
    func apply(to footage: inout StackFootage) {
        footage.rowsPerStrip = self == .strips ? 5 : nil
        footage.tile = self == .tiles ? 16 : nil
    }
}

extension StackFootage {
    /// The predictors that make sense with the packing.
    var predictors: [Int] {
        if [.uncompressed, .packBits, .jpeg].contains(packing) || bits % 8 != 0 { return [1] }
        return sampleFormat == 3 ? [1, 3] : [1, 2]
    }
}
