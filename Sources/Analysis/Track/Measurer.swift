public import Model

/// A decoded frame, lent to measurers.
public protocol MeasuredFrame: ~Copyable {
    /// Counted from 0 in presentation order.
    var ordinal: Int { get }
    /// Presentation time in ticks of the source.
    var pts: Int64 { get }
    /// Whether the picture stands alone in the stream.
    var isKeyFrame: Bool { get }
    /// A number that changes when the decoded picture does.
    func checksum() -> UInt32
    /// The whole picture, scaled: interleaved RGB bytes, rows from the top without padding.
    func rgbPicture(width: Int, height: Int) throws -> [UInt8]
}

/// What is read from a frame once, for all measurers.
public struct SeenFrame: Sendable {
    public var grid = FrameGrid()
    /// nil for frames between samples.
    public var sample: SampledPicture?

    public init() {}

    public struct SampledPicture: Sendable {
        /// Longer side 256 pixels.
        public let picture: GrayPicture
        /// A JPEG, upright; of every second sample.
        public let thumbnail: [UInt8]?

        public init(picture: GrayPicture, thumbnail: [UInt8]?) {
            self.picture = picture
            self.thumbnail = thumbnail
        }
    }
}

/// Sees every frame of a source's one decode, in presentation order, and makes parts of the frame track from them.
///
/// The type says what it makes and who wants it; an instance serves one source.
public protocol Measurer: AnyObject, SendableMetatype {
    /// No two measurers share one.
    static var name: String { get }
    /// What `finish` gives.
    static var parts: [any TrackPart.Type] { get }
    /// Whether its parts can be added to a track whose others stay. False unless said otherwise: parts of the decode
    /// itself belong together.
    static var standsAlone: Bool { get }
    /// Whether it reads `SeenFrame.sample`; pictures are sampled only for those who do. False unless said otherwise.
    static var seesSamples: Bool { get }
    /// Whether a recipe wants its parts, on this machine. True unless said otherwise.
    /// - Throws: a `Fault` where the recipe names what isn't there.
    static func isWanted(by rule: ScanRule) throws -> Bool
    /// The digest of what measures where that isn't this program alone, a model say: with another one its parts are
    /// made anew. nil unless said otherwise.
    /// - Parameter digest: the SHA-256 of the file at a path, read once however often it is asked for.
    static func maker(by rule: ScanRule, digest: (_ path: String) throws -> Digest) throws -> Digest?

    /// - Parameter threads: of the processor that it may use, at least 1; its parts don't depend on them.
    init(_ rule: ScanRule, threads: Int) throws
    /// Called before the first frame. What was taken before is void: a damaged source is decoded again.
    func begin()
    /// Both are lent for the call.
    func take<Frame: MeasuredFrame & ~Copyable>(_ frame: borrowing Frame, _ seen: SeenFrame) throws
    /// The parts of all frames taken.
    func finish() throws -> [any TrackPart]
}

extension Measurer {
    public static var standsAlone: Bool { false }
    public static var seesSamples: Bool { false }
    public static func isWanted(by rule: ScanRule) -> Bool { true }
    public static func maker(by rule: ScanRule, digest: (_ path: String) throws -> Digest) -> Digest? { nil }
}
