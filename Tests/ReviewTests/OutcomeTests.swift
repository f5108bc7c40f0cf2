import Model
import Review
import Testing

@Suite struct OutcomeTests {
    private func outcome(_ decisions: [Decision], quorum: Int = 2) -> Outcome {
        let recipe = review(quorum: quorum)
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
    func acceptance(_ quorum: Int, _ letters: String, _ expected: String) {
        #expect(outcome(voices(letters), quorum: quorum).acceptance.rawValue == expected)
    }

    /// What stands on record: nothing while nobody has decided, and an open outcome once a clip was reopened.
    @Test func anOutcomeIsOnRecordOnceSomebodyDecided() {
        func recorded(_ decisions: Decision...) -> Outcome? {
            OutcomeResolver.recorded(decisions, recipe: review(quorum: 1))
        }
        let accept = decision("1", "ann", .accept, at: 0)
        #expect(recorded() == nil)
        #expect(recorded(accept)?.acceptance == .accepted)
        #expect(recorded(decision("1", "ann", .unsure)) != nil, "unsure has decided too")
        #expect(recorded(accept, decision("2", "ann", .undo, at: 1, supersedes: "1")) == nil, "taken back")
        #expect(recorded(decision("1", "cora", .accept, standing: .gold)) == nil, "a known answer decides nothing")
        #expect(recorded(decision("1", "cora", .reject, standing: .settle))?.acceptance == .declined)
        #expect(recorded(decision("1", "cora", .sendBack)) == .open)
        #expect(recorded(accept, decision("2", "cora", .reopen, at: 1)) == .open, "it stays in use")
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
        _ letters: String, _ values: [String?], _ state: Outcome.Facet, _ value: String?
    ) {
        let decisions = voices(letters, levels: values)
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

    @Test func aSettlementIsTheOutcome() {
        let disputed = voices("aar", levels: ["organ", "cellular"])
        let accepted = decision("s", "eve", .accept, at: 9, caption: " A cell ", standing: .settle)
        let settled = outcome(disputed + [accepted])
        #expect(settled.acceptance == .accepted && settled.captionState == .agreed && settled.caption == "A cell")
        #expect(settled.levelState == .disputed && settled.level == nil)
        let level = outcome(disputed + [decision("s", "eve", .accept, at: 9, level: "organ", standing: .settle)])
        #expect(level.levelState == .agreed && level.level == "organ" && level.captionState == .open)
        let declined = outcome(disputed + [decision("s", "eve", .reject, at: 9, level: "organ", standing: .settle)])
        #expect(declined.acceptance == .declined && declined.levelState == .disputed)
        let alone = outcome([accepted])
        #expect(alone.acceptance == .accepted && alone.levelState == .open && alone.caption == "A cell")
        // A voice that comes later changes nothing; the known answer never does.
        #expect(outcome([accepted, decision("v", "ann", .reject, at: 10)]) == alone)
        #expect(outcome([accepted, decision("g", "dan", .reject, at: 10, standing: .gold)]) == alone)
        #expect(outcome([decision("g", "dan", .accept, standing: .gold)]) == .open)
    }

    @Test func whatIsSentBackIsOpenUntilOneMoreHasSpoken() {
        let back = decision("b", "eve", .sendBack, at: 9)
        #expect(outcome(voices("aa") + [back]).acceptance == .open)
        #expect(outcome(voices("aa") + [back, decision("v", "zoe", .reject, at: 10)]).acceptance == .accepted)
        #expect(outcome(voices("aa") + [back, decision("v", "zoe", .reject, at: 8)]).acceptance == .open)
        let settled = [decision("s", "dan", .reject, at: 5, standing: .settle), back]
        #expect(outcome(voices("aa") + settled).acceptance == .open)
        #expect(outcome(voices("aa") + settled + [decision("v", "zoe", .accept, at: 10)]).acceptance == .accepted)
        let undone = decision("u", "eve", .undo, at: 11, supersedes: "b")
        #expect(outcome(voices("aa") + settled + [undone]).acceptance == .declined)
        #expect(outcome(voices("aa") + [decision("x", "eve", .reopen, at: 9)]) == .open)
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
