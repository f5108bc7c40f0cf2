public import Model

/// Times as players and editors show them, counted from the first frame and computed from timestamps in whole numbers:
/// frames of a variable rate are where they are.
public struct ShotClock: Hashable, Sendable {
    let origin: Int64
    let timeBase: Rational

    /// The time of `pts` in thousandths of a second, rounded to nearest.
    public func milliseconds(_ pts: Int64) -> Int64 { timeBase.rescale(pts - origin, to: Rational(1, 1000)) }

    /// `HH:MM:SS.mmm`.
    public func text(_ pts: Int64) -> String { Self.text(milliseconds: milliseconds(pts)) }

    /// `HH:MM:SS.mmm`; hours grow beyond two digits where they must.
    public static func text(milliseconds: Int64) -> String {
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return "\(clock(seconds)).\(digits(rest, 3))"
    }

    /// Seconds with three decimals.
    static func decimal(milliseconds: Int64) -> String {
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return "\(seconds).\(digits(rest, 3))"
    }

    /// `HH:MM:SS`.
    static func clock(_ seconds: Int64) -> String {
        "\(digits(seconds / 3600, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2))"
    }

    static func digits(_ value: Int64, _ least: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, least - text.count)) + text
    }
}

/// How an edit decision list counts frames: SMPTE 12M non-drop timecode, `HH:MM:SS:FF`.
public struct EditRate: Hashable, Sendable {
    /// Frames a second of playing time.
    public let rate: Rational
    /// Frames that make up a second of timecode: `rate` rounded, so 30 for 30000/1001.
    public let base: Int64

    /// The rate to count in for a recording: its nominal one, but where that is above 60 a whole part of it, as a
    /// timecode has two digits for the frame. Below one frame a second, 1.
    public init(nominal: Rational) {
        var rate = max(nominal, Rational(1))
        if rate > Rational(60) {
            let parts = Int64((rate.double / 60).rounded(.up))
            rate = rate / Rational(parts)
        }
        self.rate = rate
        base = Int64(rate.double.rounded())
    }

    /// The frame nearest to `pts`, counted from the first one's.
    func frame(_ pts: Int64, _ clock: ShotClock) -> Int64 {
        clock.timeBase.rescale(pts - clock.origin, to: rate.reciprocal)
    }

    func timecode(_ frame: Int64) -> String {
        "\(ShotClock.clock(frame / base)):\(ShotClock.digits(frame % base, 2))"
    }
}
