import ByHand
import Manifest
import Model
import Review
import ReviewDesk
import Testing

/// What becomes of experts' answers.
@Suite struct AnswerTests {
    @Test func twoVoicesMakeAnOutcome() throws {
        let desk = try DeskFixture()
        let clip = desk.clips[0]
        let first = try desk.answer(answer(clip, level: "cellular", caption: "Grains   of 3um"))
        #expect(first.receipt.status == .recorded && first.receipt.message == nil && first.answered == 1)
        #expect(first.touched.map(\.clip.id) == [clip] && first.touched[0].voices.voices.map(\.reviewer) == ["ada"])
        #expect(try desk.state(clip) == "ready", "one of two")
        try desk.answer(answer(clip, level: "cellular"), by: "bob", at: 1)
        #expect(try desk.state(clip) == "accepted")
        #expect(try desk.manifest.decisions.on(clip)[0].caption == "Grains of 3 µm", "in its normal form")
        #expect(try desk.manifest.decisions.on(clip).map(\.client) == ["page", "page"])
        #expect(try desk.manifest.decisions.verifyLedger() == 2)
    }

    @Test func aCaptionAsItWasIsNoCaption() throws {
        let desk = try DeskFixture()
        var given = answer(desk.clips[0], caption: "Cells divide.")
        given.captionSha256 = Digest(of: "Cells divide.")
        try desk.answer(given)
        #expect(try desk.manifest.decisions.all().map(\.caption) == [nil])
    }

    @Test func theSameAnswerIsRecordedOnce() throws {
        let desk = try DeskFixture()
        var given = answer(desk.clips[0])
        try desk.answer(given)
        let again = try desk.answer(given, at: 9)
        #expect(again.receipt.status == .known && again.answered == 0)
        #expect(try desk.manifest.decisions.all().count == 1)
        given.decision = .reject
        #expect(try fault { try desk.answer(given) }?.reason == .conflict)
        given.decision = .accept
        #expect(try fault { try desk.answer(given, by: "bob") }?.reason == .conflict, "another's")
    }

    @Test func theNewerAnswerCountsAndBothAreKept() throws {
        let desk = try DeskFixture("review: {quorum: 1}")
        let clip = desk.clips[0]
        try desk.answer(answer(clip), at: 5000)
        let newer = try desk.answer(answer(clip, .reject), at: 5001)
        #expect(newer.receipt.message?.contains("newer answer counts") == true && newer.answered == 0)
        #expect(try desk.state(clip) == "declined")
        let late = try desk.answer(answer(clip, age: 3600), at: 5002)
        #expect(late.receipt.message?.contains("Both are kept") == true)
        #expect(try desk.state(clip) == "declined", "it was said an hour before")
        #expect(try desk.manifest.decisions.all().count == 3)
    }

    @Test func anAnswerIsTakenBackByItsAuthor() throws {
        let desk = try DeskFixture("review: {quorum: 1}")
        let clip = desk.clips[0]
        let given = answer(clip)
        try desk.answer(given)
        let undo = answer(clip, .undo, supersedes: given.id)
        #expect(try fault { try desk.answer(undo, by: "bob", at: 1) }?.reason == .notFound)
        let elsewhere = answer(desk.clips[1], .undo, supersedes: given.id)
        #expect(try fault { try desk.answer(elsewhere, at: 1) }?.reason == .notFound)
        #expect(try desk.answer(undo, at: 1).answered == -1)
        #expect(try desk.state(clip) == "ready")
        #expect(try desk.manifest.decisions.all().map(\.decision) == [.accept, .undo], "nothing is lost")
    }

