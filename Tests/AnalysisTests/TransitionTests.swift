import Analysis
import Model
import Testing

/// Shots of slowly drifting scenes, joined by known transitions.
@Suite struct TransitionTests {
    private let left = Scene(11), right = Scene(29)

    private func detect(_ cells: [Cells], _ rule: Recipe.Detect = .init()) -> [Transition] {
        TransitionDetector(rule).detect(track(cells)).transitions
    }

    private func shot(_ scene: Scene, _ count: Int, from time: Int = 0) -> [Cells] {
        (0..<count).map { scene.grid(Double(time + $0)) }
    }

    /// A shot of each scene with `count` frames between that a formula makes of both and the way gone, 0...1.
    private func edit(_ count: Int, _ mix: (_ a: Cells, _ b: Cells, _ way: Double) -> Cells) -> [Cells] {
        let mixed = (0..<count).map { i -> Cells in
            let way = Double(i + 1) / Double(count + 1)
            return mix(left.grid(Double(40 + i)), right.grid(Double(i)), way)
        }
        return shot(left, 40) + mixed + shot(right, 40, from: count)
    }

    @Test func cutsAreExact() {
        let scenes = (0..<6).map { Scene(100 + UInt64($0)) }
        let found = detect(scenes.flatMap { shot($0, 25) })
        #expect(found.map(\.kind) == [Transition.Kind](repeating: .cut, count: 5))
        #expect(found.map(\.frames) == [25, 50, 75, 100, 125].map { FrameSpan(start: $0, end: $0) })
        #expect(found.allSatisfy { $0.score > 0.5 && $0.score <= 1 })
    }

    @Test(arguments: [6, 10, 16, 24, 32])
    func dissolvesCoverTheirMixedFrames(_ count: Int) throws {
        let found = detect(edit(count) { $0.mixed($1, $2) })
        let transition = try #require(found.first)
        #expect(found.count == 1)
        #expect(transition.kind == .dissolve)
        #expect(abs(transition.frames.start - 40) <= 2)
        #expect(abs(transition.frames.end - 40 - count) <= 2)
    }

    @Test(arguments: [8, 16, 24], [0.0, 255.0])
    func fadesCoverTheirMixedFrames(_ count: Int, _ plain: Double) throws {
        let found = detect(
            edit(count) { a, b, way in
                way < 0.5 ? a.mixed(.plain(plain), way * 2) : b.mixed(.plain(plain), 2 - way * 2)
            })
        let transition = try #require(found.first)
        #expect(found.count == 1)
        #expect(transition.kind == .fade)
        #expect(abs(transition.frames.start - 40) <= 2)
        #expect(abs(transition.frames.end - 40 - count) <= 2)
    }

    @Test func wipesAreFound() throws {
        let found = detect(
            edit(16) { a, b, way in
                var cells = a
                for i in cells.y.indices where Double(i % FrameGrid.width) < way * Double(FrameGrid.width) {
                    (cells.y[i], cells.cb[i], cells.cr[i]) = (b.y[i], b.cb[i], b.cr[i])
                }
                return cells
            })
        let transition = try #require(found.first)
        #expect(found.count == 1)
        #expect(transition.kind == .wipe)
        #expect((38...58).contains(transition.middle))
    }

    @Test func flashesAreNoTransitions() {
        var cells = shot(left, 80)
        cells[30] = cells[30].mixed(.plain(255), 0.7)
        cells[50] = cells[50].mixed(.plain(255), 0.9)
        cells[51] = cells[51].mixed(.plain(255), 0.8)
        #expect(detect(cells) == [])
    }

    @Test func flickerAndBleachingAreNoTransitions() {
        var random = SplitMix(seed: 5)
        let flicker = shot(left, 90).map { $0.brighter(.random(in: 0.75...1.25, using: &random)) }
        #expect(detect(flicker) == [])
        let bleaching = shot(right, 90).enumerated().map { $1.brighter(1 - 0.75 * Double($0) / 90) }
        #expect(detect(bleaching) == [])
    }

    @Test func noiseIsNoTransition() {
        var random = SplitMix(seed: 6)
        #expect(detect((0..<90).map { _ in left.grid().noisy(12, &random) }) == [])
        #expect(detect((0..<90).map { _ in Cells.plain(20).noisy(12, &random) }) == [])
    }

    @Test func timeLapseStepsAreNoCuts() {
        // Every third frame shows the same scene much later: blobs move half their size at each step.
        let restless = Scene(77, drift: 0.03)
        #expect(detect((0..<90).map { restless.grid(Double($0 / 3)) }) == [])
    }

    @Test func oneStepOfATimeLapseIsLessThanACutIntoIt() {
        let restless = Scene(77, drift: 0.03)
        let found = detect(shot(left, 40) + (0..<60).map { restless.grid(Double($0 / 3)) })
        #expect(found.map(\.frames) == [FrameSpan(start: 40, end: 40)])
    }

    @Test func thresholdsScale() {
        let cut = shot(left, 30) + shot(right, 30)
        #expect(detect(cut).count == 1)
        var strict = Recipe.Detect()
        strict.cutThreshold = 1
        #expect(detect(cut, strict) == [])
        let dissolve = edit(12) { $0.mixed($1, $2) }
        strict = Recipe.Detect()
        strict.gradualThreshold = 1
        #expect(detect(dissolve, strict) == [])
    }

    @Test(arguments: 0...3)
    func tinyTracks(_ count: Int) {
        #expect(detect((0..<count).map { left.grid(Double($0)) }) == [])
    }

    @Test func shotsAreTheRunsBetween() {
        func span(_ start: Int, _ end: Int) -> FrameSpan { FrameSpan(start: start, end: end) }
        func transition(_ start: Int, _ end: Int) -> Transition {
            Transition(kind: start == end ? .cut : .dissolve, frames: span(start, end), score: 1)
        }
        #expect(ShotSpans.between([], frameCount: 10) == [span(0, 10)])
        #expect(ShotSpans.between([], frameCount: 0) == [])
        #expect(ShotSpans.between([transition(4, 4)], frameCount: 10) == [span(0, 4), span(4, 10)])
        #expect(
            ShotSpans.between([transition(6, 8), transition(2, 5)], frameCount: 10) == [
                span(0, 2), span(5, 6), span(8, 10),
            ])
        #expect(ShotSpans.between([transition(0, 3), transition(7, 10)], frameCount: 10) == [span(3, 7)])
        #expect(ShotSpans.between([transition(2, 6), transition(4, 4)], frameCount: 10) == [span(0, 2), span(6, 10)])
    }
}
