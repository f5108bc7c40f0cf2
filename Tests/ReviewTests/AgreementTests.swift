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

    /// The items that each table's cells count.
    private func pairs(_ counts: [[Int]]) -> [(String, String)] {
        counts.enumerated().flatMap { row, counts in
            counts.enumerated().flatMap { column, count in Array(repeating: ("\(row)", "\(column)"), count: count) }
        }
    }

    /// Kappa and its standard error as published: Fleiss, Cohen and Everitt (1969), with the variance .002885; J. L.
    /// Fleiss, "Statistical methods for rates and proportions" (1981), table 13.1; an example printed by SAS, with a
    /// category that one rater never used.
    @Test(
        arguments: [
            ([[106, 10, 4], [22, 28, 10], [2, 12, 6]], 0.4286, 0.0537),
            ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.6765, 0.0877),
            ([[0, 4, 1], [0, 8, 0], [0, 1, 5]], 0.4842, 0.1380),
        ] as [([[Int]], Double, Double)])
    func kappasStandardError(_ counts: [[Int]], _ kappa: Double, _ error: Double) throws {
        #expect(abs(try #require(Agreement.cohenKappa(pairs(counts))) - kappa) < 0.00005)
        #expect(abs(try #require(Agreement.cohenKappaError(pairs(counts))) - error) < 0.00005)
    }

    @Test func kappasStandardErrorAtItsLimits() {
        #expect(Agreement.cohenKappaError([]) == nil)
        #expect(Agreement.cohenKappaError([("a", "a")]) == nil)
        #expect(Agreement.cohenKappaError([("a", "a"), ("b", "b")]) == 0)
    }

    /// J. L. Fleiss, "Measuring nominal scale agreement among many raters", Psychological Bulletin 76 (1971): 30
    /// patients, six raters, Fleiss' kappa .430. With nothing missing, alpha is 1 - (1 - kappa)(1 - 1 / n) of n
    /// ratings.
    @Test func fleissExample() throws {
        let patients = """
            444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445
            333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555
            """
        let alpha = try #require(Agreement.krippendorffAlpha(nominal: units(patients)))
        #expect(abs(alpha - (1 - (1 - 0.4302445) * (1 - 1 / 180.0))) < 1e-6)
    }

    /// Drawn at random, with gaps; alpha by the package krippendorff 0.9.0 from PyPI.
    @Test func agreesWithAnotherImplementation() throws {
        let drawn = """
            3333. 01.10 .0330 ..22. 2220. 332.3 .0..1 ..311 .03.. 0.10. 2...2 .220. ..0.0 .1.3. .0.20 0220. 222.. 2111.
            .1333 011.. 1.1.. 331.. 31..2 .011. 000.0 12.31 ..2.. .1.1. 1..1. 11302 ..00. 0.... 30..1 ..2.. 11.0. 221.0
            21.3. 22222 .222. 10..0
            """
        let alpha = try #require(Agreement.krippendorffAlpha(nominal: units(drawn)))
        #expect(abs(alpha - 0.309602208474689) < 1e-12)
    }

    /// A word a unit, a letter a rating, a dot for none.
    private func units(_ words: String) -> [[String]] {
        words.split(whereSeparator: \.isWhitespace).map { $0.filter { $0 != "." }.map(String.init) }
    }

    @Test func theIntervalRepeatsAndHoldsAlpha() throws {
        var random = SplitMix(seed: 11)
        let rated = (0..<80).map { _ in Self.rated(error: 0.15, &random) }
        let interval = try #require(Agreement.krippendorffInterval(nominal: rated))
        let alpha = try #require(Agreement.krippendorffAlpha(nominal: rated))
        #expect(interval.lower < alpha && alpha < interval.upper)
        let gaps = rated.shuffled(using: &random) + [["accept"], []]
        #expect(Agreement.krippendorffInterval(nominal: gaps) == interval)
        #expect(Agreement.krippendorffInterval(nominal: rated, seed: 2) != interval)
        let more = rated + rated + rated + rated
        let narrow = try #require(Agreement.krippendorffInterval(nominal: more))
        // Four times the units halve the width.
        let ratio = (narrow.upper - narrow.lower) / (interval.upper - interval.lower)
        #expect(ratio > 0.4 && ratio < 0.6, "\(ratio)")
        #expect(Agreement.krippendorffInterval(nominal: rated, resamples: 0) == nil)
        #expect(Agreement.krippendorffInterval(nominal: []) == nil)
        #expect(Agreement.krippendorffInterval(nominal: [["a", "a"], ["a", "a"]]) == nil)
        let perfect = try #require(Agreement.krippendorffInterval(nominal: [["a", "a"], ["b", "b"]]))
        #expect(perfect.lower == 1 && perfect.upper == 1)
    }

    /// Two raters who each err on a fair coin with probability `e` have an alpha of `1 - 4 e (1 - e)`. The interval of
    /// 95 % must hold it in about so many of the samples.
    @Test func theIntervalCovers() {
        let (samples, error) = (200, 0.15)
        let seed: UInt64 = 2026
        var random = SplitMix(seed: seed)
        let alpha = 1 - 4 * error * (1 - error)
        let held = (0..<samples).count { _ in
            let units = (0..<60).map { _ in Self.rated(error: error, &random) }
            let interval = Agreement.krippendorffInterval(nominal: units, resamples: 200, seed: random.next())
            return interval.map { $0.lower <= alpha && alpha <= $0.upper } ?? false
        }
        print("seed \(seed): the interval held alpha in \(held) of \(samples) samples")
        #expect(held >= samples * 88 / 100 && held < samples)
    }

    private static func rated(error: Double, _ random: inout SplitMix) -> [String] {
        let truth = random.unit() < 0.5
        return (0..<2).map { _ in (random.unit() < error) == truth ? "reject" : "accept" }
    }
}
