import Manifest
import Model
import Pipeline
import Review
import ReviewDesk
import Testing

/// What curators do to clips.
@Suite struct ActionTests {
    @Test func aSettlementIsTheOutcomeUntilItIsUndone() throws {
        let desk = try DeskFixture()
        let clip = desk.clips[1]
        let done = try desk.act(
            CuratorAction(.settle, clips: [clip], decision: .accept, level: "cellular", caption: "Grains   of 3um"))
        #expect(done.receipt.done == 1 && done.receipt.ids.count == 1)
        #expect(done.touched.map(\.clip.id) == [clip] && done.touched[0].voices.settlement != nil)
        #expect(try desk.state(clip) == "accepted")
        #expect(try desk.manifest.decisions.outcome(on: clip)?.caption == "Grains of 3 µm")
        let undo = try desk.act(CuratorAction(.undo, of: done.receipt.action), at: 1)
        #expect(undo.receipt.done == 1)
        #expect(try desk.state(clip) == "ready" && desk.manifest.decisions.outcome(on: clip) == nil)
        #expect(try desk.act(CuratorAction(.undo, ids: done.receipt.ids), at: 2).receipt.done == 0, "once is enough")
        let listed = try ActionRecord.latest(by: "cora", limit: 8, in: desk.manifest)
        #expect(listed.map(\.decision) == [.undo, .accept] && listed.map(\.isUndone) == [false, true])
        #expect(try desk.manifest.decisions.verifyLedger() == 2)
    }

    @Test func aReopenedClipAsksAllAndOneSentBackAsksOne() throws {
        let desk = try DeskFixture()
        let clip = desk.clips[0]
        func wanted() throws -> Wanted {
            Wanted(ClipVoices(try desk.manifest.decisions.on(clip)), recipe: desk.workspace.recipe.review)
        }
        for (second, name) in ["ada", "bob"].enumerated() {
            try desk.answer(answer(clip), by: name, at: Double(second))
        }
        #expect(try desk.state(clip) == "accepted" && wanted().voices == 0)
        let sent = try desk.act(CuratorAction(.sendBack, clips: [clip]), at: 2).receipt
        #expect(try desk.state(clip) == "ready" && wanted().cause == .sentBack && wanted().wants("ada") == false)
        try desk.act(CuratorAction(.undo, of: sent.action), at: 3)
        #expect(try desk.state(clip) == "accepted")
        try desk.act(CuratorAction(.reopen, clips: [clip]), at: 4)
        #expect(try desk.state(clip) == "ready" && wanted().voices == 2 && wanted().wants("ada"))
    }

    /// Batches are transactions; the action is one all the same.
    @Test func manyClipsAreOneAction() throws {
        let desk = try DeskFixture(clips: 450)
        let id = "0d9f0f7e-6c55-4d32-9c0f-6a2a1f6f0001"
        let action = CuratorAction(.settle, id: id, clips: desk.clips, decision: .reject, reason: "overlay")
        #expect(try desk.act(action).receipt.done == 450)
        #expect(try desk.act(action, at: 5).receipt.done == 450, "sent again")
        #expect(try desk.manifest.decisions.all().count == 450, "and recorded once")
        #expect(try ActionRecord.latest(by: "cora", limit: 8, in: desk.manifest).map(\.clips) == [450])
        let undo = try desk.act(CuratorAction(.undo, of: id), at: 6).receipt
        #expect(undo.done == 450)
        #expect(try desk.state(desk.clips[449]) == "ready")
        let redo = try desk.act(CuratorAction(.undo, of: undo.action), at: 7).receipt
        #expect(try redo.done == 450 && desk.state(desk.clips[449]) == "declined")
        let deeper = try fault { try desk.act(CuratorAction(.undo, of: redo.action), at: 8) }
        #expect(deeper?.reason == .invalid, "the action itself is undone instead")
    }

