import Analysis
import Foundation
import Model
import Testing

@Suite struct FilterTests {
    private let good: [String: Double] = [
        "duration": 5.0625, "border": 0, "blank": 0, "brightness": 0.4, "sharpness": 90, "motion": 0.1, "text": 0,
    ]

    private func verdicts(_ signals: [String: Double], _ recipe: Recipe = .init()) -> [Verdict] {
        Filters.verdicts(signals: signals, rule: Filters.Rule(of: recipe))
    }

    private func answer(_ filter: Filter, _ signals: [String: Double], _ recipe: Recipe = .init()) -> Verdict? {
        verdicts(signals, recipe).first { $0.filter == filter }
    }

    @Test func aGoodClipPassesEveryFilter() {
        let verdicts = verdicts(good)
        #expect(verdicts.map(\.filter) == Filters.all)
        #expect(verdicts.allSatisfy { $0.answer == .pass && $0.value != nil })
    }

    @Test(arguments: [
        ("duration", 1.9, Filter.tooShort), ("blank", 0.3, .blank), ("border", 0.2, .border), ("text", 0.7, .text),
        ("motion", 0.001, .static), ("sharpness", 1, .blurred),
    ])
    func eachFilterFailsByItsOwnSignal(_ signal: String, _ value: Double, _ filter: Filter) {
        var signals = good
        signals[signal] = value
        let failed = verdicts(signals).filter { $0.answer != .pass }
        #expect(failed.map(\.filter) == [filter])
        #expect(failed.first?.answer == .fail)
        #expect(failed.first?.value == value)
    }

    @Test(arguments: Filters.all)
    func aMissingSignalIsAnError(_ filter: Filter) {
        var signals = good
        signals[filter.signal] = nil
        #expect(answer(filter, signals)?.answer == .error)
        #expect(answer(filter, signals)?.value == nil)
        signals[filter.signal] = .nan
        #expect(answer(filter, signals)?.answer == .error)
    }

    /// What lies on the line passes; what the recipe asks for is where the line lies.
    @Test(arguments: Filters.all.filter { $0.limit != nil })
    func theRecipesLimitIsTheLine(_ filter: Filter) throws {
        var recipe = Recipe()
        recipe.filter[try #require(filter.limit).key] = 0.25
        var signals = good
        for (value, passes) in [
            (0.25, true), (0.25.nextUp, filter.side == .atLeast), (0.25.nextDown, filter.side == .atMost),
        ] {
            signals[filter.signal] = value
            let verdict = try #require(answer(filter, signals, recipe))
            #expect(verdict.threshold == 0.25 && verdict.answer == (passes ? .pass : .fail), "\(value)")
        }
    }

    @Test func theRestOfAShotIsTooShortByTheRule() {
        var signals = good
        signals["duration"] = 3
        var recipe = Recipe()
        #expect(answer(.tooShort, signals, recipe)?.answer == .pass)
        recipe.propose.rest = .drop
        #expect(answer(.tooShort, signals, recipe)?.answer == .fail)
        #expect(answer(.tooShort, signals, recipe)?.threshold == 5.0625)
        #expect(answer(.tooShort, good, recipe)?.answer == .pass)
    }

    /// Nothing is against a clip, however bad it is and whatever of it is unknown. The manifest wants a value of each
    /// pass, and JSON a number of each threshold.
    @Test func whileTheFiltersAreOffEveryClipPasses() throws {
        var recipe = Recipe()
        recipe.filter = .off
        recipe.propose.rest = .drop
        let worst = [
            "duration": 0.01, "border": 1, "blank": 1, "brightness": 0, "sharpness": 0, "motion": 0, "text": 1,
        ]
        for signals in [worst, good, ["duration": 0.01], ["duration": 3, "motion": .nan]] {
            let verdicts = verdicts(signals, recipe)
            #expect(!verdicts.isEmpty)
            #expect(verdicts.allSatisfy { $0.answer == .pass && $0.value != nil && $0.threshold.isFinite })
            #expect(verdicts.map(\.filter) == Filters.all.filter { signals[$0.signal]?.isFinite == true })
        }
    }

    @Test func aRuleIsAllThatIsRead() throws {
        let rule = Filters.Rule(of: Recipe())
        var other = Recipe()
        other.propose.maxSeconds = 7
        other.dedup.minShare = 0.25
        #expect(Filters.Rule(of: other) == rule)
        other.filter["min_sharpness"] = 3
        #expect(Filters.Rule(of: other) != rule)
        other = Recipe()
        other.propose.minSeconds = 3
        #expect(Filters.Rule(of: other) != rule)
        other.filter = .off
        for rule in [rule, Filters.Rule(of: other)] {
            #expect(try JSON.decode(Filters.Rule.self, from: try JSON.line(rule)) == rule)
        }
    }
}

/// What the lists promise, and that one more of each needs nothing but itself.
@Suite struct FilterListTests {
    @Test func everyFilterJudgesASignalOfTheList() {
        for filter in Filters.all { #expect(Signals.named(filter.signal) != nil, "\(filter.name)") }
    }

    @Test func namesAndKeysAreUnique() {
        #expect(Set(Filters.all.map(\.name)).count == Filters.all.count)
        #expect(Set(Signals.all.map(\.name)).count == Signals.all.count)
        let keys = Filters.all.compactMap(\.limit?.key)
        #expect(Set(keys).count == keys.count)
        #expect(Filters.all.allSatisfy { Filters.named($0.name) == $0 })
        #expect(Filters.named("toy") == nil && Signals.named("toy") == nil)
    }

    @Test func standardsLieInTheirRanges() {
        for filter in Filters.all {
            #expect(filter.range.contains(filter.threshold(in: Recipe())), "\(filter.name)")
            let loosest = filter.side == .atLeast ? filter.range.lowerBound : filter.range.upperBound
            #expect(loosest.isFinite, "\(filter.name)")
        }
    }

    /// Released manifests, recipes and the funnel know them by these names, in this order.
    @Test func theNamesStay() {
        #expect(Filters.all.map(\.name) == ["too_short", "blank", "border", "text", "static", "blurred"])
        #expect(
            Filters.all.map { $0.limit?.key }
                == [nil, "max_blank", "max_border", "max_text", "min_motion", "min_sharpness"])
        #expect(
            Signals.all.map(\.name)
                == ["duration", "border", "blank", "brightness", "sharpness", "motion", "text"])
    }

