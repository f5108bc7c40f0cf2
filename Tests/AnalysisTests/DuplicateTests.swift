import Analysis
import Model
import Testing

@Suite struct DuplicateTests {
    private let rule = Recipe.Dedup()

    private func random(_ seed: UInt64, quality: Int = 100) -> PictureHash {
        var random = SplitMix(seed: seed &* 7919)
        return PictureHash(frame: 0, words: (0..<4).map { _ in random.next() }, quality: quality)
    }

    /// `hash` with `bits` bits flipped, chosen by a seed.
    private func near(_ hash: PictureHash, _ bits: Int, _ seed: UInt64 = 1) -> PictureHash {
        var random = SplitMix(seed: seed)
        var near = hash
        for bit in (0..<256).shuffled(using: &random).prefix(bits) { near.words[bit / 64] ^= 1 << UInt64(bit % 64) }
        return near
    }

    /// A picture every half second.
    private func timed(_ hashes: [PictureHash], from start: Double = 0) -> [TimedHash] {
        hashes.enumerated().map { TimedHash(seconds: start + Double($0) / 2, hash: $1) }
    }

    private func clip(
        _ name: String, _ hashes: [PictureHash], source: String? = nil, ticks: TickSpan = TickSpan(start: 0, end: 5000),
        standing: DuplicateCandidate.Standing = .undecided, pixels: Int = 100
    ) -> DuplicateCandidate {
        DuplicateCandidate(
            id: ClipID(rawValue: name), source: SourceID(rawValue: source ?? "src-\(name)"), ticks: ticks,
            hashes: timed(hashes), standing: standing, pixels: pixels, duration: Double(hashes.count) / 2)
    }

    private func movie(_ seed: UInt64, _ count: Int = 10) -> [PictureHash] {
        (0..<count).map { random(seed * 1000 + UInt64($0)) }
    }

    private func names(_ groups: [DuplicateGroup]) -> [[String]] { groups.map { $0.members.map(\.id.rawValue) } }

    @Test func copiesAreFoundWithDistanceAndOffset() throws {
        let original = movie(1)
        let copy = original.map { near($0, 20) }
        // A trimmed copy that begins two pictures later.
        let trimmed = Array(original.dropFirst(2)).map { near($0, 31, 5) }
        let groups = DuplicateSearch.groups(
            [clip("c", trimmed), clip("a", original, pixels: 200), clip("x", movie(2)), clip("b", copy)], rule)
        #expect(names(groups) == [["a", "b", "c"]])
        let group = try #require(groups.first)
        #expect(group.representative == ClipID(rawValue: "a"))
        #expect(group.members.map(\.distance) == [0, 20, 31])
        #expect(group.members.map(\.offsetSeconds) == [0, 0, 1])
    }

    @Test func onePictureTooFarIsNoMatch() {
        let original = movie(1)
        #expect(DuplicateSearch.groups([clip("a", original), clip("b", original.map { near($0, 32) })], rule) == [])
    }

    @Test func picturesMustAgreeOnOneOffset() {
        let original = movie(1)
        var shuffled = original
        // Each picture recurs, but in reverse order: no offset has more than one.
        shuffled.reverse()
        #expect(DuplicateSearch.groups([clip("a", original), clip("b", shuffled)], rule) == [])
        // Four of ten in place are too small a share, five are enough.
        let few = original.prefix(4) + movie(7).suffix(6)
        #expect(DuplicateSearch.groups([clip("a", original), clip("b", Array(few))], rule) == [])
        let enough = original.prefix(5) + movie(7).suffix(5)
        #expect(DuplicateSearch.groups([clip("a", original), clip("b", Array(enough))], rule).count == 1)
    }

    @Test func flatPicturesAreNotCompared() {
        let black = (0..<10).map { _ in random(5, quality: 49) }
        #expect(DuplicateSearch.groups([clip("a", black), clip("b", black)], rule) == [])
        // Flat pictures don't count against a match either.
        let title = black.prefix(4) + movie(3, 6)
        #expect(DuplicateSearch.groups([clip("a", Array(title)), clip("b", Array(title))], rule).count == 1)
    }

    @Test func aStillMatchesAStillButNoMomentOfAMovingClip() {
        let still = [PictureHash](repeating: random(9), count: 10)
        #expect(DuplicateSearch.groups([clip("a", still), clip("b", still.map { near($0, 3) })], rule).count == 1)
        // The moving clip shows the still's picture for two seconds.
        let moving = movie(4, 3) + still.prefix(5) + movie(5, 2)
        #expect(DuplicateSearch.groups([clip("a", still), clip("b", moving)], rule) == [])
        // Two moving clips that share nothing but a held picture.
        let other = movie(6, 3) + still.prefix(5) + movie(8, 2)
        #expect(DuplicateSearch.groups([clip("a", moving), clip("b", other)], rule) == [])
    }

    @Test func partsOfOneStillRecordingAreNotTwins() {
        let still = [PictureHash](repeating: random(9), count: 10)
        let parts = (0..<3).map {
            clip("p\($0)", still, source: "s", ticks: TickSpan(start: $0 * 5000, end: ($0 + 1) * 5000))
        }
        #expect(DuplicateSearch.groups(parts, rule) == [])
        // A loop in one source is found, for it moves.
        let loop = movie(1)
        let turns = (0..<2).map {
            clip("t\($0)", loop, source: "s", ticks: TickSpan(start: $0 * 5000, end: ($0 + 1) * 5000))
        }
        #expect(names(DuplicateSearch.groups(turns, rule)) == [["t0", "t1"]])
    }

