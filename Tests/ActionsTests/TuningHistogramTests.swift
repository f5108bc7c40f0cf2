import Actions
import Analysis
import Model
import Testing

@Suite struct TuningHistogramTests {
    private func subject(_ key: String, _ before: String = "{}", _ after: String = "{}") throws
        -> TuningHistogram.Subject?
    {
        func recipe(_ text: String) throws -> Recipe { try RecipeDocument.parse(text, file: "recipe.yaml") }
        return try TuningHistogram.Subject(
            key: key, in: RecipePair(before: try recipe(before), after: try recipe(after)))
    }

    private func signal(_ subject: TuningHistogram.Subject?) -> String? {
        if case .signal(let signal) = subject?.axis { signal.name } else { nil }
    }

    private func kinds(_ subject: TuningHistogram.Subject?) -> [Transition.Kind]? {
        if case .scores(_, let kinds) = subject?.axis { kinds } else { nil }
    }

    @Test func aKeyIsALineOnWhatItJudges() throws {
        let sharp = try #require(
            try subject("filter.min_sharpness", "filter: {min_sharpness: 3}", "filter: {min_sharpness: 30}"))
        #expect(signal(sharp) == "sharpness" && sharp.before == 3 && sharp.after == 30)
        let short = try #require(try subject("propose.min_seconds", "propose: {min_seconds: 0.5}"))
        #expect(signal(short) == "duration" && short.before == 0.5 && short.after == Recipe().propose.minSeconds)
        let cut = try #require(try subject("detect.cut_threshold", "detect: {cut_threshold: 0.25}"))
        #expect(kinds(cut) == [.cut] && cut.before == 0.25)
        let gradual = try #require(try subject("detect.gradual_threshold"))
        #expect(kinds(gradual) == [.dissolve, .fade, .wipe] && gradual.before == gradual.after)
    }

    @Test func otherKeysHaveAnAxisAndNoLine() throws {
        for (key, name) in [("propose.rest", "duration"), ("profile", "duration")] {
            let subject = try #require(try subject(key))
            #expect(signal(subject) == name && subject.before == nil && subject.after == nil)
        }
        let detector = try #require(try subject("detect.detector"))
        #expect(kinds(detector) == Transition.Kind.allCases && detector.before == nil)
        #expect(try subject("filter") == nil)
    }

    @Test(arguments: ["export.seed", "review.quorum", "nonsense", ""])
    func whatNobodyMeasuresCannotBeTuned(key: String) throws {
        let fault = #expect(throws: Fault.self) { try subject(key) }
        #expect(fault?.reason == .unsupported && fault?.what.contains("'\(key)'") == true)
    }

    @Test func aValueOnAnEdgeBelongsToTheBinBehindIt() {
        let bins = TuningHistogram.bins([0, 0.5, 0.5, 1], [0.25, 0.999, 2, -1], [0, 0.5, 1])
        #expect(bins.map(\.from) == [0, 0.5] && bins.map(\.to) == [0.5, 1])
        #expect(bins.map(\.before) == [1, 3], "the last edge belongs to the last bin")
        #expect(bins.map(\.after) == [2, 2], "nothing is lost that lies outside")
        #expect(TuningHistogram.bins([], [], [0, 1]).map { [$0.before, $0.after] } == [[0, 0]])
    }
}
