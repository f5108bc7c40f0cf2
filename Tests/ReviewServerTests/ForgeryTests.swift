import Foundation
import HTTPTypes
import Manifest
import Model
import Testing

/// Decisions that are not what they say.
@Suite struct ForgeryTests {
    /// One reviewer's word would count as another's, or as a curator's.
    @Test func aReviewerSpeaksForThemselvesAlone() async throws {
        let fixture = try ReviewFixture("review: {quorum: 1}")
        let clips = try fixture.clips().map(\.rawValue)
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            let bob = try await fixture.signIn("bob", client)
            func body(_ clip: String, _ decision: String = "accept", _ more: String = "") -> String {
                """
                {"id": "\(UUID().uuidString)", "clip_id": "\(clip)", "decision": "\(decision)"\(more)}
                """
            }
            let claims = #", "reviewer": "bob", "standing": "gold", "role": "curator", "origin": "x", "sequence": 1"#
            #expect(try await ada.post("/api/decisions", body(clips[0], "accept", claims)).status == .ok)
            let said = try fixture.manifest.decisions.all()
            #expect(said.map(\.reviewer) == ["ada"] && said.map(\.standing) == [nil] && said.map(\.origin) == [nil])

            for word in ["reopen", "send_back"] {
                #expect(try await ada.post("/api/decisions", body(clips[0], word)).status == .forbidden, "\(word)")
            }
            for word in ["settle", "gold", "ACCEPT", "", "accept' --"] {
                #expect(try await ada.post("/api/decisions", body(clips[1], word)).status == .badRequest, "\(word)")
            }
            for more in [
                #", "level": "planet""#, #", "reasons": ["because"]"#, #", "reasons": "other""#,
                #", "supersedes": "mine""#, #", "rendition_sha256": "abc""#, #", "seconds": "long""#,
            ] {
                #expect(
                    try await ada.post("/api/decisions", body(clips[1], "reject", more)).status == .badRequest,
                    "\(more)")
            }
            #expect(try await ada.post("/api/decisions", body("clip-none")).status == .notFound)
            #expect(try await ada.post("/api/decisions", body("' OR 1=1 --")).status == .notFound)
            let noID = #"{"id": "1", "clip_id": "\#(clips[1])", "decision": "accept"}"#
            #expect(try await ada.post("/api/decisions", noID).status == .badRequest)
            for (uri, wish) in [
                (
                    "/api/curator/actions",
                    #"{"action": "settle", "id": "\#(UUID())", "clips": ["\#(clips[0])"], "decision": "reject"}"#
                ),
                ("/api/curator/pairs", #"{"a": "\#(clips[0])", "b": "\#(clips[1])", "apart": true}"#),
                ("/api/curator/people", #"{"action": "role", "name": "ada", "role": "curator"}"#),
                ("/api/curator/people", #"{"action": "invite", "name": "eve", "role": "curator"}"#),
            ] {
                #expect(try await ada.post(uri, wish).status == .forbidden, "\(uri)")
            }

            // A pointer at another's answer replaces nothing.
            let theirs = Answer(clipId: clips[0], decision: "reject")
            try await bob.decide(theirs)
            try await ada.decide(Answer(clipId: clips[0], supersedes: theirs.id))
            let undo = Answer(clipId: clips[0], decision: "undo", supersedes: theirs.id)
            #expect(try await ada.post("/api/decisions", undo).status == .notFound, "nor is it hers to take back")
            #expect(try await ada.post("/api/decisions", body(clips[0], "undo")).status == .badRequest)
            #expect(try fixture.state(ClipID(rawValue: clips[0])) == "disputed", "both voices stand")
            #expect(try fixture.manifest.decisions.all().count == 3)
            #expect(try fixture.manifest.people.all().map(\.name) == ["ada", "bob"])
            #expect(try fixture.manifest.decisions.verifyLedger() == 3)
        }
    }

    /// Sent again, an answer would count twice, or as somebody else's.
    @Test func aReplayChangesNothing() async throws {
        let fixture = try ReviewFixture()
        let clips = try fixture.clips().map(\.rawValue)
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            let bob = try await fixture.signIn("bob", client)
            let answer = Answer(clipId: clips[0], level: "cellular", caption: "Two cells divide.")
            #expect(try await ada.decide(answer).status == "recorded")
            let undo = Answer(clipId: clips[1], decision: "undo", supersedes: UUID().uuidString.lowercased())
            #expect(try await ada.post("/api/decisions", undo).status == .notFound)
            let before = try fixture.content()

            for late in [0, 60, 1e9] {
                var again = answer
                again.ageSeconds = late
                again.id = late == 60 ? answer.id.uppercased() : answer.id
                #expect(try await ada.decide(again).status == "known")
            }
            var changed: [Answer] = []
            for change in [\Answer.level, \.caption] {
                var other = answer
                other[keyPath: change] = change == \.level ? "organ" : "Three cells."
                changed.append(other)
                other[keyPath: change] = nil
                changed.append(other)
            }
            changed += [answer, answer, answer]
            changed[4].decision = "reject"
            changed[5].reasons = ["other"]
            changed[6].clipId = clips[1]
            for other in changed { #expect(try await ada.post("/api/decisions", other).status == .conflict) }
            #expect(try await bob.post("/api/decisions", answer).status == .conflict, "her words are not his")
            #expect(try fixture.content() == before)

            // All at once, as tabs and impatient proxies do.
            let many = Answer(clipId: clips[2])
            let statuses = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<20 { group.addTask { try await ada.decide(many).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == "recorded" } == 1 && statuses.count == 20)
            #expect(try fixture.manifest.decisions.verifyLedger() == 2)
        }
    }

    /// One request would end the server for everybody, or write a time that nobody could read.
    @Test func noNumberIsTooMuch() async throws {
        let fixture = try ReviewFixture()
        let clip = try fixture.clips()[0].rawValue
        try await fixture.serve { client in
            let ada = try await fixture.signIn("ada", client)
            for (age, seconds) in [
                ("1e300", "1e300"), ("-1e300", "-5"), ("9223372036854775807", "0"), ("1e15", "null"), ("null", "4.5"),
                ("1e400", "1"), ("\"soon\"", "1"), ("0", "[]"),
            ] {
                let body = """
                    {"id": "\(UUID())", "clip_id": "\(clip)", "decision": "accept", "age_seconds": \(age), \
                    "seconds": \(seconds)}
                    """
                let status = try await ada.post("/api/decisions", body).status
                #expect([.ok, .badRequest].contains(status), "\(age): \(status)")
            }
            for spans in [
                "[[-9223372036854775808, 9223372036854775807]]", "[[0, 9223372036854775807]]", "[[]]", "[[1]]",
            ] {
                let body = #"{"id": "\#(UUID())", "clip_id": "\#(clip)", "decision": "accept", "spans": \#(spans)}"#
                #expect(try await ada.post("/api/decisions", body).status == .badRequest, "\(spans)")
            }
            let now = Date().addingTimeInterval(1).formatted(.iso8601)
            let said = try fixture.manifest.decisions.all()
            #expect(said.count == 5)
            #expect(said.allSatisfy { $0.decidedAt.hasPrefix("20") && $0.decidedAt <= now }, "\(said.map(\.decidedAt))")
            #expect(said.allSatisfy { (0...86_400).contains($0.seconds ?? 0) })
            #expect(try fixture.manifest.decisions.verifyLedger() == 5)
        }
    }
}
