import Analysis
import Foundation
import FoundationXML
import Model
import Shots
import Testing

/// The forms of a shot list that other programs read, against what those programs expect.
struct ShotFormatTests {
    private static func cut(_ frame: Int, score: Double = 0.9) -> Transition {
        Transition(kind: .cut, frames: FrameSpan(start: frame, end: frame), score: score)
    }

    /// `count` frames of 25 a second, the first at `first` ticks of 1/90000.
    private static func steady(_ count: Int, first: Int64 = 0) -> FrameTiming {
        FrameTiming(pts: (0..<count).map { first + Int64($0) * 3600 })
    }

    private static let clock90k = Rational(1, 90000)

    // MARK: Text

    @Test func sceneListIsPySceneDetects() {
        // PySceneDetect 0.7.2's own file of a film of 100 frames with one cut, which begins at 1.48 s.
        let wanted = """
            Timecode List:,00:00:02.000
            Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame,End Timecode,End Time (seconds),\
            Length (frames),Length (timecode),Length (seconds)
            1,1,00:00:00.000,0.000,50,00:00:02.000,2.000,50,00:00:02.000,2.000
            2,51,00:00:02.000,2.000,100,00:00:04.000,4.000,50,00:00:02.000,2.000
            """
        let list = ShotList([Self.cut(50)], timing: Self.steady(100, first: 133_200), timeBase: Self.clock90k)
        #expect(list.csv(cutList: true) == wanted)
        #expect(list.csv() == wanted.split(separator: "\n").dropFirst().joined(separator: "\n"))
        #expect(list.shots[1].start.seconds == 3.48, "the JSON keeps the timestamp as it is")
    }

    @Test func unevenFramesKeepTheirTimes() {
        // 10 frames of 1/3 s, then 5 of 2 s.
        let pts = (0..<10).map { Int64($0) * 30000 } + (0..<5).map { 300_000 + Int64($0) * 180_000 }
        let list = ShotList([Self.cut(7), Self.cut(12)], timing: FrameTiming(pts: pts), timeBase: Self.clock90k)
        #expect(list.boundaries == ["00:00:02.333", "00:00:07.333"])
        let rows = list.csv().split(separator: "\n")
        #expect(rows[1] == "1,1,00:00:00.000,0.000,7,00:00:02.333,2.333,7,00:00:02.333,2.333")
        #expect(rows[2] == "2,8,00:00:02.333,2.333,12,00:00:07.333,7.333,5,00:00:05.000,5.000")
        #expect(rows[3] == "3,13,00:00:07.333,7.333,15,00:00:13.333,13.333,3,00:00:06.000,6.000")
    }

