import Model
import Review
import Testing

@Suite struct AgreementTests {
    /// J. Cohen, "Weighted kappa", Psychological Bulletin 70 (1968): two raters, 200 patients, unweighted kappa .492.
    @Test func cohensExample() throws {
        let counts = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
        let names = ["personality disorder", "neurosis", "psychosis"]
        var pairs: [(String, String)] = []
        for (i, row) in counts.enumerated() {
            for (j, count) in row.enumerated() {
                pairs += Array(repeating: (names[i], names[j]), count: count)
            }
        }
        let kappa = try #require(Agreement.cohenKappa(pairs))
        #expect((kappa * 1000).rounded() == 492)
    }

    @Test func kappaAtItsLimits() {
        #expect(Agreement.cohenKappa([]) == nil)
        #expect(Agreement.cohenKappa([("a", "a"), ("a", "a")]) == nil)
        #expect(Agreement.cohenKappa([("a", "a"), ("b", "b")]) == 1)
        #expect(Agreement.cohenKappa([("a", "b"), ("b", "a")]) == -1)
        #expect(Agreement.cohenKappa([("a", "b")]) == 0)
    }

    /// K. Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), example C: four observers, missing values.
    @Test func krippendorffsExample() throws {
        let rows: [[Int]] = [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ]
        let units = (0..<12).map { unit in rows.map { $0[unit] }.filter { $0 > 0 }.map(String.init) }
        let alpha = try #require(Agreement.krippendorffAlpha(nominal: units))
        #expect((alpha * 1000).rounded() == 743)
    }

    /// The same paper, example A: two observers, binary data, nothing missing.
    @Test func krippendorffsBinaryExample() throws {
        let units = zip("0100000010", "1110010000").map { [String($0), String($1)] }
        let alpha = try #require(Agreement.krippendorffAlpha(nominal: units))
        #expect((alpha * 1000).rounded() == 95)
    }

    @Test func alphaAtItsLimits() {
        #expect(Agreement.krippendorffAlpha(nominal: []) == nil)
        #expect(Agreement.krippendorffAlpha(nominal: [["a"], ["b"], []]) == nil)
        #expect(Agreement.krippendorffAlpha(nominal: [["a", "a"], ["a", "a"]]) == nil)
        #expect(Agreement.krippendorffAlpha(nominal: [["a", "a"], ["b", "b"]]) == 1)
    }

    @Test func statisticsOfAReview() throws {
        let all = [
            decision("1", "bob", .accept, clip: "c1", seconds: 5),
            decision("2", "ann", .accept, clip: "c1", seconds: 4),
            decision("3", "bob", .reject, clip: "c2", seconds: 7), decision("4", "ann", .accept, at: 1, clip: "c2"),
            decision("5", "ann", .reject, at: 2, clip: "c2", supersedes: "4", seconds: 8),
            decision("6", "ann", .unsure, clip: "c3"), decision("6", "ann", .unsure, clip: "c3"),
        ]
        let statistics = ReviewStatistics(of: all)
        #expect(statistics == ReviewStatistics(of: all.reversed()))
        #expect(statistics.clips == 3 && statistics.decisions == 6)
        let ann = try #require(statistics.reviewers.first)
        #expect(ann.reviewer == "ann" && ann.decisions == 4 && ann.clips == 3)
        #expect((ann.accepts, ann.rejects, ann.unsure) == (1, 1, 1) && ann.acceptRate == 0.5)
        #expect(ann.seconds == 12 && ann.clipsPerHour == 600)
        #expect(statistics.reviewers.map(\.reviewer) == ["ann", "bob"])
        #expect(statistics.pairs.map(\.clips) == [2] && statistics.pairs[0].kappa == 1)
        #expect(statistics.pairs[0].first == "ann" && statistics.pairs[0].second == "bob")
        #expect(statistics.alpha == 1 && statistics.levelAlpha == nil)
        #expect(try JSON.line(ReviewStatistics(of: [])).contains("\"alpha\":null"))
    }
}
