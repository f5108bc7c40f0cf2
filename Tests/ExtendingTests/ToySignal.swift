import Analysis
import Model
import Shots
import Testing

extension Signal {
    /// Mean change of brightness from frame to frame, as a share of white.
    static let flicker = Signal("flicker", in: .share) { clip in
        guard clip.frames.count > 1 else { return nil }
        let means = clip.frames.map { Double(clip.measures.mean[$0]) / 256 / 255 }
        return zip(means, means.dropFirst()).reduce(0) { $0 + abs($1.1 - $1.0) } / Double(means.count - 1)
    }
}

extension Filter {
    /// Lamps that pulse, shutters that stick.
    static let flickering = Filter(
        "flickering", judges: "flicker", .atMost, key: "max_flicker", standard: 0.1
    ) {
        "From frame to frame the brightness changes by more than \($0)."
    }
}

@Suite struct ToySignalTests {
    private let filters = Filters.all + [.flickering]

    /// The verdict of the toy's filter on a whole recording.
    private func verdict(on path: String, by recipe: Recipe) throws -> Verdict? {
        let track = try SourceScan.measure(try location(of: path), plan: try ScanPlan(ScanRule()), threads: 1).track
        let frames = FrameSpan(start: 0, end: track.count)
        let signals = Signals.measure(
            track: track, span: ClipSpan(ticks: track.timing.ticks(of: frames), frames: frames),
            timeBase: Rational(1, 25), by: Signals.all + [.flicker])
        #expect(signals.count == Signals.all.count + 1)
        let rule = Filters.Rule(of: recipe, for: filters)
        return Filters.verdicts(signals: signals, rule: rule, by: filters).first { $0.filter == .flickering }
    }

    @Test func theSignalIsMeasuredAndTheFilterRejects() throws {
        let toys = try ToyWorkspace()
        let lamp = try toys.stack("lamp.tif") { page, _, _ in page % 2 == 0 ? 40 : 200 }
        let steady = try toys.stack("steady.tif") { _, _, _ in 120 }
        var recipe = Recipe()
        recipe.filter = Recipe.FilterLimits(of: filters)

        let rejected = try #require(try verdict(on: lamp, by: recipe))
        #expect(rejected.answer == .fail && rejected.threshold == 0.1)
        #expect(abs((rejected.value ?? 0) - 160.0 / 255) < 0.02, "\(rejected)")
        #expect(try verdict(on: steady, by: recipe)?.answer == .pass)

        recipe.filter["max_flicker"] = 1
        #expect(try verdict(on: lamp, by: recipe)?.answer == .pass, "the recipe has the say")
        #expect(
            Filter.flickering.refusal(at: Signal.flicker.unit.limit(0.1))
                == "From frame to frame the brightness changes by more than 10\u{A0}%.")
    }
}
