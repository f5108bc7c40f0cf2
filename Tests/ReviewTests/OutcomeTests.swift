import Model
import Review
import Testing

@Suite struct OutcomeTests {
    private func outcome(_ decisions: [Decision], quorum: Int = 2) -> Outcome {
        var recipe = Recipe.Review()
        recipe.quorum = quorum
        let forward = OutcomeResolver.resolve(decisions: decisions, recipe: recipe)
        #expect(OutcomeResolver.resolve(decisions: decisions.reversed(), recipe: recipe) == forward)
        return forward
    }

    /// `a` accepts, `r` rejects, `u` is unsure; each letter is one expert.
    @Test(arguments: [
        (1, "", "open"), (1, "a", "accepted"), (1, "r", "declined"), (1, "u", "disputed"), (1, "ar", "disputed"),
        (1, "aar", "accepted"), (1, "arr", "declined"),
        (2, "", "open"), (2, "a", "open"), (2, "r", "open"), (2, "u", "open"), (2, "aa", "accepted"),
        (2, "rr", "declined"), (2, "ar", "disputed"), (2, "au", "open"), (2, "ru", "open"), (2, "uu", "disputed"),
        (2, "ara", "accepted"), (2, "arr", "declined"), (2, "aru", "disputed"), (2, "aua", "accepted"),
        (2, "auua", "accepted"), (2, "aarr", "disputed"), (2, "aarra", "accepted"), (2, "aarrr", "declined"),
        (3, "aa", "open"), (3, "ar", "open"), (3, "aar", "open"), (3, "aau", "open"), (3, "aru", "disputed"),
        (3, "aaa", "accepted"), (3, "aara", "accepted"), (3, "aarr", "disputed"), (3, "aarrr", "declined"),
    ])
    func acceptance(_ quorum: Int, _ voices: String, _ expected: String) {
        let choices: [Character: Decision.Choice] = ["a": .accept, "r": .reject, "u": .unsure]
        let decisions = voices.enumerated().map { decision("d\($0)", "expert\($0)", choices[$1]!, at: $0) }
        #expect(outcome(decisions, quorum: quorum).acceptance.rawValue == expected)
    }

    @Test func oneExpertHasOneVoice() {
        let twice = [decision("1", "ann", .accept, at: 0), decision("2", "ann", .accept, at: 1)]
        #expect(outcome(twice).acceptance == .open)
        let changed = twice + [decision("3", "bob", .accept), decision("4", "ann", .reject, at: 2)]
        #expect(outcome(changed).acceptance == .disputed)
    }

    @Test(
        arguments: [
            ("aa", [nil, nil], Outcome.Facet.open, nil),
            ("a", ["organ"], .open, nil),
            ("aa", ["organ", nil], .agreed, "organ"),
            ("aa", ["organ", "organ"], .agreed, "organ"),
            ("aa", ["organ", "cellular"], .disputed, nil),
            ("aaa", ["organ", "cellular", "organ"], .agreed, "organ"),
            ("aaaa", ["organ", "cellular", "organ", "cellular"], .disputed, nil),
            ("aar", ["organ", "organ", "cellular"], .agreed, "organ"),
            ("aau", ["organ", nil, "cellular"], .agreed, "organ"),
            ("rr", ["organ", "organ"], .open, nil),
        ] as [(String, [String?], Outcome.Facet, String?)])
    func levelAndCaptionAreResolvedApart(
        _ voices: String, _ values: [String?], _ state: Outcome.Facet, _ value: String?
    ) {
        let choices: [Character: Decision.Choice] = ["a": .accept, "r": .reject, "u": .unsure]
        let decisions = voices.enumerated().map { index, voice in
            decision("d\(index)", "expert\(index)", choices[voice]!, at: index, level: values[index])
        }
        let levels = outcome(decisions)
        #expect(levels.levelState == state && levels.level == value)
        #expect(levels.captionState == .open && levels.caption == nil)
        let captions = outcome(
            decisions.map {
                var copy = $0
                (copy.level, copy.caption) = (nil, $0.level)
                return copy
            })
        #expect(captions.captionState == state && captions.caption == value)
        #expect(captions.levelState == .open && captions.level == nil)
        #expect(captions.acceptance == levels.acceptance)
    }

    @Test func captionsAreComparedAsText() {
        let same = [
            decision("1", "ann", .accept, caption: " e\u{301}tude "), decision("2", "bob", .accept, caption: "étude"),
            decision("3", "cy", .accept, caption: "  "),
        ]
        let result = outcome(same)
        #expect(result.captionState == .agreed && result.caption == "étude" && result.acceptance == .accepted)
    }
}

@Suite struct InForceTests {
    @Test func theLatestThatIsNotReplacedIsInForce() {
        let all = [
            decision("3", "ann", .reject, at: 1), decision("1", "ann", .accept, at: 2),
            decision("2", "bob", .accept, at: 3), decision("4", "bob", .unsure, at: 3),
            decision("5", "ann", .unsure, at: 0, clip: "clip-0"),
        ]
        #expect(InForce.decisions(all).map(\.id) == ["5", "1", "4"])
        #expect(InForce.decisions(all.reversed()).map(\.id) == ["5", "1", "4"])
        #expect(InForce.decisions([]).isEmpty)
    }

    @Test func replacementBeatsTheClock() {
        let all = [decision("1", "ann", .accept, at: 9), decision("2", "ann", .reject, at: 1, supersedes: "1")]
        #expect(InForce.decisions(all).map(\.id) == ["2"])
        let chain = all + [decision("3", "ann", .unsure, at: 0, supersedes: "2")]
        #expect(InForce.decisions(chain).map(\.id) == ["3"])
    }

    @Test func invalidReplacementsCountForNothing() {
        let other = [decision("1", "ann", .accept), decision("2", "bob", .reject, supersedes: "1")]
        #expect(InForce.decisions(other).map(\.id) == ["1", "2"])
        let clip = [decision("1", "ann", .accept), decision("2", "ann", .reject, clip: "clip-2", supersedes: "1")]
        #expect(InForce.decisions(clip).map(\.id) == ["1", "2"])
        let ring = [
            decision("1", "ann", .accept, at: 1, supersedes: "2"),
            decision("2", "ann", .reject, at: 2, supersedes: "1"),
        ]
        #expect(InForce.decisions(ring).map(\.id) == ["2"])
        #expect(InForce.decisions([decision("1", "ann", .accept, supersedes: "1")]).map(\.id) == ["1"])
        #expect(InForce.decisions([decision("1", "ann", .accept, supersedes: "9")]).map(\.id) == ["1"])
    }

    @Test func fractionsOfASecondAreOrdered() {
        var early = decision("9", "ann", .accept)
        var late = decision("1", "ann", .reject)
        (early.decidedAt, late.decidedAt) = ("2026-05-04T12:00:00Z", "2026-05-04T12:00:00.5Z")
        #expect(InForce.decisions([early, late]).map(\.id) == ["1"])
    }
}
