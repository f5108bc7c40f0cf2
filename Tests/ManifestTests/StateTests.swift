import ByHand
import Foundation
import Manifest
import Model
import Testing

/// Where a clip stands, out of the records.
@Suite struct StateTests {
    let fixture: Fixture
    let manifest: Manifest
    init() throws {
        fixture = try Fixture()
        manifest = try fixture.manifest(clips: 3)
    }

    private var clip: ClipID { fixture.clip(0) }

    private func outcome(_ acceptance: Outcome.Acceptance, of clip: ClipID, _ number: Int = 0) throws {
        try manifest.commit {
            try $0.decisions.record([decision(number, on: clip)]) { _ in
                Outcome(acceptance: acceptance, levelState: .open, level: nil, captionState: .open, caption: nil)
            }
        }
    }

    private func duplicate(_ clip: ClipID, of representative: ClipID) throws {
        let rows = [clip, representative].map {
            DuplicateRecord(clip: $0, group: "dup-1", representative: representative, distance: 3, offsetSeconds: 0)
        }
        try manifest.commit { try $0.duplicates.record(rows) }
    }

    private func fail(_ stage: String, _ reason: Fault.Reason) throws {
        let fault = Fault(reason, "it broke", at: "x", advice: "Mend it.")
        try manifest.commit { try $0.tasks.fail(.byHand(clip.rawValue), stage: stage, fault: fault) }
    }

    private func expect(_ state: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
        #expect(try fixture.state(clip, in: manifest) == state, sourceLocation: sourceLocation)
        let overview = try manifest.query(
            "SELECT state || COALESCE(' ' || reason, '') FROM clip_overview WHERE clip_id = ?", [clip.rawValue]
        ).rows
        #expect(overview == [[.text(state)]], sourceLocation: sourceLocation)
    }

    @Test func aClipIsReadyOnceItIsCutAndCaptioned() throws {
        try expect("proposed")
        try manifest.judge(clip)
        try expect("proposed")
        try manifest.cut(clip)
        try expect("proposed")
        try manifest.caption(clip)
        try expect("ready")
    }

    @Test func theFirstFilterAgainstItGivesTheReason() throws {
        let pass = Verdict(filter: .tooShort, answer: .pass, value: 4, threshold: 2)
        let unmeasured = Verdict(filter: .border, answer: .error, value: nil, threshold: 0.1)
        let blurred = Verdict(filter: .blurred, answer: .fail, value: 0.1, threshold: 2)
        try manifest.judge(clip, [pass, blurred, unmeasured])
        try expect("rejected blurred")
        try manifest.judge(clip, [unmeasured, blurred])
        try expect("rejected border_unmeasured")
        #expect(try manifest.overview.reasons(of: .rejected) == ["border_unmeasured": 1])
        try manifest.judge(clip, [pass])
        try expect("proposed")
    }

    /// Each fact outranks those recorded before it.
    @Test func theOrderOfAuthority() throws {
        try manifest.judge(clip)
        try manifest.cut(clip)
        try manifest.caption(clip)
        try expect("ready")
        try manifest.judge(clip, [Verdict(filter: .static, answer: .fail, value: 0, threshold: 0.1)])
        try expect("rejected static")
        try outcome(.open, of: clip, 1)
        try expect("ready")
        try outcome(.accepted, of: clip, 2)
        try expect("accepted experts")
        try outcome(.disputed, of: clip, 3)
        try expect("disputed experts")
        try fail("caption", .internal)
        try expect("failed internal")
        try fail("cut", .timedOut)
        try expect("failed timed_out")
        try duplicate(clip, of: fixture.clip(1))
        try expect("duplicate duplicate_of \(fixture.clip(1))")
        try outcome(.declined, of: clip, 4)
        try expect("declined experts")
        try manifest.commit { try $0.withdrawals.add(clip.rawValue, reason: "no licence") }
        try expect("withdrawn no licence")
    }

    @Test func theRepresentativeIsNoDuplicate() throws {
        try duplicate(fixture.clip(1), of: clip)
        try expect("proposed")
        #expect(try fixture.state(fixture.clip(1), in: manifest) == "duplicate duplicate_of \(clip)")
        #expect(try manifest.overview.reasons(of: .duplicate) == ["duplicate": 1])
    }

    @Test func failuresCountUntilTheyAreTriedAgain() throws {
        try manifest.judge(clip)
        try fail("cut", .crashed)
        try expect("failed crashed")
        #expect(try manifest.commit { try $0.tasks.retry() } == 1)
        try expect("proposed")
        try fail("scan", .crashed)
        try expect("proposed")
        try fail("cut", .crashed)
        try manifest.cut(clip)
        try manifest.caption(clip)
        try expect("ready")
    }

