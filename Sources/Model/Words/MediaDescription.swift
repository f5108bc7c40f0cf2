/// What `probe` reports of one stream or series. Unknown is null; every key is always there.
public struct MediaDescription: Codable, Hashable, Sendable {
    public struct FrameRate: Codable, Hashable, Sendable {
        /// Frames a second as the container states them, such as `30000/1001`.
        @Nullable public var nominal: Rational?
        /// Whether the timestamps are unevenly spaced; null when not measured.
        @Nullable public var variable: Bool?
        public init(nominal: Rational?, variable: Bool?) {
            self.nominal = nominal
            self.variable = variable
        }
    }

    public struct PixelSize: Codable, Hashable, Sendable {
        @Nullable public var x: Double?
        @Nullable public var y: Double?
        @Nullable public var z: Double?
        public init(x: Double? = nil, y: Double? = nil, z: Double? = nil) {
            self.x = x
            self.y = y
            self.z = z
        }
    }

    /// What a file says of one channel.
    public struct Channel: Codable, Hashable, Sendable {
        @Nullable public var name: String?
        @Nullable public var color: ChannelColor?
        /// The display range that the file keeps.
        @Nullable public var low: Double?
        @Nullable public var high: Double?
        public init(name: String? = nil, color: ChannelColor? = nil, low: Double? = nil, high: Double? = nil) {
            self.name = name
            self.color = color
            self.low = low
            self.high = high
        }
    }

    public var kind: MediaKind
    public var container: String
    public var codec: String
    /// Stream index in the container, or series index in a stack.
    public var stream: Int
    /// What the file calls the series.
    @Nullable public var name: String?
    /// Pixels as stored, before rotation.
    public var width: Int
    public var height: Int
    /// Frames (video), files (sequence) or pages (stack); null where the container does not say and nothing was decoded.
    @Nullable public var frames: Int?
    @Nullable public var durationSeconds: Double?
    public var frameRate: FrameRate
    @Nullable public var timeBase: Rational?
    /// Degrees clockwise that the picture must be turned for display: 0, 90, 180, 270.
    public var rotation: Int
    @Nullable public var bitDepth: Int?
    /// Bits of a sample that carry the measurement, where the file says so.
    @Nullable public var significantBits: Int?
    @Nullable public var pixelFormat: String?
    @Nullable public var channels: Int?
    @Nullable public var slices: Int?
    @Nullable public var timepoints: Int?
    public var pixelSizeUm: PixelSize
    @Nullable public var intervalSeconds: Double?
    /// In the file's order; empty where it says nothing of them.
    public var channelDetails: [Channel]
    /// What the reader had to decide or could not know, in words.
    public var notes: [String]

    public init(
        kind: MediaKind, container: String, codec: String, stream: Int, name: String? = nil, width: Int, height: Int,
        frames: Int? = nil, durationSeconds: Double? = nil, frameRate: FrameRate = .init(nominal: nil, variable: nil),
        timeBase: Rational? = nil, rotation: Int = 0, bitDepth: Int? = nil, significantBits: Int? = nil,
        pixelFormat: String? = nil, channels: Int? = nil, slices: Int? = nil, timepoints: Int? = nil,
        pixelSizeUm: PixelSize = .init(), intervalSeconds: Double? = nil, channelDetails: [Channel] = [],
        notes: [String] = []
    ) {
        self.kind = kind
        self.container = container
        self.codec = codec
        self.stream = stream
        self.name = name
        self.width = width
        self.height = height
        self.frames = frames
        self.durationSeconds = durationSeconds
        self.frameRate = frameRate
        self.timeBase = timeBase
        self.rotation = rotation
        self.bitDepth = bitDepth
        self.significantBits = significantBits
        self.pixelFormat = pixelFormat
        self.channels = channels
        self.slices = slices
        self.timepoints = timepoints
        self.pixelSizeUm = pixelSizeUm
        self.intervalSeconds = intervalSeconds
        self.channelDetails = channelDetails
        self.notes = notes
    }
}
