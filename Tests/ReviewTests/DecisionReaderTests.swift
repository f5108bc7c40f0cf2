import Model
import Review
import Testing

@Suite struct DecisionReaderTests {
    private let reader = DecisionReader(file: "in.jsonl", recipe: Recipe())
    private let least =
        #""clip_id": "clip-1", "reviewer": "ann", "decision": "accept", "decided_at": "2026-05-04T12:00:00Z""#

    @Test func fourKeysSuffice() throws {
        let decision = try reader.decision(in: "{\(least)}", lineNumber: 1)
        #expect(decision.clipId == ClipID(rawValue: "clip-1") && decision.reviewer == "ann")
        #expect(decision.decision == .accept && decision.decidedAt == "2026-05-04T12:00:00Z")
        #expect(decision.reasons == [] && decision.level == nil && decision.caption == nil && decision.seconds == nil)
    }

    @Test func readsWhatItsOwnJSONSays() throws {
        let decision = Decision(
            id: "00000000-0000-4000-8000-00000000000a", clipId: ClipID(rawValue: "clip-2"), reviewer: "Bo",
            decision: .reject, reasons: ["overlay", "other"], level: "organ", caption: "A \"heart\"\u{2028}beats",
            decidedAt: "2026-05-04T12:00:00.25Z", supersedes: "00000000-0000-4000-8000-00000000000b",
            captionSha256: Digest(of: "a"), renditionSha256: Digest(of: "b"), seconds: 6.5, client: "web",
            origin: "00000000-0000-4000-8000-00000000000c")
        #expect(try reader.decision(in: try JSON.line(decision), lineNumber: 1) == decision)
        #expect(try reader.decisions(in: "\u{FEFF}\(try JSON.line(decision))\r\n\r\n") == [decision])
    }

    /// What `review export --all` writes reads back equal, and writes the same line.
    @Test func everyRowRoundTrips() throws {
        var random = SplitMix(seed: 23)
        func id() -> String {
            var digits = String(random.next(), radix: 16) + String(random.next(), radix: 16)
            digits = String((digits + String(repeating: "0", count: 32)).prefix(32))
            for place in [20, 16, 12, 8] { digits.insert("-", at: digits.index(digits.startIndex, offsetBy: place)) }
            return digits
        }
        for _ in 0..<300 {
            let choice = random.pick(Decision.Choice.allCases)
            let standings: [Decision.Standing?] = [.accept, .reject].contains(choice) ? [nil, .settle, .gold] : [nil]
            let row = Decision(
                id: id(), clipId: ClipID(rawValue: "clip-1"), reviewer: "ann", decision: choice,
                reasons: ["trimmed", "overlay"].filter { _ in random.unit() < 0.3 },
                level: random.pick([nil, "organ"]), caption: random.pick([nil, "a \"cell\""]),
                decidedAt: "2026-05-04T12:00:00.5Z",
                supersedes: choice == .undo || random.unit() < 0.5 ? id() : nil,
                origin: random.unit() < 0.3 ? id() : nil, standing: random.pick(standings))
            let line = try JSON.line(row)
            let read = try reader.decision(in: line, lineNumber: 1)
            #expect(try read == row && JSON.line(read) == line)
            #expect(line.contains("standing") == (row.standing != nil))
        }
    }

    @Test func trimmedIsAReasonOfEveryRecipe() throws {
        let none = DecisionReader(file: "in.jsonl", reasons: [], levels: [])
        #expect(try none.decision(in: "{\(least), \"reasons\": [\"trimmed\"]}", lineNumber: 1).reasons == ["trimmed"])
        #expect(throws: Fault.self) { try none.decision(in: "{\(least), \"reasons\": [\"other\"]}", lineNumber: 1) }
    }

    @Test func aMissingIdComesFromTheContent() throws {
        let first = try reader.decision(in: "{\(least)}", lineNumber: 1)
        let again = try reader.decision(
            in: """
                {"level": null, "reasons": [], "decided_at": "2026-05-04T14:00:00.000+02:00", "decision": "accept", \
                "reviewer": " ann ", "clip_id": "clip-1"}
                """, lineNumber: 7)
        #expect(first == again)
        let form = #/[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#
        #expect(first.id.wholeMatch(of: form) != nil)
        let other = try reader.decision(in: "{\(least), \"level\": \"organ\"}", lineNumber: 1)
        #expect(other.id != first.id)
        #expect(try reader.decisions(in: "{\(least)}\n\n{\(least)}\n") == [first])
    }

    @Test func unifiesIdsAndHashes() throws {
        let hash = String(repeating: "AB", count: 32)
        let decision = try reader.decision(
            in: "{\(least), \"id\": \"ABCDEF00-0000-4000-8000-000000000000\", \"caption_sha256\": \"\(hash)\"}",
            lineNumber: 1)
        #expect(decision.id == "abcdef00-0000-4000-8000-000000000000")
        #expect(decision.captionSha256?.hex == hash.lowercased())
    }