    @Test func anUndecidedClipThatIsNoLongerProposedRetires() throws {
        try manifest.judge(clip)
        try manifest.propose([50..<150, 200..<300], of: fixture.source)
        try expect("retired not_proposed")
        #expect(try !manifest.clips.inUse().contains { $0.id == clip })
        #expect(try !manifest.clips.passing().contains { $0.id == clip })
        // A decision brings it back into use, its span frozen.
        try outcome(.accepted, of: clip)
        try expect("accepted experts")
        try manifest.propose([60..<160], of: fixture.source)
        try expect("accepted experts")
        let kept = try #require(try manifest.clips.inUse().first { $0.id == clip })
        #expect(!kept.proposed && kept.span == ClipSpan(0..<100))
        #expect(try manifest.clips.frozen(of: fixture.source).map(\.id) == [clip])
        #expect(
            try manifest.query(
                "SELECT other_id, shared_frames FROM clip_overlap WHERE clip_id = ? ORDER BY 2", [clip.rawValue]
            )
            .rows.map { $0[1] } == [.integer(40), .integer(50)])
        #expect(try manifest.clips.signals(of: fixture.source)[clip] == ["duration": 4])
        try manifest.propose([0..<100], of: fixture.source)
        #expect(try manifest.clips.clip(clip).proposed)
    }

    @Test func anOpenOutcomeFreezesToo() throws {
        try outcome(.open, of: clip)
        try manifest.propose([], of: fixture.source)
        try expect("proposed")
        #expect(try manifest.clips.inUse().map(\.id) == [clip])
    }

    @Test func aWithdrawnSourceTakesItsClipsAlong() throws {
        try manifest.commit { try $0.withdrawals.add(fixture.source.rawValue, reason: "asked to") }
        try expect("withdrawn asked to")
        try manifest.commit { try $0.withdrawals.add(clip.rawValue, reason: "more than that") }
        try expect("withdrawn more than that")
        #expect(
            try manifest.query("SELECT count(*) FROM clip_overview WHERE state = 'withdrawn'").rows == [[.integer(3)]])
        #expect(throws: Fault.self) { try manifest.commit { try $0.withdrawals.add("src-unknown", reason: "x") } }
        #expect(try manifest.clips.passing().isEmpty)
    }

    @Test func everyStateHasItsName() throws {
        let sql = try manifest.query("SELECT sql FROM sqlite_schema WHERE name = 'clip_state'").rows[0][0].description
        for state in ClipState.allCases { #expect(sql.contains("'\(state.rawValue)'"), "\(state)") }
    }

    /// From what was proposed on, no step holds more than the one before, whatever is recorded.
    @Test(arguments: 0..<12) func theFunnelNarrows(seed: Int) throws {
        let fixture = try Fixture()
        let manifest = try fixture.manifest(clips: 12)
        var random = SplitMix(seed: UInt64(seed))
        var history: [String] = []
        for step in 0..<60 {
            let clip = fixture.clip(Int(random.next() % 12))
            let choice = random.next() % 8
            history.append("\(choice) on \(clip)")
            switch choice {
            case 0: try manifest.judge(clip)
            case 1:
                try manifest.judge(clip, [Verdict(filter: .text, answer: .error, value: nil, threshold: 1)])
            case 2: try manifest.cut(clip)
            case 3: try manifest.caption(clip)
            case 4:
                let acceptance = [Outcome.Acceptance.open, .accepted, .declined, .disputed][Int(random.next() % 4)]
                try manifest.commit {
                    try $0.decisions.record([decision(step, on: clip)]) { _ in
                        Outcome(
                            acceptance: acceptance, levelState: .open, level: nil, captionState: .open, caption: nil)
                    }
                }
            case 5:
                let other = fixture.clip(Int(random.next() % 12))
                let rows = Set([clip, other]).map {
                    DuplicateRecord(
                        clip: $0, group: "dup-1", representative: other, distance: nil, offsetSeconds: nil)
                }
                try manifest.commit { try $0.duplicates.record(rows) }
            case 6:
                let fault = Fault(.crashed, "it broke", at: "x", advice: "Mend it.")
                try manifest.commit { try $0.tasks.fail(.byHand(clip.rawValue), stage: "cut", fault: fault) }
            default:
                if random.next() % 4 == 0 { try manifest.commit { try $0.withdrawals.add(clip.rawValue, reason: "x") } }
            }
            let funnel = try manifest.overview.funnel()
            #expect(
                funnel.map(\.step) == ["sources", "shots", "proposed", "passed", "unique", "ready", "accepted"])
            let counts = funnel.dropFirst(2).map(\.count)
            #expect(counts == counts.sorted(by: >), "seed \(seed): \(funnel) after \(history)")
            #expect(try manifest.overview.states().values.reduce(0, +) == 12)
        }
    }
}
