import Analysis
import Model
import Testing

/// Duplicates that a curator found to be none.
@Suite struct ApartTests {
    private let rule = Recipe.Dedup()

    private func movie(_ seed: UInt64, _ count: Int = 10) -> [PictureHash] {
        var random = SplitMix(seed: seed &* 7919)
        return (0..<count).map { _ in
            PictureHash(frame: 0, words: (0..<4).map { _ in random.next() }, quality: 100)
        }
    }

    private func clip(
        _ name: String, _ pictures: [PictureHash], source: String? = nil, ticks: Range<Int64> = 0..<5000,
        standing: DuplicateCandidate.Standing = .undecided
    ) -> DuplicateCandidate {
        DuplicateCandidate(
            id: ClipID(rawValue: name), source: SourceID(rawValue: source ?? "src-\(name)"),
            ticks: TickSpan(start: ticks.lowerBound, end: ticks.upperBound),
            hashes: pictures.enumerated().map { TimedHash(seconds: Double($0) / 2, hash: $1) }, standing: standing,
            pixels: 100, duration: Double(pictures.count) / 2)
    }

    private func groups(_ clips: [DuplicateCandidate], _ apart: [[String]]) -> [[String]] {
        DuplicateSearch.groups(clips, apart: apart.map { $0.map(ClipID.init) }, rule).map {
            $0.members.map(\.id.rawValue)
        }
    }

    @Test func aPairKeptApartIsNoGroup() {
        let clips = ["a", "b"].map { clip($0, movie(1)) }
        #expect(groups(clips, []) == [["a", "b"]])
        #expect(groups(clips, [["a", "b"]]) == [])
        #expect(groups(clips, [["b", "a"], ["a", "b"]]) == [], "whichever way it is named, and twice")
    }

    /// Also not by way of a third that looks like both.
    @Test func noThirdBringsThemTogether() {
        let clips = ["a", "b", "c", "d"].map { clip($0, movie(1)) }
        let found = groups(clips, [["a", "d"]])
        #expect(found.flatMap(\.self).sorted() == ["a", "b", "c", "d"].filter { found.joined().contains($0) })
        #expect(!found.contains { Set($0).isSuperset(of: ["a", "d"]) })
        #expect(found.contains { $0.count >= 2 }, "the others still find each other: \(found)")
        #expect(groups(clips.reversed(), [["a", "d"]]) == found, "the order of the candidates doesn't matter")
        let none = ["a", "b", "c"].map { clip($0, movie(1)) }
        #expect(groups(none, [["a", "b"], ["b", "c"], ["a", "c"]]) == [])
    }

    @Test func spansThatOverlapAreKeptApartToo() {
        let clips = [
            clip("a", movie(1), source: "src", ticks: 0..<5000), clip("b", movie(2), source: "src", ticks: 100..<5000),
        ]
        #expect(groups(clips, []) == [["a", "b"]])
        #expect(groups(clips, [["a", "b"]]) == [])
    }

    @Test func strangersInAPairChangeNothing() {
        let clips = ["a", "b"].map { clip($0, movie(1)) }
        #expect(groups(clips, [["a", "z"], ["y", "z"], ["a"], []]) == [["a", "b"]])
        #expect(groups(clips + [clip("c", movie(2))], [["a", "c"]]) == [["a", "b"]])
    }

    /// Whatever is kept apart, in any number: no group holds such a pair, and nothing else is lost without need.
    @Test(arguments: 0..<40 as Range<UInt64>) func noGroupHoldsAPairKeptApart(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let names = (0..<8).map { "clip-\($0)" }
        let clips = names.map { name in
            let standing: DuplicateCandidate.Standing = Bool.random(using: &random) ? .undecided : .accepted
            return clip(name, movie(UInt64.random(in: 1...2, using: &random)), standing: standing)
        }
        let pairs = (0..<Int.random(in: 1...6, using: &random)).map { _ in
            Array(names.shuffled(using: &random).prefix(2))
        }
        let found = groups(clips, pairs)
        for pair in pairs {
            #expect(!found.contains { Set($0).isSuperset(of: pair) }, "seed \(seed): \(pair) in \(found)")
        }
        #expect(found.joined().count == Set(found.joined()).count, "seed \(seed): twice")
        #expect(groups(clips.shuffled(using: &random), pairs) == found, "seed \(seed): the order matters")
        #expect(
            groups(clips, pairs.map { $0.reversed() }.reversed()) == found, "seed \(seed): the pairs' order matters")
        if found.isEmpty { return }
        #expect(groups(clips, []).joined().count >= found.joined().count, "seed \(seed)")
    }
}