    @Test func whatIsNotAllowedIsNotRecorded() throws {
        let desk = try DeskFixture()
        let (clip, none) = (desk.clips[0], ClipID(rawValue: "clip-0"))
        let wrong: [(CuratorAction, Fault.Reason)] = [
            (CuratorAction(.settle, clips: [clip]), .invalid),
            (CuratorAction(.settle, clips: [clip], decision: .unsure), .invalid),
            (CuratorAction(.settle, clips: [clip], decision: .accept, level: "planet"), .invalid),
            (CuratorAction(.settle, clips: [clip], decision: .reject, reason: "mood"), .invalid),
            (CuratorAction(.gold, clips: [clip], decision: .undo), .invalid),
            (CuratorAction(.settle, decision: .accept), .invalid),
            (CuratorAction(.settle, clips: [clip, none], decision: .accept), .notFound),
            (CuratorAction(.reopen, id: "1", clips: [clip]), .invalid),
            (CuratorAction(.reopen, clips: (0...1000).map { ClipID(rawValue: "clip-\($0)") }), .invalid),
            (CuratorAction(.undo, of: "%"), .notFound), (CuratorAction(.undo), .notFound),
            (CuratorAction(.undo, ids: (0...20_000).map { "\($0)" }), .invalid),
        ]
        for (action, reason) in wrong {
            let refused = try fault { try desk.act(action) }
            #expect(refused?.reason == reason, "\(action): \(refused.map { "\($0)" } ?? "taken")")
        }
        #expect(try desk.manifest.decisions.all().isEmpty)
        let done = try desk.act(CuratorAction(.reopen, clips: [clip])).receipt
        let foreign = try fault { try desk.act(CuratorAction(.undo, of: done.action), by: "carl", at: 1) }
        #expect(foreign?.reason == .notFound, "each undoes their own")
    }

    @Test func aKnownAnswerIsTakenBackByWhoGaveIt() throws {
        let desk = try DeskFixture()
        let clip = desk.clips[0]
        func takeBack(_ name: String, at seconds: Double) throws -> ActionIntake.Result {
            try desk.actions.takeBackKnownAnswers(to: [clip], by: name, now: DeskFixture.noon + seconds)
        }
        func gold() throws -> Decision.Choice? { ClipVoices(try desk.manifest.decisions.on(clip)).gold?.decision }
        #expect(try fault { try takeBack("cora", at: 0) }?.reason == .conflict, "there is none")
        try desk.act(CuratorAction(.gold, clips: [clip], decision: .reject), at: 1)
        try desk.act(CuratorAction(.gold, clips: [clip], decision: .accept), at: 2)
        #expect(try gold() == .accept && desk.state(clip) == "ready", "it decides nothing")
        #expect(try fault { try takeBack("carl", at: 3) }?.what.contains("cora") == true)
        #expect(try takeBack("cora", at: 4).receipt.ids.count == 2, "the former one doesn't count again")
        #expect(try gold() == nil)
        #expect(try fault { try takeBack("cora", at: 5) }?.reason == .conflict, "taken back already")
        try desk.act(CuratorAction(.gold, clips: [clip], decision: .accept), by: "carl", at: 6)
        try desk.act(CuratorAction(.gold, clips: [clip], decision: .reject), at: 7)
        #expect(try fault { try takeBack("carl", at: 8) }?.what.contains("cora") == true, "cora's counts")
        #expect(try takeBack("cora", at: 9).receipt.ids.count == 1)
        #expect(try gold() == .accept, "carl's counts again")
        #expect(try takeBack("carl", at: 10).receipt.ids.count == 1)
        #expect(try gold() == nil)
    }

