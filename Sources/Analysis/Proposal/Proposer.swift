public import Model

/// Clip spans from shots.
///
/// A span's frames are exactly those whose PTS lie in its ticks. A span begins with a frame; the next one begins with
/// the first frame that the one before doesn't hold. All arithmetic is in integers.
public enum Proposer {
    /// All that it reads of a recipe.
    public struct Rule: Codable, Hashable, Sendable {
        /// Seconds of a full clip in a profile of fixed length; nil without one.
        public let fullSeconds: Rational?
        public let maxSeconds: Double
        public let rest: Recipe.Propose.Rest

        public init(profile: Profile, propose: Recipe.Propose) {
            fullSeconds = profile.fullSeconds
            maxSeconds = propose.maxSeconds
            rest = propose.rest
        }
    }

    /// Proposes clips, ordered by start.
    ///
    /// With a profile of fixed length, a shot is cut from its start into spans that play exactly that long, to the
    /// tick (the length rounded up, so that `Retiming` finds every frame that the profile wants). What remains is
    /// proposed as it is with `Rest.keep` and `Rest.drop` (`Filters` tells them apart); with `Rest.overlap` it becomes
    /// a full span that ends with the shot, where the shot is long enough. Without fixed length, a shot up to
    /// `maxSeconds` is one span, a longer one is split evenly. No frame of a shot is left out.
    ///
    /// - Parameters:
    ///   - timing: PTS in ticks, strictly increasing.
    ///   - timeBase: seconds a tick in playback.
    public static func spans(
        shots: [FrameSpan], timing: FrameTiming, timeBase: Rational, rule: Rule
    ) -> [ClipSpan] {
        let full = rule.fullSeconds.map { ticks($0, timeBase, roundedUp: true) }
        let longest = ticks(Rational(Int64((rule.maxSeconds * 1000).rounded()), 1000), timeBase, roundedUp: false)
        return shots.filter { $0.count > 0 }.flatMap { shot in
            if let full {
                filling(shot, timing, full, overlap: rule.rest == .overlap)
            } else {
                splitting(shot, timing, longest)
            }
        }
    }

    /// `seconds` in whole ticks, at least one.
    static func ticks(_ seconds: Rational, _ timeBase: Rational, roundedUp: Bool) -> Int64 {
        let exact = seconds / timeBase
        let whole = exact.numerator / exact.denominator
        return max(1, roundedUp && whole * exact.denominator != exact.numerator ? whole + 1 : whole)
    }

    private static func filling(_ shot: FrameSpan, _ timing: FrameTiming, _ full: Int64, overlap: Bool) -> [ClipSpan] {
        let end = timing.start(of: shot.end)
        var spans: [ClipSpan] = []
        var first = shot.start
        func fullSpan(from frame: Int) -> ClipSpan {
            let start = timing.start(of: frame)
            let ticks = TickSpan(start: start, end: start + full)
            return ClipSpan(ticks: ticks, frames: timing.frames(in: ticks))
        }
        while first < shot.end, timing.start(of: first) + full <= end {
            spans.append(fullSpan(from: first))
            first = spans[spans.count - 1].frames.end
        }
        if overlap, first < shot.end, !spans.isEmpty {
            // The last frame from which a full span still ends within the shot.
            let last = timing.firstFrame(atOrAfter: end - full + 1) - 1
            spans.append(fullSpan(from: last))
            first = max(first, spans[spans.count - 1].frames.end)
        }
        if first < shot.end {
            let frames = FrameSpan(start: first, end: shot.end)
            spans.append(ClipSpan(ticks: timing.ticks(of: frames), frames: frames))
        }
        return spans
    }

    private static func splitting(_ shot: FrameSpan, _ timing: FrameTiming, _ longest: Int64) -> [ClipSpan] {
        let end = timing.start(of: shot.end)
        var spans: [ClipSpan] = []
        var first = shot.start
        while first < shot.end {
            let left = end - timing.start(of: first)
            let parts = (left + longest - 1) / longest
            var next = shot.end
            if parts > 1 {
                // The last frame up to an even share, so that no part is too long; one frame at least.
                next = timing.firstFrame(atOrAfter: timing.start(of: first) + left / parts + 1) - 1
                next = min(shot.end, max(first + 1, next))
            }
            let frames = FrameSpan(start: first, end: next)
            spans.append(ClipSpan(ticks: timing.ticks(of: frames), frames: frames))
            first = next
        }
        return spans
    }
}