    @Test(arguments: [
        ("nonsense", "not a JSON object", "JSON"),
        ("[]", "not a JSON object", "JSON"),
        (#"{"reviewer": "a"}"#, "'decision' is missing", "clip_id"),
        (#"{LEAST, "captoin": "x"}"#, "unknown key 'captoin'", "Did you mean 'caption'?"),
        (#"{LEAST, "zzzzzzzz": "x"}"#, "unknown key 'zzzzzzzz'", "Known here: caption"),
        (#"{LEAST, "reasons": ["overlai"]}"#, "unknown reason 'overlai'", "Did you mean 'overlay'?"),
        (#"{LEAST, "reasons": "overlay"}"#, "'reasons' is not a list", "[\"other\"]"),
        (#"{LEAST, "level": "orgn"}"#, "unknown level 'orgn'", "Did you mean 'organ'?"),
        (#"{LEAST, "id": "17"}"#, "'id' is '17', not a UUID", "leave it out"),
        (#"{LEAST, "supersedes": "17"}"#, "'supersedes' is '17'", "id of a decision"),
        (
            #"{LEAST, "id": "00000000-0000-4000-8000-00000000000A", "#
                + #""supersedes": "00000000-0000-4000-8000-00000000000a"}"#,
            "'supersedes' names the decision itself", "replaces"
        ),
        (#"{LEAST, "seconds": -1}"#, "'seconds' is not", "6.5"),
        (#"{LEAST, "seconds": true}"#, "'seconds' is not", "6.5"),
        (#"{LEAST, "caption": 5}"#, "'caption' is not a text", "quotation"),
        (#"{LEAST, "rendition_sha256": "abc"}"#, "'rendition_sha256' is not a SHA-256", "64"),
        (#"{LEAST, "standing": "golden"}"#, "unknown standing 'golden'", "Did you mean 'gold'?"),
        (#"{LEAST, "standing": true}"#, "'standing' is not a text", "quotation"),
        (
            #"{"clip_id": "c", "reviewer": "a", "decision": "undo", "decided_at": "2026-05-04T12:00:00Z"}"#,
            "'undo' without 'supersedes'", "id of the decision to take back"
        ),
        (
            #"{"clip_id": "c", "reviewer": "a", "decision": "unsure", "standing": "settle", "#
                + #""decided_at": "2026-05-04T12:00:00Z"}"#,
            "'unsure' can't have the standing 'settle'", "leave 'standing' out"
        ),
        (
            #"{"clip_id": "c", "reviewer": "a", "decision": "send_back", "standing": "gold", "#
                + #""decided_at": "2026-05-04T12:00:00Z"}"#,
            "'send_back' can't have the standing 'gold'", "leave 'standing' out"
        ),
        (
            #"{"clip_id": "c", "reviewer": "a", "decision": "acept", "decided_at": "2026-05-04T12:00:00Z"}"#,
            "unknown decision 'acept'", "Did you mean 'accept'?"
        ),
        (
            #"{"clip_id": "c", "reviewer": "a", "decision": "accept", "decided_at": "2026-05-04"}"#,
            "'decided_at' is '2026-05-04'", "2026-05-04T12:00:00Z"
        ),
        (
            #"{"clip_id": " ", "reviewer": "a", "decision": "accept", "decided_at": "2026-05-04T12:00:00Z"}"#,
            "'clip_id' is missing", "clip_id"
        ),
    ])
    func faultsNameTheLine(_ line: String, _ what: String, _ advice: String) throws {
        let fault = try #require(throws: Fault.self) {
            try reader.decision(in: line.replacing("LEAST", with: least), lineNumber: 42)
        }
        #expect(fault.place == "in.jsonl:42" && fault.reason == .invalid)
        #expect(fault.what.hasPrefix(what), "\(fault)")
        #expect(fault.advice.contains(advice), "\(fault)")
    }

    @Test func twoDecisionsUnderOneIdAreAFault() throws {
        let id = #""id": "00000000-0000-4000-8000-000000000001""#
        let fault = try #require(throws: Fault.self) {
            try reader.decisions(in: "{\(least), \(id)}\n\n{\(least), \(id), \"level\": \"organ\"}")
        }
        #expect(fault.place == "in.jsonl:3" && fault.what.contains("00000000-0000-4000-8000-000000000001"))
    }

    @Test(
        arguments: [
            ("2026-05-04T12:00:00Z", "2026-05-04T12:00:00Z"),
            ("2026-05-04t12:00:00.1200z", "2026-05-04T12:00:00.12Z"),
            ("2026-05-04 12:00:00.000+00:00", "2026-05-04T12:00:00Z"),
            ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"),
            ("2024-02-28T23:59:59-00:01", "2024-02-29T00:00:59Z"),
            ("2023-02-28T23:59:60Z", "2023-03-01T00:00:00Z"),
            ("1999-12-31T23:00:00-05:30", "2000-01-01T04:30:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59-01:00", nil), ("0000-01-01T00:00:00+01:00", nil),
            ("2023-02-29T00:00:00Z", nil), ("2100-02-29T00:00:00Z", nil), ("2024-13-01T00:00:00Z", nil),
            ("2024-01-01T24:00:00Z", nil), ("2024-01-01T00:60:00Z", nil), ("2024-01-01T00:00:00", nil),
            ("2024-01-01", nil), ("2024-01-01T00:00Z", nil), ("٢٠٢٤-01-01T00:00:00Z", nil), ("", nil),
        ] as [(String, String?)])
    func instantsInUTC(_ text: String, _ expected: String?) {
        #expect(Instant.utc(text) == expected)
    }

    /// The ends of every month of 400 years: each comes out as itself, and a minute earlier is the day before.
    @Test func daysFollowEachOther() {
        var previous = "1799-12-31"
        for year in 1800..<2200 {
            let leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
            for (month, days) in [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for day in 1...days {
                    let two = { (number: Int) in (number < 10 ? "0" : "") + String(number) }
                    let date = "\(year)-\(two(month + 1))-\(two(day))"
                    if day == 1 || day == days {
                        #expect(Instant.utc("\(date)T12:00:00Z") == "\(date)T12:00:00Z")
                        #expect(Instant.utc("\(date)T00:00:00+00:01") == "\(previous)T23:59:00Z")
                    }
                    previous = date
                }
            }
        }
    }
}
