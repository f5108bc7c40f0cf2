import Model
import Review
import Testing

@Suite struct ClipVoicesTests {
    private func clip(_ decisions: [Decision]) -> ClipVoices {
        let forward = ClipVoices(decisions)
        #expect(ClipVoices(decisions.reversed()) == forward)
        return forward
    }

    @Test func anUndoTakesBackAsIfNeverSaid() {
        var all = [decision("1", "ann", .accept, at: 1), decision("2", "ann", .reject, at: 2, supersedes: "1")]
        #expect(clip(all).voices.map(\.id) == ["2"])
        all.append(decision("3", "ann", .undo, at: 3, supersedes: "2"))
        #expect(clip(all).voices.map(\.id) == ["1"])
        all.append(decision("4", "ann", .undo, at: 4, supersedes: "1"))
        #expect(clip(all).voices.isEmpty)
        all.append(decision("5", "ann", .undo, at: 5, supersedes: "4"))
        #expect(clip(all).voices.map(\.id) == ["1"])
        all.append(decision("6", "ann", .undo, at: 6, supersedes: "3"))
        #expect(clip(all).voices.map(\.id) == ["2"])
    }

    @Test func anUndoOfAnotherTimeOrPersonOrOfNothing() {
        let early = [decision("2", "ann", .accept, at: 5), decision("1", "ann", .undo, at: 1, supersedes: "2")]
        #expect(clip(early).voices.isEmpty)
        let other = [decision("1", "ann", .accept), decision("2", "bob", .undo, at: 1, supersedes: "1")]
        #expect(clip(other).voices.map(\.id) == ["1"])
        let nothing = [decision("1", "ann", .accept), decision("2", "ann", .undo, at: 1, supersedes: "9")]
        #expect(clip(nothing).voices.map(\.id) == ["1"])
        let ring = [
            decision("0", "ann", .accept, supersedes: "1"), decision("1", "ann", .undo, at: 1, supersedes: "2"),
            decision("2", "ann", .undo, at: 2, supersedes: "1"),
        ]
        #expect(clip(ring).voices.map(\.id) == ["0"])
    }

    /// Each undo names the undo before it: with an even number of them the voice stands.
    @Test(arguments: [20_000, 20_001])
    func longChains(_ length: Int) {
        let undos = (1...length).map { decision("\($0)", "ann", .undo, supersedes: "\($0 - 1)") }
        let all = [decision("0", "ann", .accept)] + undos
        #expect(clip(all).voices.map(\.id) == (length % 2 == 0 ? ["0"] : []))
        let replacing = (1...length).map { decision("\($0)", "ann", .reject, supersedes: "\($0 - 1)") }
        #expect(clip(all.prefix(1) + replacing).voices.map(\.id) == ["\(length)"])
    }

    @Test func reopenEndsWhatWasSaidBefore() {
        var all =
            voices("ar") + [
                decision("g", "eve", .accept, at: 2, standing: .gold),
                decision("s", "eve", .reject, at: 3, standing: .settle), decision("x", "eve", .reopen, at: 5),
            ]
        #expect(clip(all).voices.isEmpty && clip(all).settlement == nil && clip(all).gold?.id == "g")
        all.append(decision("v", "expert0", .unsure, at: 6))
        #expect(clip(all).voices.map(\.id) == ["v"])
        // Said before, heard of later: a browser without connection.
        all.append(decision("w", "zoe", .accept, at: 4))
        #expect(clip(all).voices.map(\.id) == ["v"])
        all.append(decision("y", "eve", .undo, at: 7, supersedes: "x"))
        #expect(clip(all).voices.map(\.id) == ["d1", "w", "v"] && clip(all).settlement?.id == "s")
    }

