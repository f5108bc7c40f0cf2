import Model

/// Makes the picture of the channels of a view: each is windowed, takes its colour, and the colours add up.
///
/// A channel's share of a component is its level x colour / 255, halves rounded up; sums end at 255, as in Fiji's
/// composites. The order of the channels doesn't matter.
struct ChannelMerge {
    /// The channels shown; never empty.
    let channels: [ChannelView]
    /// Whether pictures have three bytes (red, green, blue) a pixel; one where there is a single white channel.
    let isColor: Bool

    private let format: SampleFormat
    private let tones: [Tone]
    /// Of each channel the levels of every whole sample, where 16 bits hold it.
    private let tables: [[UInt8]]
    private var levels: [UInt8] = []

    /// - Parameter count: how many channels the series has.
    /// - Throws: `Fault` with `.invalid` for channels that are not there, and windows or a gamma that show nothing.
    init(_ view: View, format: SampleFormat, count: Int, at path: String) throws(Fault) {
        channels = view.channels ?? Self.asTheyAre(format)
        try Self.check(channels, gamma: view.gamma, count: count, at: path)
        isColor = channels.count > 1 || !channels[0].color.isWhite
        self.format = format
        let tones = channels.map { Tone(low: $0.low, high: $0.high, gamma: view.gamma) }
        self.tones = tones
        tables = format.tableStart.map { first in tones.map { $0.table(from: first) } } ?? []
    }

    /// The samples without a window: colour as colour, else the first channel, over the full range of their type.
    private static func asTheyAre(_ format: SampleFormat) -> [ChannelView] {
        let (low, high) = format.fullRange
        let colors = format.isColor ? Array(ChannelColor.composite.prefix(3)) : [.white]
        return colors.enumerated().map { ChannelView(channel: $0, color: $1, low: low, high: high) }
    }

    static func check(_ channels: [ChannelView], gamma: Rational?, count: Int, at path: String) throws(Fault) {
        func invalid(_ what: String) -> Fault { Fault(.invalid, what, at: path, advice: "Ingest the recording again.") }
        if channels.isEmpty { throw invalid("the view shows no channel") }
        for shown in channels {
            guard (0..<count).contains(shown.channel) else {
                throw invalid("the view shows channel \(shown.channel + 1), the recording has \(count)")
            }
            guard shown.low < shown.high, shown.low.isFinite, shown.high.isFinite else {
                throw invalid("the window of channel \(shown.channel + 1) is \(shown.low) to \(shown.high)")
            }
        }
        if let gamma, gamma.numerator <= 0 { throw invalid("the gamma is \(gamma)") }
    }

    /// Sizes `picture` and makes it black.
    func clear(_ picture: inout [UInt8]) {
        let count = format.pixels * (isColor ? 3 : 1)
        if picture.count != count {
            picture = [UInt8](repeating: 0, count: count)
        } else {
            picture.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        }
    }

    /// Adds the channel at `index` of `channels` to a picture that was cleared.
    /// - Parameters:
    ///   - samples: a plane of `format.count` values.
    ///   - component: the channel's place inside the pixel.
    mutating func add(_ index: Int, of samples: [Float], component: Int, to picture: inout [UInt8]) {
        guard isColor else {
            shade(index, samples, component, into: &picture)
            return
        }
        if levels.count != format.pixels { levels = [UInt8](repeating: 0, count: format.pixels) }
        shade(index, samples, component, into: &levels)
        Self.tint(levels, channels[index].color, into: &picture)
    }

    private func shade(_ index: Int, _ samples: [Float], _ component: Int, into levels: inout [UInt8]) {
        let (step, pixels) = (format.samples, format.pixels)
        samples.withUnsafeBufferPointer { samples in
            levels.withUnsafeMutableBufferPointer { levels in
                guard let first = format.tableStart.map(Int32.init) else {
                    let tone = tones[index]
                    for i in 0..<pixels { levels[i] = tone.level(Double(samples[i &* step &+ component])) }
                    return
                }
                tables[index].withUnsafeBufferPointer { table in
                    for i in 0..<pixels {
                        let value = Int32(samples[i &* step &+ component])
                        levels[i] = table[Int(UInt16(truncatingIfNeeded: value &- first))]
                    }
                }
            }
        }
    }

    /// Adds levels in a colour to a picture of three bytes a pixel.
    static func tint(_ levels: [UInt8], _ color: ChannelColor, into picture: inout [UInt8]) {
        for (component, full) in [color.red, color.green, color.blue].enumerated() where full > 0 {
            let tints = (0..<256).map { UInt8((2 * $0 * Int(full) + 255) / 510) }
            levels.withUnsafeBufferPointer { levels in
                picture.withUnsafeMutableBufferPointer { picture in
                    tints.withUnsafeBufferPointer { tints in
                        for i in levels.indices {
                            let (sum, overflow) = picture[3 &* i &+ component]
                                .addingReportingOverflow(tints[Int(levels[i])])
                            picture[3 &* i &+ component] = overflow ? 255 : sum
                        }
                    }
                }
            }
        }
    }
}

extension ChannelColor {
    static let black = ChannelColor(red: 0, green: 0, blue: 0)
    /// Fiji's order for the channels of a composite.
    static let composite: [ChannelColor] = [
        ChannelColor(red: 255, green: 0, blue: 0), ChannelColor(red: 0, green: 255, blue: 0),
        ChannelColor(red: 0, green: 0, blue: 255), .white, ChannelColor(red: 0, green: 255, blue: 255),
        ChannelColor(red: 255, green: 0, blue: 255), ChannelColor(red: 255, green: 255, blue: 0),
    ]
}