    @Test func shortClipsNeedAllTheirPictures() {
        let two = movie(1, 2)
        #expect(DuplicateSearch.groups([clip("a", two), clip("b", two)], rule).count == 1)
        #expect(DuplicateSearch.groups([clip("a", two), clip("b", [two[0], random(77)])], rule) == [])
        #expect(DuplicateSearch.groups([clip("a", []), clip("b", [])], rule) == [])
    }

    @Test func overlappingSpansOfOneSourceAreDuplicates() throws {
        func span(_ name: String, _ start: Int64, _ end: Int64, _ source: String = "s") -> DuplicateCandidate {
            clip(name, [], source: source, ticks: TickSpan(start: start, end: end))
        }
        let groups = DuplicateSearch.groups(
            [
                span("a", 0, 100), span("b", 50, 150), span("c", 101, 200), span("d", 0, 100, "other"),
                span("e", 190, 260),
            ],
            rule)
        #expect(names(groups) == [["a", "b"]])
        #expect(try #require(groups.first).members[1].distance == nil)
        // A short one inside a long one, found even where a third lies between their starts.
        let nested = DuplicateSearch.groups([span("a", 0, 1000), span("b", 10, 20), span("c", 900, 1500)], rule)
        #expect(names(nested) == [["a", "b"]])
    }

    @Test func aDeclinedMemberRepresentsOnlyWhereAllAreDeclined() throws {
        func representative(_ standings: [DuplicateCandidate.Standing]) throws -> String {
            let clips = standings.enumerated().map { clip("m\($0)", movie(1), standing: $1, pixels: 100 - $0) }
            return try #require(DuplicateSearch.groups(clips.reversed(), rule).first).representative.rawValue
        }
        #expect(try representative([.undecided, .undecided]) == "m0")
        #expect(try representative([.declined, .undecided]) == "m1")
        #expect(try representative([.undecided, .accepted, .accepted]) == "m1")
        #expect(try representative([.declined, .declined]) == "m0")
    }

    /// Against comparing every pair, with distances around the limit.
    @Test(arguments: 1...10)
    func nothingIsMissed(_ seed: Int) {
        print("duplicates seed \(seed)")
        var generator = SplitMix(seed: UInt64(seed))
        var clips: [DuplicateCandidate] = []
        for i in 0..<60 {
            let base = movie(UInt64(i / 3) + 50, 4)
            let bits = Int.random(in: 0...20, using: &generator)
            clips.append(clip("k\(i)", base.map { near($0, bits, generator.next()) }))
        }
        let groups = DuplicateSearch.groups(clips.shuffled(using: &generator), rule)
        var expected: [Set<String>] = clips.map { [$0.id.rawValue] }
        for i in clips.indices {
            for j in clips.indices where j > i {
                guard Similarity.compare(clips[i].hashes, clips[j].hashes, rule: rule).match else { continue }
                let joined = expected.filter { $0.contains(clips[i].id.rawValue) || $0.contains(clips[j].id.rawValue) }
                expected.removeAll { joined.contains($0) }
                expected.append(joined.reduce([]) { $0.union($1) })
            }
        }
        #expect(Set(groups.map { Set($0.members.map(\.id.rawValue)) }) == Set(expected.filter { $0.count > 1 }))
    }

    @Test func manyClipsAreSearchedAtOnce() {
        var clips = (0..<20_000).map { clip("n\($0)", movie(UInt64($0), 4)) }
        clips.append(clip("z", movie(12_345, 4).map { near($0, 30) }))
        #expect(names(DuplicateSearch.groups(clips, rule)) == [["n12345", "z"]])
    }
}

@Suite struct SimilarityTests {
    private func timed(_ seeds: [Int], from start: Double = 0) -> [TimedHash] {
        seeds.enumerated().map { i, seed in
            var random = SplitMix(seed: UInt64(seed) &* 104_729)
            let hash = PictureHash(frame: i, words: (0..<4).map { _ in random.next() }, quality: 90)
            return TimedHash(seconds: start + Double(i) / 2, hash: hash)
        }
    }

    @Test func aPartIsFoundAtItsPlace() {
        let found = Similarity.compare(timed(Array(10..<20)), timed(Array(0..<40)))
        #expect(found == Similarity(match: true, score: 1, offsetSeconds: 5, overlapSeconds: 5))
        let other = Similarity.compare(timed(Array(0..<40)), timed(Array(10..<20)))
        #expect(other == Similarity(match: true, score: 1, offsetSeconds: -5, overlapSeconds: 5))
    }

    @Test func samplesNeedNotStandAtTheSameTimes() throws {
        // The copy's samples fall 0.2 s later in the recording.
        let found = Similarity.compare(timed(Array(0..<20)), timed(Array(3..<15), from: 0.2))
        #expect(found.match)
        #expect(abs(try #require(found.offsetSeconds) + 1.3) < 0.01)
    }

    @Test func strangersDontMatch() {
        let none = Similarity.compare(timed(Array(0..<20)), timed(Array(50..<70)))
        #expect(none == Similarity(match: false, score: 0, offsetSeconds: nil, overlapSeconds: 0))
        #expect(Similarity.compare([], []).match == false)
        let half = Similarity.compare(timed(Array(0..<20)), timed(Array(0..<5) + Array(100..<115)))
        #expect(half.match == false)
        #expect(half.score == 0.25)
    }
}
