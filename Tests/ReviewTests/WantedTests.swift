import Model
import Review
import Testing

@Suite struct WantedTests {
    @Test(
        arguments: [
            (2, "", 2, .quorum), (2, "a", 1, .quorum), (2, "r", 1, .quorum), (2, "u", 1, .quorum), (2, "aa", 0, nil),
            (2, "rr", 0, nil), (2, "ar", 1, .tie), (2, "uu", 1, .tie), (2, "au", 1, .quorum), (2, "aru", 1, .tie),
            (2, "auu", 1, .quorum), (2, "auuu", 0, .quorum), (2, "aarr", 0, .tie), (2, "uuuu", 0, .tie),
            (2, "arr", 0, nil), (2, "aarrr", 0, nil),
            (1, "", 1, .quorum), (1, "u", 1, .tie), (1, "uu", 0, .tie), (1, "ua", 0, nil),
            (3, "", 3, .quorum), (3, "ar", 1, .quorum), (3, "aarr", 1, .tie), (3, "aarru", 1, .tie),
            (3, "aarruu", 0, .tie), (0, "", 1, .quorum),
        ] as [(Int, String, Int, Wanted.Cause?)])
    func whileAcceptanceIsOpenOrDisputed(_ quorum: Int, _ letters: String, _ more: Int, _ cause: Wanted.Cause?) {
        let wanted = Wanted(ClipVoices(voices(letters)), recipe: review(quorum: quorum))
        #expect(wanted.voices == more && wanted.cause == cause)
        #expect(wanted.needsCurator == (cause != nil && more == 0))
        #expect(
            wanted.spoken == Set(letters.indices.map { "expert\(letters.distance(from: letters.startIndex, to: $0))" }))
        #expect(wanted.wants("zoe") == (more > 0) && !wanted.wants("expert0") || letters.isEmpty)
    }

    @Test(
        arguments: [
            ("aa", ["organ", "cellular"], 1, .facet), ("aa", ["organ", "organ"], 0, nil), ("aa", ["organ"], 0, nil),
            ("aaa", ["organ", "cellular"], 0, .facet), ("aaa", ["organ", "cellular", "organ"], 0, nil),
            ("aar", ["organ", "cellular"], 1, .facet), ("aaru", ["organ", "cellular"], 0, .facet),
        ] as [(String, [String?], Int, Wanted.Cause?)])
    func whileAFacetIsDisputed(_ letters: String, _ levels: [String?], _ more: Int, _ cause: Wanted.Cause?) {
        let decisions = voices(letters, levels: levels)
        let captions = decisions.map { decision in
            var copy = decision
            (copy.level, copy.caption) = (nil, decision.level)
            return copy
        }
        for decisions in [decisions, captions] {
            let wanted = Wanted(ClipVoices(decisions), recipe: review(quorum: 2))
            #expect(wanted.voices == more && wanted.cause == cause)
            #expect(wanted.needsCurator == (cause != nil && more == 0))
        }
    }

    @Test func theCuratorsWord() {
        func wanted(_ more: [Decision]) -> Wanted {
            Wanted(ClipVoices(voices("aarr") + more), recipe: review(quorum: 2))
        }
        let settled = decision("s", "eve", .accept, at: 20, standing: .settle)
        #expect(wanted([]).needsCurator)
        #expect(wanted([settled]).cause == nil && wanted([settled]).voices == 0 && !wanted([settled]).needsCurator)
        let back = wanted([settled, decision("b", "eve", .sendBack, at: 21)])
        #expect(back.cause == .sentBack && back.voices == 1 && back.wants("zoe") && !back.wants("expert3"))
        let spoken = wanted([settled, decision("b", "eve", .sendBack, at: 21), decision("v", "zoe", .accept, at: 22)])
        #expect(spoken.cause == nil && spoken.voices == 0)
        let reopened = wanted([decision("x", "eve", .reopen, at: 23)])
        #expect(reopened.cause == .quorum && reopened.voices == 2 && reopened.wants("expert0"))
    }

    /// Experts are asked while somebody is wanted. It ends by 2q voices, by 2q - 1 with an outcome where nobody is
    /// unsure, and then the outcome is whole or the curator is called.
    @Test func askingEnds() {
        for seed in UInt64(1)...400 {
            var random = SplitMix(seed: seed)
            let quorum = random.whole(in: 1...4)
            let sure = seed % 2 == 0
            var said: [Decision] = []
            var wanted = Wanted(ClipVoices(said), recipe: review(quorum: quorum))
            while wanted.voices > 0, said.count < 50 {
                let choice = random.pick(sure ? [Decision.Choice.accept, .reject] : Decision.Choice.answers)
                let level = sure ? nil : random.pick([nil, "organ", "cellular"])
                said.append(decision("d\(said.count)", "e\(said.count)", choice, at: said.count, level: level))
                wanted = Wanted(ClipVoices(said), recipe: review(quorum: quorum))
            }
            let outcome = OutcomeResolver.resolve(decisions: said, recipe: review(quorum: quorum))
            let whole =
                outcome.acceptance == .declined
                || outcome.acceptance == .accepted && outcome.levelState != .disputed
                    && outcome.captionState != .disputed
            #expect(said.count <= (sure ? 2 * quorum - 1 : 2 * quorum), "seed \(seed)")
            #expect(said.count >= quorum && whole == !wanted.needsCurator && (!sure || whole), "seed \(seed)")
        }
    }
}
