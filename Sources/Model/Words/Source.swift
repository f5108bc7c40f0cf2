public enum MediaKind: String, Codable, Sendable, CaseIterable { case video, sequence, stack }

/// Where the ticks of a source come from.
public enum Timing: String, Codable, Sendable {
    /// Presentation timestamps of the container.
    case pts
    /// The source has none: one tick a frame; the profile chooses the playback rate.
    case ordinal
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
