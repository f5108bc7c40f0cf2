public enum MediaKind: String, Codable, Sendable, CaseIterable { case video, sequence, stack }

/// Where the ticks of a source come from.
public enum Timing: String, Codable, Sendable {
    /// Presentation timestamps of the container.
    case pts
    /// The source has none: one tick a frame; the profile chooses the playback rate.
    case ordinal
}

/// How the planes of a stack become one picture a time point. Part of the source's identity.
public enum ZRule: String, Codable, Sendable { case maximum, middle }

/// The sample values shown as black and white, fixed over the whole source.
public struct ContrastWindow: Codable, Hashable, Sendable {
    public var low: Int
    public var high: Int
    public init(low: Int, high: Int) {
        self.low = low
        self.high = high
    }
}

/// How a source is to be seen, as declared or as read from its files. Unknown is nil, never 1.
public struct View: Codable, Hashable, Sendable {
    /// The order of the pages' axes, slowest first, such as `TZ`; nil where the file itself says it or there is one axis.
    public var axes: String?
    /// Real seconds between time points.
    public var intervalSeconds: Rational?
    /// Micrometres a pixel.
    public var pixelSizeUm: Rational?
    public var contrast: ContrastWindow?
    public var zRule: ZRule?

    public init(
        axes: String? = nil, intervalSeconds: Rational? = nil, pixelSizeUm: Rational? = nil,
        contrast: ContrastWindow? = nil, zRule: ZRule? = nil
    ) {
        self.axes = axes
        self.intervalSeconds = intervalSeconds
        self.pixelSizeUm = pixelSizeUm
        self.contrast = contrast
        self.zRule = zRule
    }
}

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

    public var kind: MediaKind
    public var container: String
    public var codec: String
    /// Stream index in the container, or series index in a stack.
    public var stream: Int
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
    @Nullable public var pixelFormat: String?
    @Nullable public var channels: Int?
    @Nullable public var slices: Int?
    @Nullable public var timepoints: Int?
    public var pixelSizeUm: PixelSize
    @Nullable public var intervalSeconds: Double?
    /// What the reader had to decide or could not know, in words.
    public var notes: [String]

    public init(
        kind: MediaKind, container: String, codec: String, stream: Int, width: Int, height: Int, frames: Int? = nil,
        durationSeconds: Double? = nil, frameRate: FrameRate = .init(nominal: nil, variable: nil),
        timeBase: Rational? = nil, rotation: Int = 0, bitDepth: Int? = nil, pixelFormat: String? = nil,
        channels: Int? = nil, slices: Int? = nil, timepoints: Int? = nil, pixelSizeUm: PixelSize = .init(),
        intervalSeconds: Double? = nil, notes: [String] = []
    ) {
        self.kind = kind
        self.container = container
        self.codec = codec
        self.stream = stream
        self.width = width
        self.height = height
        self.frames = frames
        self.durationSeconds = durationSeconds
        self.frameRate = frameRate
        self.timeBase = timeBase
        self.rotation = rotation
        self.bitDepth = bitDepth
        self.pixelFormat = pixelFormat
        self.channels = channels
        self.slices = slices
        self.timepoints = timepoints
        self.pixelSizeUm = pixelSizeUm
        self.intervalSeconds = intervalSeconds
        self.notes = notes
    }
}

/// One recording, located: what a stage needs to decode it.
public struct SourceLocation: Codable, Hashable, Sendable {
    public var id: SourceID
    public var kind: MediaKind
    /// Paths in order; one for a video or a stack, one a frame for a sequence.
    public var paths: [String]
    public var stream: Int
    public var view: View
    public var timing: Timing
    /// Seconds a tick; nil with `Timing.ordinal`.
    public var timeBase: Rational?

    public init(
        id: SourceID, kind: MediaKind, paths: [String], stream: Int, view: View, timing: Timing, timeBase: Rational?
    ) {
        self.id = id
        self.kind = kind
        self.paths = paths
        self.stream = stream
        self.view = view
        self.timing = timing
        self.timeBase = timeBase
    }

    /// Seconds a tick in playback: the source's own, or the profile's choice for sources without PTS.
    public func playbackTimeBase(_ profile: Profile) -> Rational { timeBase ?? profile.ordinalRate.reciprocal }
}

/// One cue of a source's subtitles.
public struct SubtitleLine: Codable, Hashable, Sendable {
    public var startSeconds: Double
    /// Exclusive; after `startSeconds`.
    public var endSeconds: Double
    /// Lines joined by spaces, without tags; never empty.
    public var text: String

    public init(startSeconds: Double, endSeconds: Double, text: String) {
        self.startSeconds = startSeconds
        self.endSeconds = endSeconds
        self.text = text
    }
}
