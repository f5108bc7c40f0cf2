import Analysis
import Model
import Pages
import Testing

@Suite struct VerdictTests {
    @Test func aSentenceNamesValueAndLine() {
        let verdict = Verdict(filter: .static, answer: .fail, value: 0.0004, threshold: 0.002)
        #expect(spaced(verdict.sentence) == "motion 0.04 %, the recipe asks for at least 0.2 %")
        #expect(spaced(verdict.amount) == "0.04 %" && spaced(verdict.limit) == "at least 0.2 %")
    }

    @Test func whatWasNotMeasuredIsUnknown() {
        let verdict = Verdict(filter: .static, answer: .error, value: nil, threshold: 0.002)
        #expect(verdict.sentence == "motion could not be measured")
        #expect(verdict.amount == "unknown")
    }

    @Test(arguments: Filters.all)
    func everyFilterHasWords(_ filter: Filter) {
        let line = filter.range.lowerBound
        #expect(filter.rule(at: line).hasSuffix("."))
        #expect(Verdict(filter: filter, answer: .fail, value: line, threshold: line).sentence.hasPrefix(filter.signal))
    }

    @Test func measuresStandInOrderAndNoneIsLeftOut() {
        let verdict = Verdict(filter: .static, answer: .fail, value: 0, threshold: 0.002)
        let measures = Measure.all(of: ["motion": 0, "border": 0.125], against: [verdict])
        #expect(measures.map(\.name) == Signals.all.map(\.name).filter { $0 != "duration" })
        #expect(measures.filter(\.failed).map(\.name) == ["motion"])
        #expect(measures.first { $0.name == "sharpness" }?.amount == "unknown")
        #expect(measures.first { $0.name == "border" }?.amount != "unknown")
        #expect(Measure.amount(of: "a signal of another version", 0.5) == "0.5")
    }
}
