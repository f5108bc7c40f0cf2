import Analysis
import Model
import Testing

@Suite struct ProposerTests {
    private let milliseconds = Rational(1, 1000)

    private func spans(
        _ shots: [FrameSpan], _ timing: FrameTiming, _ timeBase: Rational, _ profile: Profile,
        _ rest: Recipe.Propose.Rest = .keep, maxSeconds: Double = 10
    ) -> [ClipSpan] {
        var propose = Recipe.Propose()
        propose.rest = rest
        propose.maxSeconds = maxSeconds
        return Proposer.spans(
            shots: shots, timing: timing, timeBase: timeBase, rule: .init(profile: profile, propose: propose))
    }

    private func even(_ count: Int, _ step: Int64) -> FrameTiming {
        FrameTiming(pts: (0..<count).map { Int64($0) * step })
    }

    @Test func fullSpansFollowEachOtherAndTheRestIsKept() {
        // 12 s at 25 fps: two spans of 81/16 s = 5062.5 ms, rounded up, and 1.84 s.
        let found = spans([FrameSpan(start: 0, end: 300)], even(300, 40), milliseconds, .wan)
        #expect(
            found == [
                ClipSpan(ticks: TickSpan(start: 0, end: 5063), frames: FrameSpan(start: 0, end: 127)),
                ClipSpan(ticks: TickSpan(start: 5080, end: 10143), frames: FrameSpan(start: 127, end: 254)),
                ClipSpan(ticks: TickSpan(start: 10160, end: 12000), frames: FrameSpan(start: 254, end: 300)),
            ])
        #expect(spans([FrameSpan(start: 0, end: 300)], even(300, 40), milliseconds, .wan, .drop) == found)
    }

    @Test func overlapEndsWithTheShot() {
        let found = spans([FrameSpan(start: 0, end: 300)], even(300, 40), milliseconds, .wan, .overlap)
        #expect(found.map(\.ticks.length) == [5063, 5063, 5063])
        #expect(found[2] == ClipSpan(ticks: TickSpan(start: 6920, end: 11983), frames: FrameSpan(start: 173, end: 300)))
        // A shot that no full clip fits into is proposed as it is.
        let short = spans([FrameSpan(start: 10, end: 60)], even(300, 40), milliseconds, .wan, .overlap)
        #expect(short == [ClipSpan(ticks: TickSpan(start: 400, end: 2400), frames: FrameSpan(start: 10, end: 60))])
    }

    @Test func longShotsAreSplitEvenlyWithoutFixedLength() {
        let found = spans([FrameSpan(start: 0, end: 625)], even(625, 40), milliseconds, .native)
        #expect(found.map(\.frames.count) == [208, 208, 209])
        #expect(found.allSatisfy { $0.ticks.length <= 10_000 })
        let whole = spans([FrameSpan(start: 5, end: 255)], even(625, 40), milliseconds, .native)
        #expect(whole == [ClipSpan(ticks: TickSpan(start: 200, end: 10200), frames: FrameSpan(start: 5, end: 255))])
    }

    @Test func theLastFrameLastsAsLongAsTheOneBefore() {
        let timing = FrameTiming(pts: [0, 40, 80, 180])
        let found = spans([FrameSpan(start: 0, end: 4)], timing, milliseconds, .native)
        #expect(found.map(\.ticks) == [TickSpan(start: 0, end: 280)])
        #expect(FrameTiming(pts: [7]).ticks(of: FrameSpan(start: 0, end: 1)) == TickSpan(start: 7, end: 8))
    }

    @Test func aVariableRateIsCutByTime() {
        // 3 s at 10 fps, then 5 s at 50 fps: the full span holds 30 + 104 frames.
        let timing = FrameTiming(pts: (0..<30).map { Int64($0) * 100 } + (0..<250).map { 3000 + Int64($0) * 20 })
        let found = spans([FrameSpan(start: 0, end: 280)], timing, milliseconds, .wan)
        #expect(found.map(\.frames) == [FrameSpan(start: 0, end: 134), FrameSpan(start: 134, end: 280)])
        #expect(found.map(\.ticks) == [TickSpan(start: 0, end: 5063), TickSpan(start: 5080, end: 8000)])
    }

    /// Whatever the shots, times and recipe: frames and ticks agree, spans lie in shots, no frame is lost.
    @Test(arguments: 1...150)
    func anySpansAgree(_ seed: Int) throws {
        print("proposer seed \(seed)")
        var random = SplitMix(seed: UInt64(seed))
        let count = Int.random(in: 1...700, using: &random)
        let steps: ClosedRange<Int64> = [1...1, 1...2, 33...34, 1...900].randomElement(using: &random) ?? 1...1
        var tick = Int64.random(in: -5000...5000, using: &random)
        let pts = (0..<count).map { _ in
            tick += .random(in: steps, using: &random)
            return tick
        }
        let timing = FrameTiming(pts: pts)
        var transitions: [Transition] = []
        var at = 0
        while at < count {
            at += .random(in: 1...200, using: &random)
            let end = at + (Bool.random(using: &random) ? 0 : .random(in: 1...30, using: &random))
            if end < count {
                transitions.append(
                    Transition(
                        kind: at == end ? .cut : .dissolve, frames: FrameSpan(start: at, end: end), score: 1))
            }
            at = end
        }
        let timeBase = [Rational(1, 1000), Rational(1, 25), Rational(1001, 30000)].randomElement(using: &random)
        let profile = [Profile.wan, .native].randomElement(using: &random)
        let rest = Recipe.Propose.Rest.allCases.randomElement(using: &random)
        let shots = ShotSpans.between(transitions, frameCount: count)
        let found = spans(
            shots, timing, try #require(timeBase), try #require(profile), try #require(rest),
            maxSeconds: .random(in: 2...12, using: &random))

        var covered = Set<Int>()
        for span in found {
            #expect(!span.frames.range.isEmpty)
            #expect(timing.frames(in: span.ticks) == span.frames)
            #expect(span.ticks.start == pts[span.frames.start])
            #expect(shots.contains { $0.start <= span.frames.start && span.frames.end <= $0.end })
            #expect(!transitions.contains { $0.frames.range.overlaps(span.frames.range) })
            covered.formUnion(span.frames.range)
        }
        #expect(covered == Set(shots.flatMap(\.range)))
        #expect(found == found.sorted())
        if rest != .overlap { #expect(zip(found, found.dropFirst()).allSatisfy { $0.ticks.end <= $1.ticks.start }) }
    }
}