    /// A toy signal and a toy filter, declared here alone, are measured, set by a recipe, judged and put into words.
    @Test func aSignalAndAFilterMoreNeedNothingElse() throws {
        let frames = Signal("frames", in: .init("frames") { "\(Int($0)) frames" }) { Double($0.frames.count) }
        let few = Filter("few", judges: "frames", .atLeast, key: "min_frames", standard: 3, in: 1...1000) {
            "Has fewer than \($0)."
        }
        let filters = Filters.all + [few]
        let track = track((0..<4).map { Scene(1).grid(Double($0)) })
        var recipe = Recipe()
        recipe.filter = Recipe.FilterLimits(of: filters)
        func verdict(_ count: Int) throws -> Verdict {
            let span = FrameSpan(start: 0, end: count)
            let signals = Signals.measure(
                track: track, span: ClipSpan(ticks: track.timing.ticks(of: span), frames: span), timeBase: Rational(1),
                by: Signals.all + [frames])
            let rule = Filters.Rule(of: recipe, for: filters)
            return try #require(Filters.verdicts(signals: signals, rule: rule, by: filters).last)
        }
        #expect(try verdict(3) == Verdict(filter: few, answer: .pass, value: 3, threshold: 3))
        #expect(try verdict(2) == Verdict(filter: few, answer: .fail, value: 2, threshold: 3))
        recipe.filter["min_frames"] = 4
        #expect(try verdict(3) == Verdict(filter: few, answer: .fail, value: 3, threshold: 4))
        recipe.filter = .off
        #expect(try verdict(1) == Verdict(filter: few, answer: .pass, value: 1, threshold: 1))
        #expect(few.refusal(at: frames.unit.limit(3)) == "Has fewer than 3 frames.")
    }
}

/// `docs/filters.md` says what the lists say.
@Suite struct FilterPageTests {
    /// The cells of the rows of tables that begin with a name in code, by that name: those of filters are eight, those
    /// of signals three.
    private static func rows(cells: Int) throws -> [[String]] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/filters.md"), encoding: .utf8)
        return page.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { line in
                line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            }
            .filter { $0.count == cells }
    }

    @Test func theFiltersAreListed() throws {
        let rows = try Self.rows(cells: 8)
        #expect(rows.count == Filters.all.count)
        for (filter, row) in zip(Filters.all, rows) {
            let signal = Signals.judged(by: filter)
            let standard = filter.threshold(in: Recipe())
            let range =
                filter.range.upperBound.isFinite
                ? "\(Figure.short(filter.range.lowerBound)) to \(Figure.short(filter.range.upperBound))"
                : "\(Figure.short(filter.range.lowerBound)) or more"
            #expect(
                row == [
                    "`\(filter.name)`", "`\(signal.name)`", filter.side.rawValue,
                    filter.keys.map { "`\($0)`" }.joined(separator: ", "), Figure.short(standard), range,
                    signal.unit.name, filter.refusal(at: signal.unit.limit(standard)).replacing("\u{A0}", with: " "),
                ])
        }
    }

    @Test func theSignalsAreListed() throws {
        let rows = try Self.rows(cells: 3)
        #expect(rows.map { Array($0.prefix(2)) } == Signals.all.map { ["`\($0.name)`", $0.unit.name] })
    }
}
