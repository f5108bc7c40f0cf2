/// One part of a frame track: what something measured of a source, as columns or rows that a file keeps.
///
/// A part is a type in a file of its own, and comes from a `Measurer` or, as a `DerivedPart`, from other parts.
public protocol TrackPart: Hashable, Sendable {
    /// What the track, its file and the manifest call it; no two parts share one.
    static var name: String { get }
    /// Raised when its bytes, or what they mean, change: the part is then made anew.
    static var version: UInt16 { get }
    /// Whether a track may be without it, since not every recipe asks for it. False unless said otherwise.
    static var isOptional: Bool { get }
    /// Whether proposals and signals read it. True unless said otherwise; others are opened by those who want them.
    static var servesClips: Bool { get }
    /// The folder of a workspace that its files are in.
    static var folder: String { get }

    var coverage: FrameCoverage { get }
    /// The bytes of its file; equal parts give equal bytes everywhere.
    func encode() -> [UInt8]
    /// - Throws: a `Fault` when the bytes are damaged or of another version.
    init(decoding bytes: [UInt8]) throws
}

extension TrackPart {
    public static var isOptional: Bool { false }
    public static var servesClips: Bool { true }
    public static var folder: String { "tracks" }
}

/// The frames of a source that a part speaks of.
public enum FrameCoverage: Hashable, Sendable {
    /// A row for each of so many frames.
    case each(Int)
    /// Now and then one; the ordinal of the last, nil where there is none.
    case chosen(last: Int?)
}

/// A part that follows from other parts of the same track: made without a decode, and anew when its version changes.
public protocol DerivedPart: TrackPart {
    /// All that it reads.
    static var origins: [any TrackPart.Type] { get }
    /// - Parameter track: one that holds all of `origins`.
    init(from track: FrameTrack)
}
