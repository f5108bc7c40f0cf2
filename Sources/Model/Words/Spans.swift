/// A half-open span in presentation-time ticks of a source's time base (ordinals where the source has no PTS).
public struct TickSpan: Codable, Hashable, Sendable, Comparable {
    public var start: Int64
    public var end: Int64

    public init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }

    public var length: Int64 { end - start }

    public func overlap(_ other: TickSpan) -> Int64 {
        Swift.max(0, Swift.min(end, other.end) - Swift.max(start, other.start))
    }

    public static func < (a: TickSpan, b: TickSpan) -> Bool { (a.start, a.end) < (b.start, b.end) }
}

/// A half-open run of decode ordinals, counted from 0 in presentation order.
public struct FrameSpan: Codable, Hashable, Sendable, Comparable {
    public var start: Int
    public var end: Int

    public init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    public var count: Int { end - start }
    public var range: Range<Int> { start..<end }

    public static func < (a: FrameSpan, b: FrameSpan) -> Bool { (a.start, a.end) < (b.start, b.end) }
}

/// A span of one source, in both its coordinates.
public struct ClipSpan: Codable, Hashable, Sendable, Comparable {
    public var ticks: TickSpan
    public var frames: FrameSpan

    public init(ticks: TickSpan, frames: FrameSpan) {
        self.ticks = ticks
        self.frames = frames
    }

    public static func < (a: ClipSpan, b: ClipSpan) -> Bool { a.ticks < b.ticks }
}

/// How one shot gives way to the next.
public struct Transition: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Sendable, CaseIterable { case cut, dissolve, fade, wipe }

    public var kind: Kind
    /// The mixed frames, half-open; a cut mixes none: `start == end`, the first frame of the new shot.
    public var frames: FrameSpan
    /// 0...1, the detector's confidence.
    public var score: Double

    public init(kind: Kind, frames: FrameSpan, score: Double) {
        self.kind = kind
        self.frames = frames
        self.score = score
    }

    /// The frame that stands for the boundary.
    public var middle: Int { frames.start + frames.count / 2 }
}
