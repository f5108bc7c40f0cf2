/// How clips are encoded. Two renditions with equal profiles of equal clips are equal bytes on equal libraries.
public struct Profile: Codable, Hashable, Sendable {
    /// How a picture meets the profile's size.
    public enum Fit: String, Codable, Sendable, CaseIterable {
        /// Scale to cover, cut the rest off at the centre.
        case crop
        /// Scale to fit, fill the rest with black.
        case pad
        /// The source's own size (cut to even width and height, which 4:2:0 needs).
        case keep
    }

    public var name: String
    /// Pixels; both nil with `Fit.keep`.
    public var width: Int?
    public var height: Int?
    public var fit: Fit
    /// Frames a second of the output; nil keeps each frame at its own presentation time.
    public var rate: Rational?
    /// Exactly this many frames in a full clip; nil is any length. Needs `rate`.
    public var frames: Int?
    /// Frames a second at which sources without PTS (stacks, sequences) play.
    public var ordinalRate: Rational
    /// Constant rate factor of x264: 0 (lossless) to 51.
    public var crf: Int
    /// x264 preset name.
    public var preset: String
    /// Frames between key frames at most.
    public var gop: Int

    public init(
        name: String, width: Int? = nil, height: Int? = nil, fit: Fit, rate: Rational? = nil, frames: Int? = nil,
        ordinalRate: Rational = Rational(10), crf: Int = 17, preset: String = "medium", gop: Int = 16
    ) {
        self.name = name
        self.width = width
        self.height = height
        self.fit = fit
        self.rate = rate
        self.frames = frames
        self.ordinalRate = ordinalRate
        self.crf = crf
        self.preset = preset
        self.gop = gop
    }

    /// The playing time of a full clip, in seconds; nil when any length will do.
    public var fullSeconds: Rational? {
        guard let frames, let rate else { return nil }
        return Rational(Int64(frames)) / rate
    }

    /// Wan 2.1 T2V 1.3B as MicroVerse trained it: the trainer takes the first 81 raw frames.
    public static let wan = Profile(
        name: "wan2.1-t2v-1.3b", width: 832, height: 480, fit: .crop, rate: Rational(16), frames: 81)
    /// The source's size and timing, re-encoded so that the cut is exact.
    public static let native = Profile(name: "native", fit: .keep)
    /// What x264 knows, from fast to thorough.
    static let presets = [
        "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow", "placebo",
    ]
    public static let builtIn: [Profile] = [.wan, .native]
}