    @Test func aTrimIsARejectAndAcceptsOfSpans() throws {
        let desk = try DeskFixture("review: {quorum: 1}")
        let clip = desk.clips[1]
        let given = answer(clip, level: "cellular", spans: [[5, 40], [60, 100]])
        let result = try desk.answer(given)
        #expect(result.receipt.message?.contains("2 new clips") == true)
        let said = try desk.manifest.decisions.on(clip)
        #expect(said.map(\.decision) == [.reject] && said[0].reasons == [Decision.trimmed] && said[0].level == nil)
        let parts = try desk.manifest.decisions.from(said[0])
        #expect(parts.map(\.decision) == [.accept, .accept] && parts.allSatisfy { $0.level == "cellular" })
        let spans = try desk.manifest.clips.named(parts.map(\.clipId)).map(\.span).sorted()
        #expect(spans == [105..<140, 160..<200].map { ClipSpan($0) })
        #expect(result.touched.map(\.clip.id) == ([clip] + parts.map(\.clipId)).sorted())
        #expect(try desk.answer(given, at: 1).receipt.status == .known)

        try desk.answer(answer(clip, .undo, supersedes: given.id), at: 2)
        #expect(try desk.state(clip) == "ready")
        for part in parts { #expect(ClipVoices(try desk.manifest.decisions.on(part.clipId)).voices.isEmpty) }
    }

    @Test(arguments: [
        [[5, 5]], [[0, 100]], [[-1, 3]], [[3, 199]], [[9, 20], [10, 30]], [[3]], [[9, 3]], [],
        [[Int]](repeating: [1, 2], count: 9),
    ])
    func spansThatCutNothingAreRefused(spans: [[Int]]) throws {
        let desk = try DeskFixture()
        let refused = try fault { try desk.answer(answer(desk.clips[0], spans: spans)) }
        #expect(refused?.reason == .invalid)
        #expect(try desk.manifest.decisions.all().isEmpty)
    }

    @Test func whatIsNotAllowedIsNotRecorded() throws {
        let desk = try DeskFixture()
        let clip = desk.clips[0]
        var otherId = answer(clip)
        otherId.id = "1"
        let wrong: [(Answer, Fault.Reason)] = [
            (answer(clip, .reopen), .forbidden), (answer(clip, .sendBack), .forbidden),
            (answer(ClipID(rawValue: "clip-0")), .notFound), (answer(clip, .undo), .invalid),
            (answer(clip, .undo, supersedes: answer(clip).id), .notFound),
            (answer(clip, level: "planet"), .invalid), (answer(clip, .reject, reasons: ["mood"]), .invalid),
            (otherId, .invalid),
        ]
        for (given, reason) in wrong {
            let refused = try fault { try desk.answer(given) }
            #expect(refused?.reason == reason, "\(given): \(refused.map { "\($0)" } ?? "taken")")
        }
        #expect(try desk.manifest.decisions.all().isEmpty)
        #expect(try fault { try desk.answer(answer(clip, level: "planet")) }?.place == clip.rawValue)
    }

    @Test func aKnownAnswerIsToldWhereTheRecipeAllowsIt() throws {
        for (feedback, isTold) in [("answer", true), ("none", false)] {
            let desk = try DeskFixture("review: {gold_feedback: \(feedback)}")
            try desk.act(CuratorAction(.gold, clips: [desk.clips[0]], decision: .accept, level: "organ"))
            let wrong = try desk.answer(answer(desk.clips[0], level: "cellular"), at: 1).receipt
            #expect(wrong.gold.map { $0.right } == (isTold ? false : nil))
            let right = try desk.answer(answer(desk.clips[0]), by: "bob", at: 2).receipt
            #expect(right.gold.map { $0.right } == (isTold ? true : nil), "who names no level is right")
            #expect(try desk.answer(answer(desk.clips[1]), at: 3).receipt.gold == nil)
        }
    }
}

/// From a rendition's frames to the source's.
@Suite struct ClipFramesTests {
    @Test func partsOfARenditionAreSpansOfTheSource() throws {
        let desk = try DeskFixture()
        let clip = try desk.manifest.clips.clip(desk.clips[1])
        func frames(_ step: Int) throws -> ClipFrames {
            try ClipFrames(
                of: clip, rendition: Rendition(byHand: clip, step: step), in: desk.workspace, desk.manifest)
        }
        let half = try frames(2)
        #expect(half.times.prefix(3) == [0, 0.08, 0.16])
        #expect(try half.spans(of: [0..<10, 10..<50]) == [100..<120, 120..<200].map { ClipSpan($0) })
        #expect(try half.spans(of: [3..<4]) == [ClipSpan(106..<108)], "to the frame that is shown next")
        #expect(try frames(1).spans(of: [1..<100]) == [ClipSpan(101..<200)])
        #expect(try fault { try half.spans(of: [0..<50]) }?.reason == .invalid, "the whole clip")
    }
}
