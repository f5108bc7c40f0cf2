/// How the slices of a stack become one picture a time point. Part of the source's identity.
public enum ZRule: String, Codable, Sendable, CaseIterable {
    /// The largest value of every sample over all slices.
    case maximum
    /// The slice in the middle.
    case middle
    /// One slice for the whole recording, the sharpest; `View.slice` says which.
    case focus
}

/// How one channel of a recording is shown. Part of the source's identity.
public struct ChannelView: Codable, Hashable, Sendable {
    /// Counted from 0, as the file orders its channels.
    public var channel: Int
    /// What its brightest value looks like.
    public var color: ChannelColor
    /// The sample values shown as black and as full colour, fixed over the whole source; low < high.
    public var low: Double
    public var high: Double

    public init(channel: Int, color: ChannelColor, low: Double, high: Double) {
        self.channel = channel
        self.color = color
        self.low = low
        self.high = high
    }
}

/// A colour of 8 bits a component, in JSON and on the command line `#RRGGBB`.
public struct ChannelColor: Hashable, Sendable, CustomStringConvertible {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// nil unless `text` is `#` and six hexadecimal digits.
    public init?(_ text: String) {
        let digits = text.dropFirst()
        guard text.hasPrefix("#"), digits.utf8.count == 6, let value = UInt32(digits, radix: 16), !digits.hasPrefix("+")
        else { return nil }
        self.init(
            red: UInt8(value >> 16), green: UInt8(truncatingIfNeeded: value >> 8),
            blue: UInt8(truncatingIfNeeded: value))
    }

    public static let white = ChannelColor(red: 255, green: 255, blue: 255)
    public var isWhite: Bool { self == .white }

    public var description: String {
        "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}

extension ChannelColor: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let color = ChannelColor(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a colour is written #RRGGBB")
        }
        self = color
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// How a source is to be seen, as declared or as read from its files. Unknown is nil, never 1.
public struct View: Codable, Hashable, Sendable {
    /// The order of the pages' axes, slowest first, such as `TZ`; nil where the file itself says it or there is one axis.
    public var axes: String?
    /// Real seconds between time points.
    public var intervalSeconds: Rational?
    /// Micrometres a pixel, across.
    public var pixelSizeUm: Rational?
    /// Micrometres a pixel, down; nil where pixels are square or their size is unknown.
    public var pixelHeightUm: Rational?
    /// The channels that are shown, added up in their colours; nil shows the samples as they are.
    public var channels: [ChannelView]?
    /// Exponent on 0...1 between window and picture; nil is 1.
    public var gamma: Rational?
    public var zRule: ZRule?
    /// The slice shown by `ZRule.focus`, counted from 0.
    public var slice: Int?

    public init(
        axes: String? = nil, intervalSeconds: Rational? = nil, pixelSizeUm: Rational? = nil,
        pixelHeightUm: Rational? = nil, channels: [ChannelView]? = nil, gamma: Rational? = nil, zRule: ZRule? = nil,
        slice: Int? = nil
    ) {
        self.axes = axes
        self.intervalSeconds = intervalSeconds
        self.pixelSizeUm = pixelSizeUm
        self.pixelHeightUm = pixelHeightUm
        self.channels = channels
        self.gamma = gamma
        self.zRule = zRule
        self.slice = slice
    }
}

/// What a curator declares of how a recording is to be seen; nil leaves it to the file and the defaults.
public struct ViewDeclaration: Codable, Hashable, Sendable {
    /// A channel to show, counted from 0; without a colour it takes the file's.
    public struct Channel: Codable, Hashable, Sendable {
        public var channel: Int
        public var color: ChannelColor?
        public init(channel: Int, color: ChannelColor? = nil) {
            self.channel = channel
            self.color = color
        }
    }

    /// Where the contrast window of every channel comes from.
    public enum Contrast: Codable, Hashable, Sendable {
        /// The 0.35th and the 99.8th percentile of the channel over the whole recording.
        case percentiles
        /// The display range that the file keeps; percentiles where it keeps none.
        case file
        /// The same for every channel.
        case range(low: Double, high: Double)
    }

    /// The order of the planes' axes, slowest first, each with a size where the files don't say it: `TZ`, `TZ5`.
    public var axes: String?
    /// Seconds between time points, above 0.
    public var intervalSeconds: Rational?
    /// Micrometres, above 0.
    public var pixelSizeUm: Rational?
    /// nil shows every channel.
    public var channels: [Channel]?
    public var contrast: Contrast?
    /// Above 0.
    public var gamma: Rational?
    public var zRule: ZRule?

    public init(axes: String? = nil, intervalSeconds: Rational? = nil, pixelSizeUm: Rational? = nil) {
        self.axes = axes
        self.intervalSeconds = intervalSeconds
        self.pixelSizeUm = pixelSizeUm
    }
}