    @Test func mixedFramesAreInNoScene() {
        let dissolve = Transition(kind: .dissolve, frames: FrameSpan(start: 40, end: 60), score: 0.8)
        let list = ShotList([dissolve], timing: Self.steady(100), timeBase: Self.clock90k)
        #expect(list.boundaries == ["00:00:02.000"])
        #expect(list.shots.map { [$0.start.frame, $0.end.frame] } == [[0, 40], [60, 100]])
        #expect(list.opening(of: list.shots[0]) == nil)
        #expect(list.opening(of: list.shots[1])?.kind == .dissolve)
        let edl = list.edl(name: "a\nb.mp4", rate: EditRate(nominal: Rational(25)))
        #expect(
            edl == """
                TITLE: a b.mp4
                FCM: NON-DROP FRAME

                001  AX       V     C        00:00:00:00 00:00:01:15 00:00:00:00 00:00:01:15
                * FROM CLIP NAME: a b.mp4
                * TIMECODE OF 25/1 FRAMES A SECOND
                002  AX       V     C        00:00:02:10 00:00:04:00 00:00:02:10 00:00:04:00
                * FROM CLIP NAME: a b.mp4
                * AFTER A DISSOLVE FROM 00:00:01:15 TO 00:00:02:10
                """)
    }

    /// Timecode counts frames, so at 29.97 it falls behind the clock: after an hour by 3.6 seconds.
    @Test(arguments: [
        (Rational(30000, 1001), 107_892, "00:59:56:12"), (Rational(25), 90000, "01:00:00:00"),
        (Rational(24000, 1001), 24, "00:00:01:00"), (Rational(8), 20, "00:00:02:04"),
        (Rational(60), 61, "00:00:01:01"), (Rational(120), 122, "00:00:01:01"), (Rational(240), 244, "00:00:01:01"),
        (Rational(1, 10), 3, "00:00:30:00"),
    ])
    func timecodesCountFrames(nominal: Rational, frame: Int, timecode: String) throws {
        let timeBase = nominal.reciprocal
        let timing = FrameTiming(pts: (0..<frame + 10).map { Int64($0) })
        let list = ShotList([Self.cut(frame)], timing: timing, timeBase: timeBase)
        let rate = EditRate(nominal: nominal)
        #expect(rate.rate <= Rational(60) && rate.base <= 60)
        let event = try #require(list.edl(name: "x", rate: rate).split(separator: "\n").first { $0.hasPrefix("002") })
        #expect(event.split(separator: " ")[4] == timecode)
    }

    @Test func aShotBelowAFrameOfTimecodeIsSaidNotWritten() {
        let timing = FrameTiming(pts: [0, 1000, 1010, 2000, 3000])
        let list = ShotList([Self.cut(1), Self.cut(2)], timing: timing, timeBase: Rational(1, 1000))
        let lines = list.edl(name: "x", rate: EditRate(nominal: Rational(10))).split(separator: "\n")
        #expect(lines.contains("* SHOT 2 LEFT OUT: SHORTER THAN A FRAME OF TIMECODE"))
        #expect(lines.filter { $0.first!.isNumber }.map { $0.prefix(3) } == ["001", "002"])
    }

    @Test(arguments: [
        (0, "00:00:00.000"), (59_999, "00:00:59.999"), (3_599_999, "00:59:59.999"), (360_000_000, "100:00:00.000"),
    ])
    func clockCarries(milliseconds: Int64, text: String) {
        #expect(ShotClock.text(milliseconds: milliseconds) == text)
    }

    // MARK: Plot

    /// A track of nothing but scores.
    private static func track(_ count: Int, cut: [Int: UInt8] = [:], neural: [Float]? = nil) -> FrameTrack {
        var evidence = TransitionEvidence()
        evidence.count = count
        evidence.cutCurve = [UInt8](repeating: 0, count: count)
        for (frame, value) in cut { evidence.cutCurve[frame] = value }
        evidence.gradualCurve = [UInt8](repeating: 0, count: count)
        var track = FrameTrack([steady(count), evidence])
        track.neural = neural.map { NeuralScores(middles: $0, mixed: $0) }
        return track
    }

    private static func plot(
        _ track: FrameTrack, found: [Transition] = [], rejected: [Transition] = [], title: String = "film.mp4",
        problems: [String] = []
    ) -> String {
        let list = ShotList(found, timing: track.timing, timeBase: clock90k, problems: problems)
        return ScorePlot(title: title, list: list, track: track, rejected: rejected, rule: .init()).svg
    }

    /// Elements and texts of a document, if it is well-formed.
    private final class Outline: NSObject, XMLParserDelegate {
        var elements: [(name: String, attributes: [String: String])] = []
        var text = ""

        static func of(_ svg: String) throws -> Outline {
            let outline = Outline()
            let parser = XMLParser(data: Data(svg.utf8))
            parser.delegate = outline
            try #require(parser.parse(), "\(String(describing: parser.parserError))")
            return outline
        }

        func count(_ name: String, _ kind: String) -> Int {
            elements.count { $0.name == name && $0.attributes["class"] == kind }
        }

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            elements.append((name, attributes))
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
    }

    @Test func noPeakIsLostInALongFilm() throws {
        // Three hours, three frames that stand out.
        let svg = Self.plot(Self.track(270_000, cut: [1234: 255, 150_000: 128, 269_999: 255]))
        let outline = try Outline.of(svg)
        let curves = outline.elements.filter { $0.attributes["class"] == "curve" }.compactMap { $0.attributes["d"] }
        #expect(curves.count == 2)
        let heights = curves[0].split(separator: "V").dropFirst().compactMap { Int($0.prefix { $0.isNumber }) }
        let bottom = try #require(heights.max())
        let top = try #require(heights.min())
        #expect(heights.count { $0 == top } == 2, "the two highest peaks")
        #expect(heights.count { abs(2 * (bottom - $0) - (bottom - top)) <= 2 } == 1, "the one of half the height")
        #expect(svg.utf8.count < 20_000)
    }

    @Test func marksTellWhatTheyAre() throws {
        let found = [
            Self.cut(100), Transition(kind: .wipe, frames: FrameSpan(start: 200, end: 220), score: 0.625),
        ]
        let svg = Self.plot(
            Self.track(500, neural: [Float](repeating: 0.5, count: 500)), found: found,
            rejected: [Self.cut(300, score: 0.25), Self.cut(90, score: 0.75)], title: "a<b & \"c\".mp4",
            problems: ["no pictures from 1 to <2>"])
        let outline = try Outline.of(svg)
        #expect(outline.text.contains("a<b & \"c\".mp4"))
        #expect(outline.text.contains("note: no pictures from 1 to <2>"))
        #expect(outline.text.contains("cut at 00:00:04.000, frame 100, score 0.90"))
        #expect(outline.text.contains("wipe at 00:00:08.400, frames 200 to 219, score 0.63"))
        #expect(outline.text.contains("rejected: cut at 00:00:12.000, frame 300, score 0.25, below 0.50"))
        #expect(outline.text.contains("rejected: cut at 00:00:03.600, frame 90, score 0.75, gave way to another"))
        #expect(outline.count("g", "rejected") == 2 && outline.count("g", "cut") == 1)
        #expect(outline.count("path", "curve") == 3 && outline.count("path", "threshold") == 3)
        // 3 shots: two cuts of the strip.
        #expect(outline.count("rect", "even") + outline.count("rect", "odd") == 3)
    }

    @Test func aPlotStaysSmall() throws {
        let count = 200_000
        let found = (1..<5000).map { Self.cut($0 * 40, score: Double($0 % 100) / 100) }
        let rejected = (0..<50_000).map { Self.cut($0 * 4 + 1, score: Double($0 % 50) / 100) }
        let cuts = Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, UInt8($0 * 7919 % 256)) })
        let scores = (0..<count).map { Float($0 % 64) / 64 }
        let svg = Self.plot(Self.track(count, cut: cuts, neural: scores), found: found, rejected: rejected)
        #expect(svg.utf8.count < 1_000_000)
        let outline = try Outline.of(svg)
        #expect(outline.text.contains("only the strongest 1000 marks of a sort are drawn"))
        #expect(outline.count("g", "rejected") == 1000)
    }

    @Test(arguments: [1, 2]) func tinyFilmsAreDrawn(count: Int) throws {
        let outline = try Outline.of(Self.plot(Self.track(count)))
        #expect(outline.text.contains("\(count) frame"))
    }
}
