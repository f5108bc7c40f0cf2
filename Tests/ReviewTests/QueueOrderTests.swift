import Model
import Review
import Testing

@Suite struct QueueOrderTests {
    private func candidates(_ count: Int, sources: Int, _ random: inout SplitMix) -> [QueueCandidate] {
        let facets = random.pick([0, 0.2])
        // Some sources have many clips, most have few.
        return (0..<count).map { index in
            let share = random.unit()
            return QueueCandidate(
                clip: ClipID(rawValue: "clip-\(index)"),
                source: SourceID(rawValue: "source-\(Int(share * share * Double(sources)))"),
                margin: random.unit() < 0.1 ? nil : Double(random.index(40)) / 10, tie: random.unit() < facets,
                facetDisputed: random.unit() < facets)
        }
    }

    private func rank(_ candidate: QueueCandidate) -> Int { candidate.tie ? 0 : candidate.facetDisputed ? 1 : 2 }

    @Test func tiesThenFacetsThenTheClosest() {
        let clips: [(String, Double?, Bool, Bool)] = [
            ("far", 9, false, false), ("unknown", nil, false, false), ("tie", 9, true, false),
            ("near", 0.1, false, false), ("facet", nil, false, true), ("both", nil, true, true),
        ]
        let order = QueueOrder.order(
            clips.map {
                QueueCandidate(
                    clip: ClipID(rawValue: $0.0), source: SourceID(rawValue: "of-\($0.0)"), margin: $0.1, tie: $0.2,
                    facetDisputed: $0.3)
            }
        ).map(\.rawValue)
        #expect(Set(order.prefix(2)) == ["tie", "both"] && order.suffix(4) == ["facet", "near", "far", "unknown"])
        #expect(QueueOrder.order([]) == [])
    }

    /// Each clip comes once, classes in order, the input's order changes nothing; a source follows itself only where
    /// its class has no other source left.
    @Test func holdsForAnyCandidates() {
        for seed in UInt64(1)...150 {
            var random = SplitMix(seed: seed)
            let all = candidates(random.index(400), sources: random.whole(in: 1...12), &random)
            let order = QueueOrder.order(all)
            let byClip = Dictionary(uniqueKeysWithValues: all.map { ($0.clip, $0) })
            let shown = order.compactMap { byClip[$0] }
            #expect(shown.count == all.count && Set(order).count == all.count, "seed \(seed)")
            #expect(shown.map(rank) == all.map(rank).sorted(), "seed \(seed)")
            #expect(QueueOrder.order(all.shuffled(using: &random)) == order, "seed \(seed)")
            for index in shown.indices.dropFirst() where shown[index].source == shown[index - 1].source {
                let rest = shown[index...].filter { rank($0) == rank(shown[index]) }
                #expect(Set(rest.map(\.source)).count == 1, "seed \(seed), place \(index)")
            }
        }
    }

    /// Of `n` clips, `m` of them of the largest source, at least `2m - n - 1` must follow one of their own, and no more
    /// do.
    @Test func runsAreAsFewAsCanBe() {
        for seed in UInt64(1)...100 {
            var random = SplitMix(seed: seed)
            let sources = (0..<random.whole(in: 2...60)).map { _ in random.index(random.whole(in: 1...5)) }
            let all = sources.enumerated().map { index, source in
                QueueCandidate(clip: ClipID(rawValue: "clip-\(index)"), source: SourceID(rawValue: "source-\(source)"))
            }
            let byClip = Dictionary(uniqueKeysWithValues: all.map { ($0.clip, $0.source) })
            let shown = QueueOrder.order(all).compactMap { byClip[$0] }
            let runs = zip(shown, shown.dropFirst()).count { $0 == $1 }
            let largest = Dictionary(grouping: sources) { $0 }.values.map(\.count).max() ?? 0
            #expect(runs == max(0, 2 * largest - sources.count - 1), "seed \(seed)")
        }
    }

    /// Where no source is crowded, each tenth of the queue holds the next closest tenth of the clips.
    @Test func bandsFollowTheMargin() {
        var random = SplitMix(seed: 7)
        let all = (0..<1000).map { index in
            QueueCandidate(
                clip: ClipID(rawValue: "clip-\(index)"), source: SourceID(rawValue: "source-\(index % 50)"),
                margin: random.unit())
        }
        let margins = Dictionary(uniqueKeysWithValues: all.map { ($0.clip, $0.margin ?? -1) })
        let shown = QueueOrder.order(all).compactMap { margins[$0] }
        let sorted = shown.sorted()
        for band in 0..<10 {
            #expect(
                shown[(band * 100)..<(band * 100 + 100)].sorted() == Array(sorted[(band * 100)..<(band * 100 + 100)]))
        }
        #expect(shown != sorted)
    }

    @Test func theSeedSpreadsAnew() {
        var random = SplitMix(seed: 3)
        let all = candidates(200, sources: 8, &random)
        #expect(QueueOrder.order(all, seed: 1) != QueueOrder.order(all, seed: 2))
    }

    @Test func manyCandidates() {
        var random = SplitMix(seed: 5)
        let all = candidates(100_000, sources: 400, &random)
        var order: [ClipID] = []
        let time = ContinuousClock().measure { order = QueueOrder.order(all) }
        print("queue order of \(order.count) candidates: \(time)")
        #expect(Set(order).count == 100_000)
    }

    @Test func marginIsTheClosestRelativeDistance() {
        func verdict(_ filter: Filter, _ value: Double?, _ threshold: Double) -> Verdict {
            Verdict(filter: filter, answer: value == nil ? .error : .pass, value: value, threshold: threshold)
        }
        #expect(QueueOrder.margin(verdicts: []) == nil)
        #expect(QueueOrder.margin(verdicts: [verdict(.blank, nil, 1)]) == nil)
        #expect(QueueOrder.margin(verdicts: [verdict(.tooShort, 2, 2)]) == nil)
        #expect(QueueOrder.margin(verdicts: [verdict(.blank, .infinity, 1)]) == nil)
        #expect(QueueOrder.margin(verdicts: [verdict(.text, 3, 4), verdict(.blurred, 6, 4)]) == 0.25)
        #expect(QueueOrder.margin(verdicts: [verdict(.text, -3, -4), verdict(.blank, nil, 4)]) == 0.25)
        #expect(QueueOrder.margin(verdicts: [verdict(.static, 0.002, 0)]) == 2)
    }
}