    @Test func onlyWhatWasSaidCanBeEnded() throws {
        let desk = try DeskFixture()
        let clip = desk.clips[0]
        func refusal(_ clips: [ClipID]) throws -> Fault? { try fault { try desk.actions.requireDecided(clips) } }
        #expect(try refusal([clip])?.reason == .conflict)
        try desk.answer(answer(clip, .unsure))
        #expect(try refusal([clip]) == nil)
        #expect(try refusal([clip, desk.clips[1]])?.place == desk.clips[1].rawValue)
        #expect(try refusal([clip, ClipID(rawValue: "clip-0")])?.reason == .notFound)
        try desk.act(CuratorAction(.reopen, clips: [clip]), at: 1)
        #expect(try refusal([clip])?.reason == .conflict, "it is open already")
        try desk.act(CuratorAction(.gold, clips: [clip], decision: .accept), at: 2)
        #expect(try refusal([clip])?.reason == .conflict, "a known answer is no voice")
        try desk.act(CuratorAction(.settle, clips: [clip], decision: .accept), at: 3)
        #expect(try refusal([clip]) == nil)
    }

    @Test func pairsAreKeptApart() throws {
        let desk = try DeskFixture()
        let (a, b) = (desk.clips[0], desk.clips[1])
        func pair(_ a: ClipID, _ b: ClipID, apart: Bool) throws {
            try desk.actions.pair(a, b, apart: apart, by: "cora")
        }
        try pair(b, a, apart: true)
        try pair(a, b, apart: true)
        #expect(try desk.manifest.duplicates.separated() == [[min(a, b), max(a, b)]])
        try pair(a, b, apart: false)
        #expect(try desk.manifest.duplicates.separated().isEmpty)
        #expect(try fault { try pair(a, a, apart: true) }?.reason == .invalid)
        #expect(try fault { try pair(a, ClipID(rawValue: "clip-0"), apart: true) }?.reason == .notFound)
    }

    @Test func whoSpeaksAsACuratorIsOne() throws {
        let desk = try DeskFixture()
        let moments = ("2026-05-04T12:00:00Z", "2026-05-05T12:00:00Z")
        for (name, role) in [("ada", Person.Role.reviewer), ("cora", .curator), ("carl", .curator)] {
            try desk.manifest.commit {
                try $0.people.invite(
                    name, role: role, token: Digest(of: name), at: moments.0, until: moments.1)
            }
        }
        #expect(try desk.manifest.commit { try $0.people.bar("carl", at: moments.0) })
        func curator(_ name: String) throws -> String { try PersonName.curator(name, at: "--as", in: desk.manifest) }
        #expect(try curator(" cora\n") == "cora")
        #expect(try curator("zoe\u{308}") == "zo\u{eb}", "unknown, and in one form")
        for (name, reason) in [
            ("ada", Fault.Reason.forbidden), ("carl", .forbidden), ("", .invalid), ("a\nb", .invalid),
        ] {
            #expect(try fault { try curator(name) }?.reason == reason, "\(name)")
        }
        #expect(try fault { try curator(String(repeating: "x", count: 81)) }?.place == "--as")
    }

    /// The queue as the manifest gives it: what is in dispute first, nothing that is done, known answers apart.
    @Test func theQueueIsReadFromTheManifest() throws {
        let desk = try DeskFixture()
        for (second, (clip, name, choice)) in [
            (2, "ada", Decision.Choice.accept), (2, "bob", .reject), (1, "ada", .accept), (1, "bob", .accept),
        ].enumerated() {
            try desk.answer(answer(desk.clips[clip], choice), by: name, at: Double(second))
        }
        try desk.act(CuratorAction(.gold, clips: [desk.clips[3]], decision: .accept), at: 9)
        let snapshot = try QueueSnapshot(of: desk.manifest, recipe: desk.workspace.recipe)
        let clips = snapshot.entries.map(\.clip)
        #expect(clips.first == desk.clips[2] && clips.sorted() == [0, 2, 3].map { desk.clips[$0] }.sorted())
        #expect(snapshot.entries[0].wanted.cause == .tie)
        #expect(snapshot.gold.keys.sorted() == [desk.clips[3]])
    }
}
