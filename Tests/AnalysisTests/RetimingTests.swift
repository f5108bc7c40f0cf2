import Analysis
import Model
import Testing

@Suite struct RetimingTests {
    /// 10 s at `rate`, in a time base that suits it.
    private func plan(_ rate: Rational, _ timeBase: Rational, rest: Recipe.Propose.Rest = .keep) throws -> (
        ClipSpan, Retiming, FrameTiming
    ) {
        let count = Int(rate.numerator * 10 / rate.denominator)
        let timing = FrameTiming(pts: (0..<count).map { rate.reciprocal.rescale(Int64($0), to: timeBase) })
        var propose = Recipe.Propose()
        propose.rest = rest
        let spans = Proposer.spans(
            shots: [FrameSpan(start: 0, end: count)], timing: timing, timeBase: timeBase,
            rule: .init(profile: .wan, propose: propose))
        let span = try #require(spans.first)
        return (span, Retiming.plan(timing: timing, span: span, timeBase: timeBase, profile: .wan), timing)
    }

    @Test(arguments: [
        (Rational(25), Rational(1, 12800)), (Rational(30), Rational(1, 15360)), (Rational(24), Rational(1, 24)),
        (Rational(30000, 1001), Rational(1, 30000)), (Rational(30000, 1001), Rational(1001, 30000)),
        (Rational(60), Rational(1, 1000)), (Rational(6), Rational(1, 6)), (Rational(16), Rational(1, 16)),
        (Rational(10), Rational(1, 10)), (Rational(25), Rational(1, 1_000_000_000)),
    ])
    func aFullClipHasExactly81Frames(_ rate: Rational, _ timeBase: Rational) throws {
        let (span, plan, timing) = try plan(rate, timeBase)
        #expect(plan.sourceFrames.count == 81)
        #expect(plan.times == Array(0..<81))
        #expect(plan.timeBase == Rational(1, 16))
        // The nearest by PTS, checked against every frame of the span.
        for (k, frame) in plan.sourceFrames.enumerated() {
            func distance(_ f: Int) -> Double {
                abs(timeBase.seconds(timing.pts[f] - span.ticks.start) - Double(k) / 16)
            }
            let nearest = span.frames.range.map(distance).min() ?? 0
            #expect(distance(frame) <= nearest + 1e-9)
            #expect(span.frames.range.contains(frame))
        }
    }

    @Test func tiesGoToTheEarlierFrame() {
        // Frames at 0, 2, 4...; outputs at 0, 1, 2...: the odd ones lie in the middle.
        let timing = FrameTiming(pts: (0..<10).map { Int64($0) * 2 })
        let profile = Profile(name: "t", fit: .keep, rate: Rational(1))
        let span = ClipSpan(ticks: TickSpan(start: 0, end: 20), frames: FrameSpan(start: 0, end: 10))
        let plan = Retiming.plan(timing: timing, span: span, timeBase: Rational(1), profile: profile)
        #expect(plan.sourceFrames == (0..<20).map { $0 / 2 })
    }

    @Test func onlyWholeFrameTimesFit() {
        let timing = FrameTiming(pts: (0..<100).map { Int64($0) * 40 })
        func count(_ end: Int64, _ profile: Profile) -> Int {
            let ticks = TickSpan(start: 0, end: end)
            let span = ClipSpan(ticks: ticks, frames: timing.frames(in: ticks))
            return Retiming.plan(timing: timing, span: span, timeBase: Rational(1, 1000), profile: profile)
                .sourceFrames.count
        }
        #expect(count(2000, .wan) == 32)
        #expect(count(2062, .wan) == 32)
        #expect(count(2063, .wan) == 33)
        #expect(count(40, .wan) == 1)
        #expect(count(4000, .wan) == 64)
    }

    @Test func withoutARateEachFrameKeepsItsTime() {
        let timing = FrameTiming(pts: [100, 140, 190, 200, 260, 300])
        let span = ClipSpan(ticks: TickSpan(start: 140, end: 260), frames: FrameSpan(start: 1, end: 4))
        let plan = Retiming.plan(timing: timing, span: span, timeBase: Rational(1, 1000), profile: .native)
        #expect(plan == Retiming(sourceFrames: [1, 2, 3], times: [0, 50, 60], timeBase: Rational(1, 1000)))
    }

    @Test func aVariableRateShowsTheNearestFrameByTime() {
        // A second of 10 fps, a gap of a second, a second of 50 fps.
        let pts = (0..<10).map { Int64($0) * 100 } + (0..<50).map { 2000 + Int64($0) * 20 }
        let timing = FrameTiming(pts: pts)
        let frames = FrameSpan(start: 0, end: 60)
        let span = ClipSpan(ticks: timing.ticks(of: frames), frames: frames)
        let plan = Retiming.plan(
            timing: timing, span: span, timeBase: Rational(1, 1000),
            profile: Profile(name: "t", fit: .keep, rate: Rational(10)))
        #expect(plan.sourceFrames.count == 30)
        #expect(plan.sourceFrames[5] == 5)
        #expect(plan.sourceFrames[14] == 9)
        #expect(plan.sourceFrames[15] == 10)
        #expect(plan.sourceFrames[21] == 15)
    }
}