    @Test func sendBackAndSettleEndEachOther() {
        var all = voices("aa") + [decision("s", "eve", .reject, at: 3, standing: .settle)]
        #expect(clip(all).settlement?.id == "s" && clip(all).sentBack == nil)
        all.append(decision("b", "eve", .sendBack, at: 4))
        #expect(clip(all).settlement == nil && clip(all).sentBack?.id == "b")
        let spoken = all + [decision("v", "zoe", .accept, at: 5)]
        #expect(clip(spoken).settlement == nil && clip(spoken).sentBack == nil && clip(spoken).voices.count == 3)
        let unsaid = spoken + [decision("w", "zoe", .undo, at: 6, supersedes: "v")]
        #expect(clip(unsaid).sentBack?.id == "b")
        let again = all + [decision("t", "dan", .accept, at: 6, standing: .settle)]
        #expect(clip(again).settlement?.id == "t" && clip(again).sentBack == nil)
        let back = again + [decision("u", "dan", .undo, at: 7, supersedes: "t")]
        #expect(clip(back).settlement == nil && clip(back).sentBack?.id == "b")
    }

    @Test func whatIsNoAnswerSettlesNothing() {
        let odd = [
            decision("1", "eve", .unsure, standing: .settle), decision("2", "eve", .unsure, standing: .gold),
            decision("3", "eve", .accept, standing: .gold),
        ]
        #expect(clip(odd).voices.isEmpty && clip(odd).settlement == nil && clip(odd).gold?.id == "3")
    }

    @Test func clipsAreKeptApart() {
        let all = [
            decision("2", "ann", .undo, at: 2, clip: "c2", supersedes: "1"), decision("1", "ann", .accept, clip: "c1"),
            decision("3", "ann", .reopen, at: 3, clip: "c2"),
        ]
        #expect(InForce.clips(all).map(\.clip.rawValue) == ["c1", "c2"])
        #expect(InForce.decisions(all).map(\.id) == ["1"])
    }

    /// Three reviewers and two curators act at random; a replay of the rows that stand, in order, gives the same.
    @Test func agreesWithAReplay() {
        for seed in UInt64(1)...300 {
            var random = SplitMix(seed: seed)
            var rows: [Decision] = []
            var state = Replay()
            for step in 0..<random.whole(in: 1...30) {
                rows.append(Self.action(step, after: rows, state, &random))
                state = Replay(rows)
                let counted = ClipVoices(rows.shuffled(using: &random))
                let expected = state.voices.values.sorted { $0.id < $1.id }
                guard counted.voices == expected, counted.settlement == state.settlement, counted.gold == state.gold,
                    counted.sentBack == state.sentBack, ClipVoices(counted.decisions) == counted
                else {
                    Issue.record("seed \(seed), step \(step): \(counted) is not \(state)")
                    return
                }
            }
        }
    }

    private static func action(
        _ step: Int, after rows: [Decision], _ state: Replay, _ random: inout SplitMix
    ) -> Decision {
        let id = "d\(100 + step)"
        let curator = random.unit() < 0.4
        let who = random.pick(curator ? ["eve", "dan"] : ["ann", "bob", "cyd"])
        if random.unit() < 0.35, let own = rows.filter({ $0.reviewer == who }).randomElement(using: &random) {
            return decision(id, who, .undo, at: step, supersedes: own.id)
        }
        let answer = random.pick([Decision.Choice.accept, .reject])
        guard curator else {
            let known = random.unit() < 0.5 ? state.voices[who]?.id : nil
            return decision(id, who, random.pick(Decision.Choice.answers), at: step, supersedes: known)
        }
        let settled = state.settlement?.reviewer == who ? state.settlement?.id : nil
        return random.pick([
            decision(id, who, .reopen, at: step), decision(id, who, .sendBack, at: step),
            decision(id, who, answer, at: step, standing: .gold),
            decision(id, who, answer, at: step, supersedes: settled, standing: .settle),
        ])
    }

