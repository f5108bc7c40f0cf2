import Model
import Testing

@Suite struct SpanTests {
    @Test(arguments: [
        (0, 10, 5, 20, 5), (5, 20, 0, 10, 5), (0, 10, 10, 20, 0), (0, 10, 12, 20, 0), (0, 30, 10, 20, 10),
        (-20, -5, -10, 5, 5), (3, 9, 3, 9, 6),
    ])
    func overlapIsHalfOpen(a: Int, b: Int, c: Int, d: Int, shared: Int) {
        let (x, y) = (TickSpan(start: Int64(a), end: Int64(b)), TickSpan(start: Int64(c), end: Int64(d)))
        #expect(x.overlap(y) == Int64(shared))
        #expect(x.length == Int64(b - a))
    }

    @Test func spansAreOrderedByStartThenEnd() {
        let spans = [TickSpan(start: 0, end: 9), TickSpan(start: 0, end: 5), TickSpan(start: -1, end: 99)]
        #expect(spans.sorted().map(\.end) == [99, 5, 9])
        #expect(FrameSpan(start: 2, end: 7).count == 5)
        #expect(FrameSpan(start: 2, end: 7).range == 2..<7)
    }

    @Test func aCutStandsAtTheFirstFrameOfTheNewShot() {
        #expect(Transition(kind: .cut, frames: FrameSpan(start: 40, end: 40), score: 1).middle == 40)
        #expect(Transition(kind: .fade, frames: FrameSpan(start: 40, end: 50), score: 1).middle == 45)
    }

    @Test func aSourceWithoutTimestampsPlaysAtTheProfilesRate() {
        func location(_ timeBase: Rational?) -> Model.SourceLocation {
            Model.SourceLocation(
                id: SourceID(rawValue: "src-1"), kind: .stack, paths: [], stream: 0, view: View(),
                timing: timeBase == nil ? .ordinal : .pts, timeBase: timeBase)
        }
        #expect(location(nil).playbackTimeBase(.wan) == Rational(1, 10))
        #expect(location(Rational(1, 90000)).playbackTimeBase(.wan) == Rational(1, 90000))
    }

    @Test func picturesDifferByTheirBits() {
        let zero = PictureHash(frame: 0, words: [0, 0, 0, 0], quality: 100)
        #expect(zero.distance(PictureHash(frame: 9, words: [.max, .max, .max, .max], quality: 0)) == 256)
        #expect(zero.distance(PictureHash(frame: 9, words: [0, 5, 0, 1 << 63], quality: 0)) == 3)
    }
}
