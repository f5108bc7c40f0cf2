import Foundation
import Model
import Testing

@Suite struct JSONTests {
    private struct Sample: Codable, Equatable {
        var zebra = 1
        var someKey = "a/b \u{B5}m \u{E9}\n"
        var absent: Int?
        @Nullable var unknown: Double?
        var free = ["oneName": 1.5, "anotherName": 0.1, "a": 1e-7]
        var list = [1.0, 2.5, -0.25, 1e21, 0.1]
    }

    @Test func canonicalIsOneLineOfSortedSnakeCaseKeys() throws {
        #expect(
            try JSON.line(Sample())
                == #"{"free":{"a":1e-07,"anotherName":0.1,"oneName":1.5},"list":[1,2.5,-0.25,1e+21,0.1],"#
                + #""some_key":"a/b µm é\n","unknown":null,"zebra":1}"#)
    }

    @Test func equalValuesAreEqualBytes() throws {
        let names = (0..<200).map { "key\($0 * 7919 % 200)" }
        let forward = Dictionary(uniqueKeysWithValues: names.map { ($0, $0.count) })
        var backward: [String: Int] = [:]
        for name in names.reversed() { backward[name] = name.count }
        #expect(try JSON.canonical(forward) == JSON.canonical(backward))
    }

    @Test func whatIsWrittenIsReadAndWrittenAlike() throws {
        var sample = Sample()
        sample.unknown = 1.0 / 3
        for value in [Sample(), sample] {
            let line = try JSON.line(value)
            #expect(try JSON.decode(Sample.self, from: line) == value)
            #expect(try JSON.line(try JSON.decode(Sample.self, from: line)) == line)
            #expect(try JSON.decode(Sample.self, from: try JSON.pretty(value)) == value)
        }
    }

    @Test func unknownIsNullAndAbsentReadsAsUnknown() throws {
        let decision = Decision(
            id: "1", clipId: ClipID(rawValue: "clip-1"), reviewer: "ada", decision: .unsure,
            decidedAt: "2026-05-04T12:00:00Z")
        #expect(try JSON.line(decision).contains(#""caption":null"#))
        let short = """
            {"clip_id": "clip-1", "decided_at": "2026-05-04T12:00:00Z", "decision": "unsure", "id": "1", "reasons": [],
            "reviewer": "ada"}
            """
        #expect(try JSON.decode(Decision.self, from: short) == decision)
    }

    /// The manifest, the ledger and workers exchange these; each must survive the way through JSON.
    @Test func recordsSurviveTheWayThroughJSON() throws {
        func check<T: Codable & Equatable>(_ value: T) throws {
            let line = try JSON.line(value)
            #expect(try JSON.decode(T.self, from: line) == value)
            #expect(try JSON.line(try JSON.decode(T.self, from: line)) == line)
        }
        try check(Recipe())
        try check(Profile.wan)
        try check(Profile.native)
        try check(Fault(.timedOut, "it took too long", at: "a.mp4", advice: "Raise the limit."))
        try check(Verdict(filter: .tooShort, answer: .error, value: nil, threshold: 2))
        #expect(throws: DecodingError.self) {
            try JSON.decode(Verdict.self, from: #"{"answer":"pass","filter":"toy","threshold":2,"value":3}"#)
        }
        try check(PictureHash(frame: 3, words: [.max, 0, 1 << 63, 0x0123_4567_89AB_CDEF], quality: 77))
        try check(Transition(kind: .dissolve, frames: FrameSpan(start: 3, end: 9), score: 0.97))
        try check(
            Outcome(acceptance: .accepted, levelState: .agreed, level: "organ", captionState: .disputed, caption: nil))
        try check(
            Model.SourceLocation(
                id: SourceID(rawValue: "src-1"), kind: .stack, paths: ["/a b/ü.tif"], stream: 1,
                view: View(
                    axes: "TZ", pixelSizeUm: Rational(13, 200),
                    channels: [ChannelView(channel: 1, color: .white, low: -1, high: 0.25)], zRule: .middle),
                timing: .ordinal, timeBase: nil))
        try check(
            MediaDescription(
                kind: .video, container: "mov", codec: "h264", stream: 0, width: 640, height: 360,
                frameRate: .init(nominal: Rational(30000, 1001), variable: nil), pixelSizeUm: .init(x: 0.065),
                channelDetails: [.init(name: "GFP", color: ChannelColor(red: 0, green: 255, blue: 0)), .init()]))
    }
}