    /// Pointers and clocks at random, rings and strangers among them: the rules as they are written, one by one.
    @Test func agreesWithTheRulesAsWritten() {
        for seed in UInt64(1)...500 {
            var random = SplitMix(seed: seed)
            let count = random.whole(in: 1...12)
            let rows = (0..<count).map { index in
                let standing = random.pick([nil, nil, nil, Decision.Standing.settle, .gold])
                return decision(
                    "d\(10 + index)", random.pick(["ann", "ann", "bob"]), random.pick(Decision.Choice.allCases),
                    at: random.index(6), supersedes: random.unit() < 0.6 ? "d\(10 + random.index(count + 1))" : nil,
                    standing: standing)
            }
            let expected = Rules(rows)
            let counted = ClipVoices(rows.shuffled(using: &random))
            guard counted.voices.map(\.id) == expected.voices, counted.settlement?.id == expected.settlement,
                counted.gold?.id == expected.gold, counted.sentBack?.id == expected.sentBack
            else {
                Issue.record("seed \(seed): \(counted) is not \(expected) of \(rows)")
                return
            }
        }
    }
}

/// What counts, by acting out the rows that stand. Undos must name rows before them.
private struct Replay {
    var voices: [String: Decision] = [:]
    var settlement, gold, sentBack: Decision?

    init(_ rows: [Decision] = []) {
        var undone = Set<String>()
        for row in rows.reversed() where row.decision == .undo && !undone.contains(row.id) {
            undone.insert(row.supersedes ?? "")
        }
        for row in rows where !undone.contains(row.id) {
            switch (row.decision, row.standing) {
            case (.undo, _): break
            case (.reopen, _): (voices, settlement, sentBack) = ([:], nil, nil)
            case (.sendBack, _): (settlement, sentBack) = (nil, row)
            case (_, .settle): (settlement, sentBack) = (row, nil)
            case (_, .gold): gold = row
            default: (voices[row.reviewer], sentBack) = (row, nil)
            }
        }
    }
}

/// What counts, by the numbered rules of `ClipVoices`, each looked up anew.
private struct Rules {
    var voices: [String] = []
    var settlement, gold, sentBack: String?

    init(_ rows: [Decision]) {
        func next(_ row: Decision) -> Decision? {
            rows.first { $0.id == row.supersedes && $0.reviewer == row.reviewer }
        }
        func target(_ row: Decision) -> Decision? {
            var step = next(row)
            for _ in rows {
                if step?.id == row.id { return nil }
                step = step.flatMap(next)
            }
            return next(row)
        }
        func undone(_ row: Decision) -> Bool {
            rows.contains { $0.decision == .undo && target($0)?.id == row.id && !undone($0) }
        }
        func replaced(_ row: Decision) -> Bool {
            rows.contains { $0.decision != .undo && target($0)?.id == row.id && !undone($0) }
        }
        func before(_ a: Decision, _ b: Decision) -> Bool { (a.decidedAt, a.id) < (b.decidedAt, b.id) }
        let standing = rows.filter { $0.decision != .undo && !undone($0) && !replaced($0) }.sorted(by: before)
        let reopens = standing.filter { $0.decision == .reopen }
        let left = standing.filter { row in !reopens.contains { before(row, $0) } }
        func answers(_ rows: [Decision], _ standing: Decision.Standing) -> [Decision] {
            rows.filter { $0.standing == standing && [.accept, .reject].contains($0.decision) }
        }
        let spoken = left.filter { $0.standing == nil && Decision.Choice.answers.contains($0.decision) }
        let latest = spoken.filter { row in !spoken.contains { $0.reviewer == row.reviewer && before(row, $0) } }
        let backs = left.filter { $0.decision == .sendBack }
        let settled = answers(left, .settle)
        voices = latest.map(\.id)
        gold = answers(standing, .gold).last?.id
        settlement = settled.last { row in !backs.contains { before(row, $0) } }?.id
        sentBack = backs.last { row in !(settled + latest).contains { before(row, $0) } }?.id
    }
}
