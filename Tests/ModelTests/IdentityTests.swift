import Foundation
import Model
import Testing

/// Ids stand in manifests, ledgers and releases: the golden values here must never change.
@Suite struct IdentityTests {
    private static let first = Digest(of: "first file")
    private static let second = Digest(of: "second file")
    private static let view = View(
        axes: "TZ", intervalSeconds: Rational(10), pixelSizeUm: Rational(13, 200),
        channels: [
            ChannelView(channel: 0, color: .white, low: 120, high: 4095),
            ChannelView(channel: 2, color: ChannelColor(red: 0, green: 255, blue: 10), low: -0.5, high: 1.25),
        ], gamma: Rational(7, 10), zRule: .focus, slice: 4)

    @Test func sourceIDsNeverChange() throws {
        // "src-" and half the SHA-256 of {"files":["bf41..."],"stream":0,"version":1,"view":{}}.
        #expect(
            try SourceID(files: [Self.first], stream: 0, view: View()).rawValue
                == "src-73d59c792a6829f634104ade6a03ddba")
        // ... "stream":3,"version":1,"view":{"axes":"TZ","channels":[{"channel":0,"color":"#FFFFFF","high":4095,"low":120},
        // {"channel":2,"color":"#00FF0A","high":1.25,"low":-0.5}],"gamma":"7/10","interval_seconds":"10/1",
        // "pixel_size_um":"13/200","slice":4,"z_rule":"focus"}}.
        #expect(
            try SourceID(files: [Self.first, Self.second], stream: 3, view: Self.view).rawValue
                == "src-2e825dfc7337cd224dd654e4244c3b74")
    }

    @Test(arguments: [
        (0, 128, "clip-3c794c1551dee6fd45b58b87c40f87e3"), (-512, 90000, "clip-528168806b945b844f4664a920a818a7"),
        (9_007_199_254_740_993, Int64.max, "clip-1f6bffdbf7cbdae0ee87938cab4b1072"),
    ])
    func clipIDsNeverChange(start: Int64, end: Int64, id: String) {
        let source = SourceID(rawValue: "src-73d59c792a6829f634104ade6a03ddba")
        #expect(ClipID(source: source, span: TickSpan(start: start, end: end)).rawValue == id)
    }

    @Test func derivedDecisionIDsNeverChange() throws {
        var decision = Decision(
            id: "", clipId: ClipID(rawValue: "clip-1"), reviewer: "ada", decision: .accept, level: "cellular",
            decidedAt: "2026-05-04T12:00:00Z")
        #expect(try decision.derivedID() == "4b1c0eae-7b1a-87b6-8dcb-f740cd514ab6")
        decision.id = "anything"
        #expect(try decision.derivedID() == "4b1c0eae-7b1a-87b6-8dcb-f740cd514ab6")
        decision.reviewer = "bob"
        #expect(try decision.derivedID() != "4b1c0eae-7b1a-87b6-8dcb-f740cd514ab6")
    }

    @Test func everythingThatIsSeenBelongsToASource() throws {
        let files = [Self.first, Self.second]
        var views = [View(), Self.view]
        for change in [
            { $0.axes = "ZT" }, { $0.intervalSeconds = nil }, { $0.intervalSeconds = Rational(1) },
            { $0.pixelSizeUm = nil }, { $0.pixelHeightUm = Rational(13, 100) }, { $0.channels?[0].low = 121 },
            { $0.channels?[1].high = 1.2501 }, { $0.channels?[1].color = .white }, { $0.channels?[0].channel = 1 },
            { $0.channels?.swapAt(0, 1) }, { $0.channels = nil }, { $0.gamma = nil }, { $0.zRule = .middle },
            { $0.slice = 3 },
        ] as [(inout View) -> Void] {
            var view = Self.view
            change(&view)
            views.append(view)
        }
        var ids = try views.map { try SourceID(files: files, stream: 0, view: $0) }
        ids.append(try SourceID(files: files, stream: 1, view: Self.view))
        ids.append(try SourceID(files: files.reversed(), stream: 0, view: Self.view))
        ids.append(try SourceID(files: [Self.first], stream: 0, view: Self.view))
        #expect(Set(ids).count == ids.count)
        // An interval of 10 seconds is one interval, however it is written.
        var same = Self.view
        same.intervalSeconds = Rational(20, 2)
        #expect(try SourceID(files: files, stream: 0, view: same) == ids[1])
    }

    @Test func anotherSpanOrSourceIsAnotherClip() {
        let (a, b) = (SourceID(rawValue: "src-a"), SourceID(rawValue: "src-b"))
        let span = TickSpan(start: 0, end: 100)
        let ids = [
            ClipID(source: a, span: span), ClipID(source: b, span: span),
            ClipID(source: a, span: TickSpan(start: 1, end: 100)),
            ClipID(source: a, span: TickSpan(start: 0, end: 101)),
            ClipID(source: a, span: TickSpan(start: 10, end: 0)),
        ]
        #expect(Set(ids).count == ids.count)
        #expect(ClipID(source: a, span: span) == ids[0])
        for id in ids {
            #expect(id.rawValue.hasPrefix("clip-") && !id.rawValue.contains("."))
            #expect(id.rawValue.dropFirst(5).count == 32 && Digest(hex: id.rawValue.dropFirst(5) + "0" * 32) != nil)
        }
    }

    @Test func digestsAreSixtyFourLowerCaseHexadecimalDigits() throws {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(Digest(of: "").hex == empty)
        #expect(Digest(hex: empty)?.hex == empty)
        for wrong in [
            "", empty.uppercased(), String(empty.dropLast()), empty + "0", "g" + empty.dropFirst(),
            " " + empty.dropFirst(),
            // 64 bytes of UTF-8 that Unicode calls hexadecimal digits.
            "\u{FF10}" * 20 + "0000",
        ] {
            #expect(Digest(hex: wrong) == nil, "\(wrong)")
            #expect(throws: DecodingError.self) { try JSON.decode(Digest.self, from: try JSON.line(wrong)) }
        }
    }
}

/// A text so many times.
private func * (text: String, count: Int) -> String { String(repeating: text, count: count) }
