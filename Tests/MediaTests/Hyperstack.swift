import Foundation
import Model
import Footage

/// A stack whose every sample is a formula of its channel, slice, time point, column and row.
struct Hyperstack {
    var width = 16
    var height = 16
    var channels = 1
    var slices = 1
    var times = 1
    var bits = 16
    /// 1 unsigned, 2 signed, 3 float.
    var sampleFormat = 1
    /// Channels that lie inside a pixel.
    var inside = 1
    /// Further lines of ImageJ's description.
    var lines = ""
    /// The bits of a sample.
    var value: @Sendable (_ c: Int, _ z: Int, _ t: Int, _ x: Int, _ y: Int) -> Int = { _, _, _, _, _ in 0 }

    func write(to path: String) throws {
        let (channels, slices, inside, value) = (channels, slices, inside, value)
        let places = channels / inside
        var footage = StackFootage(width: width, height: height, pages: places * slices * times)
        footage.bits = bits
        footage.samples = inside
        footage.photometric = 1
        // Floating point is given in bits.
        footage.sampleFormat = sampleFormat == 3 ? 1 : sampleFormat
        if sampleFormat == 3 { footage.overrides = [339: 3] }
        footage.description =
            "ImageJ=1.53t\nimages=\(footage.pages)\nchannels=\(channels)\nslices=\(slices)\nframes=\(times)\n\(lines)"
        footage.content = { page, x, y, sample in
            value(page % places * inside + sample, page / places % slices, page / places / slices, x, y)
        }
        try footage.write(to: path)
    }

    /// Samples of one plane, row by row.
    func plane(_ c: Int, _ z: Int, _ t: Int) -> [Int] {
        (0..<height).flatMap { y in (0..<width).map { x in value(c, z, t, x, y) } }
    }
}

/// The level of a sample in a window, by the definition.
func level(_ value: Double, _ low: Double, _ high: Double, gamma: Double? = nil) -> Int {
    guard let gamma else { return Int(min(max((value - low) * 255 / (high - low) + 0.5, 0), 255)) }
    return Int(pow(min(max((value - low) / (high - low), 0), 1), gamma) * 255 + 0.5)
}

func white(_ low: Double, _ high: Double) -> [ChannelView] {
    [ChannelView(channel: 0, color: .white, low: low, high: high)]
}

func color(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> ChannelColor {
    ChannelColor(red: red, green: green, blue: blue)
}

/// The value of the nearest rank.
func percentile(_ sorted: [Double], _ percent: Double) -> Double {
    sorted[max(0, Int((percent / 100 * Double(sorted.count)).rounded(.up)) - 1)]
}
