import Foundation
import HTTPTypes
import Manifest
import Model
import Testing

@Suite struct CuratorActionTests {
    @Test func aSettlementIsTheOutcomeUntilItIsUndone() async throws {
        let fixture = try ReviewFixture()
        let clip = try fixture.clips()[1]
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            let ada = try await fixture.signIn("ada", client)
            #expect(try await ada.clips(QueueRequest(want: 0)).left == 6)
            let done = try await cora.curate(
                Curated(
                    action: "settle", clips: [clip.rawValue], decision: "accept", level: "cellular",
                    caption: "Grains   of 3um"))
            #expect(done.done == 1 && done.ids.count == 1)
            #expect(try fixture.state(clip) == "accepted")
            #expect(try fixture.manifest.decisions.outcome(on: clip)?.level == "cellular")
            #expect(try fixture.manifest.decisions.outcome(on: clip)?.caption == "Grains of 3 µm", "in its normal form")
            #expect(try await ada.clips(QueueRequest(want: 0)).left == 5, "nobody is asked any more")
            #expect(try await cora.overview().actions.map(\.isUndone) == [false])
            let undo = try await cora.curate(Curated(action: "undo", ids: done.ids))
            #expect(undo.done == 1)
            #expect(try fixture.state(clip) == "ready")
            #expect(try fixture.manifest.decisions.outcome(on: clip) == nil)
            #expect(try await ada.clips(QueueRequest(want: 0)).left == 6)
            #expect(try await cora.overview().actions.map(\.isUndone) == [false, true])
            let again = try await cora.curate(Curated(action: "undo", of: done.action))
            #expect(again.done == 0, "once is enough")
            #expect(try fixture.manifest.decisions.on(clip).count == 2, "nothing is lost, nothing said twice")
            #expect(try fixture.manifest.decisions.verifyLedger() == 2)
        }
    }

    @Test func reopenAsksAnewAndSendBackAsksOneMore() async throws {
        let fixture = try ReviewFixture()
        let clip = try fixture.clips()[2]
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            let people = try await [fixture.signIn("ada", client), fixture.signIn("bob", client)]
            let third = try await fixture.signIn("cyd", client)
            for person in people { try await person.decide(Answer(clipId: clip.rawValue, level: "cellular")) }
            #expect(try fixture.state(clip) == "accepted")
            #expect(try await third.clips(QueueRequest(want: 0)).left == 5)

            let sent = try await cora.curate(Curated(action: "send_back", clips: [clip.rawValue]))
            #expect(try fixture.state(clip) == "ready", "open again")
            #expect(try await third.clips(QueueRequest(want: 1)).clips.map(\.clipId) == [clip.rawValue], "first of all")
            #expect(try await people[0].clips(QueueRequest(want: 0)).left == 5, "who has spoken is not asked")
            #expect(try await cora.overview().waiting["sent_back"] == 1)
            try await cora.curate(Curated(action: "undo", of: sent.action))
            #expect(try fixture.state(clip) == "accepted")
            #expect(try await third.clips(QueueRequest(want: 0)).left == 5)

            let reopened = try await cora.curate(Curated(action: "reopen", clips: [clip.rawValue]))
            #expect(try fixture.state(clip) == "ready")
            #expect(try await people[0].clips(QueueRequest(want: 0)).left == 6, "all are asked anew")
            try await people[0].decide(Answer(clipId: clip.rawValue, decision: "reject", reasons: ["other"]))
            #expect(try fixture.state(clip) == "ready", "one of two")
            try await cora.curate(Curated(action: "undo", of: reopened.action))
            #expect(
                try fixture.manifest.decisions.outcome(on: clip)?.acceptance == .disputed,
                "what was said before counts too")
        }
    }

    @Test func knownAnswersDecideNothingAndMeasure() async throws {
        let fixture = try ReviewFixture()
        let clip = try fixture.clips()[0]
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            let ada = try await fixture.signIn("ada", client)
            let gold = try await cora.curate(Curated(action: "gold", clips: [clip.rawValue], decision: "reject"))
            #expect(try fixture.state(clip) == "ready")
            #expect(try fixture.manifest.decisions.outcome(on: clip) == nil)
            try await ada.decide(Answer(clipId: clip.rawValue))
            struct People: Decodable {
                struct Row: Decodable {
                    struct Record: Decodable {
                        struct Gold: Decodable { var clips: Int; var wrong: Int }
                        var gold: Gold
                    }
                    var name: String
                    var record: Record?
                }
                var people: [Row]
            }
            func adasGold() async throws -> People.Row.Record.Gold? {
                try await cora.get("/api/curator/people").json(People.self).people.first { $0.name == "ada" }?.record?
                    .gold
            }
            #expect(try await adasGold()?.wrong == 1)
            try await cora.curate(Curated(action: "undo", of: gold.action))
            #expect(try await adasGold()?.clips == 0)
        }
    }

    @Test func bulkActionsAreUndoneAndDoneAgainAsOne() async throws {
        let fixture = try ReviewFixture()
        let clips = try fixture.clips().map(\.rawValue)
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            let carl = try await fixture.signIn("carl", client, .curator)
            func states() throws -> [String] { try fixture.clips().map { try fixture.state($0) } }
            let before = try states()
            var part = Curated(action: "settle", clips: Array(clips[0..<2]), decision: "reject", reason: "overlay")
            try await cora.curate(part)
            part.clips = Array(clips[2..<4])
            try await cora.curate(part)
            #expect(try await cora.curate(part).done == 2, "sent again, as after a lost answer")
            #expect(try fixture.manifest.decisions.all().count == 4, "and recorded once")
            let after = try states()
            #expect(after == Array(repeating: "declined", count: 4) + before[4...])
            let listed = try await cora.overview().actions
            #expect(listed.map(\.action) == [part.id] && listed[0].clips == 4)

            let foreign = try await carl.post("/api/curator/actions", Curated(action: "undo", of: part.id))
            #expect(foreign.status == .notFound, "each undoes their own")
            let undo = try await cora.curate(Curated(action: "undo", of: part.id))
            #expect(undo.done == 4)
            #expect(try states() == before)
            let redo = try await cora.curate(Curated(action: "undo", of: undo.action))
            #expect(redo.done == 4)
            #expect(try states() == after)
            #expect(try await cora.overview().actions.map(\.isUndone) == [false, true, false])
            let deeper = try await cora.post("/api/curator/actions", Curated(action: "undo", of: redo.action))
            #expect(deeper.status == .badRequest, "the action itself is undone instead")
            #expect(try await cora.curate(Curated(action: "undo", of: part.id)).done == 4)
            #expect(try states() == before)
            #expect(try fixture.manifest.decisions.verifyLedger() == 16)
        }
    }

    @Test func whatIsRefusedRecordsNothing() async throws {
        let fixture = try ReviewFixture()
        let clip = try fixture.clips()[0].rawValue
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            let wrong: [(Curated, HTTPResponse.Status)] = [
                (Curated(action: "settle", clips: [clip]), .badRequest),
                (Curated(action: "settle", clips: [clip], decision: "unsure"), .badRequest),
                (Curated(action: "settle", clips: [clip], decision: "accept", level: "planet"), .badRequest),
                (Curated(action: "settle", clips: [clip], decision: "reject", reason: "mood"), .badRequest),
                (Curated(action: "settle", clips: [], decision: "accept"), .badRequest),
                (Curated(action: "settle", clips: [clip, "clip-0"], decision: "accept"), .notFound),
                (Curated(action: "reopen", id: "1", clips: [clip]), .badRequest),
                (Curated(action: "withdraw", clips: [clip]), .badRequest),
                (Curated(action: "undo", of: "%"), .notFound), (Curated(action: "undo", of: ""), .notFound),
                (Curated(action: "undo"), .notFound),
                (Curated(action: "reopen", clips: (0...1000).map { "clip-\($0)" }), .badRequest),
            ]
            for (action, status) in wrong {
                let response = try await cora.post("/api/curator/actions", action)
                #expect(response.status == status, "\(action): \(response.text.prefix(200))")
            }
            #expect(try fixture.manifest.decisions.all().isEmpty)
        }
    }

    @Test func clipsThatExpertsCantSeeStayOutOfTheQueue() async throws {
        let fixture = try ReviewFixture()
        let uncut = try fixture.addClips(2)[0]
        try await fixture.serve { client in
            let cora = try await fixture.signIn("cora", client, .curator)
            try await cora.curate(Curated(action: "send_back", clips: [uncut.rawValue]))
            let ada = try await fixture.signIn("ada", client)
            let given = try await ada.clips(QueueRequest(want: 8))
            #expect(given.clips.count == 6 && given.left == 6)
            #expect(try await cora.overview().waiting == ["quorum": 6])
        }
    }
}
