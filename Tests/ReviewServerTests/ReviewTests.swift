import Foundation
import HTTPTypes
import Manifest
import Model
import Testing

@Suite struct ReviewTests {
    @Test func twoExpertsMakeAnOutcome() async throws {
        let fixture = try ReviewFixture()
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            let bob = try await fixture.signIn("bob", client)
            let first = try await ada.clips()
            #expect(first.clips.count == 4)
            #expect(first.left == 6)
            let clip = first.clips[0]
            #expect(clip.times.count == clip.frames)
            #expect(clip.caption.warnings.contains { $0.contains("sound") })
            #expect(clip.caption.warnings.contains { $0.contains("GrainLab") })
            #expect(clip.source.title == "Cells <script>alert(1)</script> divide")
            #expect(clip.source.url == nil, "no script gets into a link")
            let others = try await bob.clips()
            #expect(
                Set(others.clips.prefix(2).map(\.clipId)).isDisjoint(with: first.clips.map(\.clipId)),
                "clips that nobody looks at go first")
            try await ada.decide(
                Answer(
                    clipId: clip.clipId, level: "cellular", caption: "Grains   of 3um",
                    captionSha256: clip.caption.sha256,
                    renditionSha256: clip.renditionSha256))
            let id = ClipID(rawValue: clip.clipId)
            #expect(try fixture.state(id) == "ready", "one of two")
            try await bob.decide(Answer(clipId: clip.clipId, level: "cellular"))
            #expect(try fixture.state(id) == "accepted")
            let said = try fixture.manifest.decisions.on(id)
            #expect(said.map(\.reviewer) == ["ada", "bob"])
            #expect(said[0].caption == "Grains of 3 µm", "in its normal form")
            #expect(said[0].captionSha256?.hex == clip.caption.sha256)
            #expect(said[0].renditionSha256?.hex == clip.renditionSha256)
            #expect(said[0].seconds == 4.5)
            #expect(said[0].client == "page")
            #expect(try fixture.manifest.decisions.verifyLedger() == 2)
            #expect(try await ada.clips().left == 5)
        }
    }

    @Test func aTieGoesToAThirdFirst() async throws {
        let fixture = try ReviewFixture()
        try await fixture.serve { client in
            let people = try await [
                fixture.signIn("ada", client), fixture.signIn("bob", client), fixture.signIn("cyd", client),
            ]
            let clip = try await people[0].clips().clips[3].clipId
            try await people[0].decide(Answer(clipId: clip))
            try await people[1].decide(Answer(clipId: clip, decision: "reject", reasons: ["overlay"]))
            #expect(try fixture.state(ClipID(rawValue: clip)) == "disputed")
            let third = try await people[2].clips(QueueRequest(want: 1))
            #expect(third.clips.map(\.clipId) == [clip])
            #expect(third.clips[0].mine == nil)
            try await people[2].decide(Answer(clipId: clip, decision: "reject", reasons: ["overlay"]))
            #expect(try fixture.state(ClipID(rawValue: clip)) == "declined")
        }
    }

    @Test func anAnswerIsTakenOnceAndTakenBack() async throws {
        let fixture = try ReviewFixture("review: {quorum: 1}")
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            let clip = try await ada.clips().clips[0].clipId
            let answer = Answer(clipId: clip)
            #expect(try await ada.decide(answer).status == "recorded")
            #expect(try await ada.decide(answer).status == "known")
            #expect(try fixture.manifest.decisions.all().count == 1)
            var other = answer
            other.decision = "reject"
            #expect(try await ada.post("/api/decisions", other).status == .conflict)
            let id = ClipID(rawValue: clip)
            #expect(try fixture.state(id) == "accepted")
            try await ada.decide(Answer(clipId: clip, decision: "undo", supersedes: answer.id))
            #expect(try fixture.state(id) == "ready")
            #expect(try await ada.clips(QueueRequest(clip: clip)).clips[0].clipId == clip)
            #expect(try fixture.manifest.decisions.all().map(\.decision) == [.accept, .undo], "nothing is lost")
            #expect(try fixture.manifest.decisions.verifyLedger() == 2)
        }
    }

    @Test func twoTabsKeepBothAnswersAndTheNewerCounts() async throws {
        let fixture = try ReviewFixture("review: {quorum: 1}")
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            let clip = try await ada.clips().clips[0].clipId
            try await ada.decide(Answer(clipId: clip))
            let second = try await ada.decide(Answer(clipId: clip, decision: "reject", reasons: ["other"]))
            #expect(second.message?.contains("newer answer counts") == true)
            #expect(try fixture.state(ClipID(rawValue: clip)) == "declined")
            let late = try await ada.decide(Answer(clipId: clip, ageSeconds: 3600))
            #expect(late.message?.contains("Both are kept") == true)
            #expect(try fixture.state(ClipID(rawValue: clip)) == "declined", "it was said before")
            #expect(try fixture.manifest.decisions.all().count == 3)
        }
    }

    @Test func aTrimmedClipCarriesTheDecisionAndIsCutNext() async throws {
        let fixture = try ReviewFixture("review: {quorum: 1}")
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            let clip = try fixture.clips()[1]
            let given = try await ada.clips(QueueRequest(clip: clip.rawValue)).clips[0]
            let answer = Answer(clipId: clip.rawValue, level: "cellular", spans: [[5, 40]])
            #expect(try await ada.decide(answer).message?.contains("next run") == true)
            #expect(given.frames == 44)
            let span = try fixture.manifest.clips.clip(clip).span
            let new = try #require(
                try fixture.manifest.clips.inUse().first { $0.span.frames.start == span.frames.start + 5 })
            #expect(new.span.frames.end == span.frames.start + 40)
            let said = try fixture.manifest.decisions.on(new.id)
            #expect(said.map(\.origin) == [answer.id])
            #expect(said.map(\.level) == ["cellular"])
            #expect(try fixture.manifest.decisions.on(clip).map(\.reasons) == [["trimmed"]])
            try fixture.run()
            #expect(try fixture.state(new.id) == "accepted")
            #expect(try fixture.manifest.renditions.of(new.id, profile: "native")?.frames == 35)
            #expect(try fixture.state(clip) == "declined")

            let halves = Answer(clipId: try fixture.clips()[0].rawValue, spans: [[0, 20], [20, 40]])
            try await ada.decide(halves)
            #expect(try fixture.manifest.decisions.all().filter { $0.origin == halves.id }.count == 2)
            try await ada.decide(Answer(clipId: halves.clipId, decision: "undo", supersedes: halves.id))
            try fixture.run()
            let states = try fixture.manifest.decisions.all().filter {
                $0.origin == halves.id && $0.decision == .accept
            }
            .map { try fixture.state($0.clipId) }
            #expect(states == ["retired", "retired"], "taken back with it")
            for wrong in [[[5, 5]], [[0, 40]], [[-1, 3]], [[3, 99]], [[9, 20], [10, 30]], [[3]]] {
                let refused = try await ada.post("/api/decisions", Answer(clipId: halves.clipId, spans: wrong))
                #expect(refused.status == .badRequest, "\(wrong)")
            }
        }
    }

    @Test func whatIsOnScreenIsHeld() async throws {
        let fixture = try ReviewFixture("review: {quorum: 1}")
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            let bob = try await fixture.signIn("bob", client)
            let hers = try await ada.clips(QueueRequest(want: 6)).clips.map(\.clipId)
            #expect(hers.count == 6)
            let his = try await bob.clips(QueueRequest(want: 6)).clips.map(\.clipId)
            #expect(!his.contains(hers[0]), "the one on her screen is hers")
            #expect(his.count == 5, "those she holds in reserve can be had")
        }
    }

    @Test func aClosedLaptopFreesItsClips() async throws {
        let fixture = try ReviewFixture("review: {quorum: 1}")
        try await fixture.serve(lease: 1) { client in
            let ada = try await fixture.signIn("ada", client)
            let bob = try await fixture.signIn("bob", client)
            let hers = try await ada.clips(QueueRequest(want: 1)).clips.map(\.clipId)
            try await Task.sleep(for: .milliseconds(1200))
            #expect(try await bob.clips(QueueRequest(want: 1)).clips.map(\.clipId) == hers, "hers ran out")
            #expect(try await ada.decide(Answer(clipId: hers[0])).status == "recorded", "her answer still counts")
            #expect(try fixture.state(ClipID(rawValue: hers[0])) == "accepted")
        }
    }

    @Test func skippedClipsComeBackLast() async throws {
        let fixture = try ReviewFixture()
        struct Release: Encodable {
            var clips: [String]
            var skip = true
        }
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            var seen: [String] = []
            let skipped = try await ada.clips(QueueRequest(want: 1)).clips[0].clipId
            _ = try await ada.post("/api/leases/release", Release(clips: [skipped]))
            for _ in 0..<6 {
                let clip = try await ada.clips(QueueRequest(want: 1)).clips[0].clipId
                seen.append(clip)
                try await ada.decide(Answer(clipId: clip, decision: "unsure"))
            }
            #expect(seen.last == skipped)
            #expect(Set(seen).count == 6)
            #expect(try await ada.clips().clips.isEmpty)
        }
    }

    @Test func knownAnswersMeasureReviewers() async throws {
        let fixture = try ReviewFixture("review: {quorum: 1, gold_every: 2, gold_feedback: answer}")
        let gold = try fixture.clips()[2]
        let known = Decision(
            id: UUID().uuidString.lowercased(), clipId: gold, reviewer: "cora", decision: .reject,
            decidedAt: "2026-05-04T12:00:00Z", standing: .gold)
        try fixture.manifest.commit { try $0.decisions.record([known]) { _ in nil } }
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            var clips: [String] = []
            for _ in 0..<2 {
                let clip = try await ada.clips(QueueRequest(want: 1)).clips[0].clipId
                clips.append(clip)
                let receipt = try await ada.decide(Answer(clipId: clip))
                #expect((receipt.gold != nil) == (clip == gold.rawValue))
                if let told = receipt.gold { #expect(!told.right && told.decision == "reject") }
            }
            #expect(clips.contains(gold.rawValue), "every second is one of known answer")
        }
    }
}
