import Analysis
import Foundation
import Model
import Shots
import Testing

/// Scores of boundaries against truth.
@Suite struct EvaluationTests {
    private static let root = URL(fileURLWithPath: #filePath + "/../../..").standardized

    private static func cut(_ frame: Int) -> Transition {
        Transition(kind: .cut, frames: FrameSpan(start: frame, end: frame), score: 1)
    }

    private static func gradual(_ kind: Transition.Kind, _ start: Int, _ end: Int) -> Transition {
        Transition(kind: kind, frames: FrameSpan(start: start, end: end), score: 1)
    }

    private static func truth(_ transitions: [Transition], frames: Int = 1000) -> ShotTruth {
        ShotTruth(fps: 25, frames: frames, width: 64, height: 36, shots: [], transitions: transitions)
    }

    private static func score(_ truth: ShotTruth, _ predicted: [PredictedBoundary], slack: Int = 2) -> ShotScore {
        let match = BoundaryMatch(truth: truth.transitions, middles: predicted.map(\.middle), slack: slack)
        return ShotScore(truth: truth, predicted: predicted, match: match)
    }

    // MARK: The rule

    @Test(arguments: [(97, false), (98, true), (100, true), (102, true), (103, false)])
    func aCutIsFoundWithinTwoFrames(_ middle: Int, _ isFound: Bool) {
        let match = BoundaryMatch(truth: [Self.cut(100)], middles: [middle], slack: 2)
        #expect((match.finders == [0]) == isFound && (match.found == [0]) == isFound)
        #expect(BoundaryMatch(truth: [Self.cut(100)], middles: [middle], slack: 3).finders == [0])
    }

    /// Mixed frames 200 to 219.
    @Test(arguments: [(197, false), (198, true), (210, true), (221, true), (222, false)])
    func aGradualTransitionIsFoundInsideIt(_ middle: Int, _ isFound: Bool) {
        let match = BoundaryMatch(truth: [Self.gradual(.dissolve, 200, 220)], middles: [middle], slack: 2)
        #expect((match.finders == [0]) == isFound)
    }

    @Test func eachTransitionIsMatchedOnce() {
        let truth = [Self.cut(100), Self.cut(103), Self.gradual(.wipe, 200, 216)]
        let match = BoundaryMatch(truth: truth, middles: [99, 101, 102, 205, 210], slack: 2)
        // 101 takes the second cut; 102 comes too late, as does 210.
        #expect(match.finders == [0, 1, 3] && match.found == [0, 1, nil, 2, nil])
    }

    @Test func figuresOfAnExample() {
        let truth = Self.truth([Self.cut(100), Self.gradual(.dissolve, 200, 220), Self.gradual(.fade, 300, 310)])
        let score = Self.score(
            truth,
            [
                PredictedBoundary(Self.cut(101)), PredictedBoundary(Self.gradual(.dissolve, 205, 225)),
                PredictedBoundary(frame: 500), PredictedBoundary(frame: 600),
            ])
        #expect(score.precision == 0.5 && score.recall == 2.0 / 3 && score.f1 == 4.0 / 7)
        #expect(score.falseAlarms == 2 && score.falsePerMinute == 3 && score.transitions == 3)
        #expect(score.kinds[.cut]?.ratio == 1 && score.kinds[.dissolve]?.ratio == 1 && score.kinds[.fade]?.ratio == 0)
        #expect(score.kinds[.wipe] == nil)
        // Of 30 mixed frames 5 before the found dissolve, and the whole fade.
        #expect(score.leak == 0.5)
        var twice = score
        twice += score
        #expect(twice.f1 == score.f1 && twice.transitions == 6 && twice.falsePerMinute == 3 && twice.leak == 0.5)
    }

    @Test func nothingToCountIsUnknown() {
        let silent = Self.score(Self.truth([Self.cut(10)]), [])
        #expect(silent.precision == nil && silent.recall == 0 && silent.f1 == 0 && silent.leak == nil)
        let unedited = Self.score(Self.truth([]), [PredictedBoundary(frame: 10)])
        #expect(unedited.precision == 0 && unedited.recall == nil && unedited.f1 == nil)
        #expect(unedited.falsePerMinute == 1.5)
    }

    /// The project's scoring script, where it lies beside the repository.
    private static let script = root.appending(path: "../shared/tools/score_shots.py").standardized.path

    @Test(.enabled(if: FileManager.default.fileExists(atPath: script), "../shared/tools/score_shots.py is not there"))
    func agreesWithTheScript() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(seed: seed)
        var cases: [(truth: ShotTruth, middles: [Int])] = []
        for _ in 0..<150 {
            var transitions: [Transition] = []
            var at = random.whole(in: 0...5)
            for _ in 0..<random.index(12) {
                at += random.whole(in: 1...9)
                let kind = Transition.Kind.allCases[random.index(4)]
                let end = kind == .cut ? at : at + random.whole(in: 1...12)
                transitions.append(Self.gradual(kind, at, end))
                at = end
            }
            let middles = (0..<random.index(16)).map { _ in random.index(at + 8) }.sorted()
            cases.append((Self.truth(transitions, frames: at + 20), middles))
        }
        let lines = try cases.map { "[\(try JSON.line($0.truth)), \(try JSON.line($0.middles))]" }
        let program = """
            import sys, json; sys.path.insert(0, sys.argv[1]); from score_shots import score
            for line in sys.stdin: t, p = json.loads(line); print(json.dumps(score(t, p)))
            """
        let folder = (Self.script as NSString).deletingLastPathComponent
        let answers = try Self.python(["-B", "-c", program, folder], input: lines.joined(separator: "\n"))
        #expect(answers.count == cases.count)
        for ((truth, middles), answer) in zip(cases, answers) {
            let words = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [Any])
            let score = Self.score(truth, middles.map(PredictedBoundary.init(frame:)))
            #expect(
                words.prefix(3).compactMap { $0 as? Int } == [score.found, score.predicted, score.transitions],
                "seed \(seed)")
            let hits = try #require(words[3] as? [String: Int])
            for (kind, share) in score.kinds { #expect(hits[kind.rawValue] ?? 0 == share.found, "seed \(seed)") }
            let kinds = try #require(words[4] as? [String: Int])
            #expect(kinds == Dictionary(uniqueKeysWithValues: score.kinds.map { ($0.rawValue, $1.total) }))
        }
    }

    private static func python(_ arguments: [String], input: String) throws -> [Substring] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let file = NSTemporaryDirectory() + "microcurate-\(UUID().uuidString)"
        try Data(input.utf8).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        process.standardInput = FileHandle(forReadingAtPath: file)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return text.split(separator: "\n")
    }

    // MARK: The interval

    /// `videos` of 100 cuts each, of which `missed` are not found, with a false alarm at every 20th.
    private static func interval(videos: Int, missed: Int, seed: UInt64 = 1) -> ClosedRange<Double>? {
        var bootstrap = ShotBootstrap(rounds: 1000, seed: seed)
        for _ in 0..<videos {
            let cuts = (1...100).map { Self.cut(50 * $0) }
            let truth = Self.truth(cuts, frames: 6000)
            let found = cuts.dropFirst(missed).map(\.middle)
            let middles = (found + (1...5).map { 1000 * $0 + 25 }).sorted()
            bootstrap.add(
                truth, middles: middles, match: BoundaryMatch(truth: truth.transitions, middles: middles, slack: 2))
        }
        return bootstrap.interval()
    }

    @Test func theIntervalIsAsWideAsTheTheorySays() throws {
        let (few, many) = (
            try #require(Self.interval(videos: 1, missed: 10)), try #require(Self.interval(videos: 16, missed: 10))
        )
        let f1 = 2.0 * 90 / (95 + 100)
        for interval in [few, many] { #expect(interval.contains(f1)) }
        // F1 = 2 h / (h + a + n): with h of variance 9 and a of 5 in 100, its deviation is about 0.020.
        let (wide, narrow) = (few.upperBound - few.lowerBound, many.upperBound - many.lowerBound)
        #expect((0.05...0.12).contains(wide), "\(wide)")
        #expect((3.0...5.0).contains(wide / narrow), "16 times the footage, a quarter of the width: \(wide / narrow)")
        #expect(Self.interval(videos: 16, missed: 10) == many && Self.interval(videos: 16, missed: 10, seed: 2) != many)
        #expect(Self.interval(videos: 3, missed: 0).map { $0.upperBound <= 1 } == true)
    }

    @Test func videosThatDifferWidenTheInterval() throws {
        func interval(_ missed: [Int]) throws -> Double {
            var bootstrap = ShotBootstrap(rounds: 1000, seed: 3)
            for missed in missed {
                let truth = Self.truth((1...100).map { Self.cut(9 * $0) })
                let middles = truth.transitions.dropFirst(missed).map(\.middle)
                bootstrap.add(
                    truth, middles: middles, match: BoundaryMatch(truth: truth.transitions, middles: middles, slack: 2))
            }
            let interval = try #require(bootstrap.interval())
            return interval.upperBound - interval.lowerBound
        }
        #expect(try interval([0, 40, 0, 40]) > 1.8 * interval([20, 20, 20, 20]))
    }

    @Test func nothingToResample() {
        var unedited = ShotBootstrap(rounds: 100, seed: 1)
        #expect(unedited.interval() == nil)
        unedited.add(Self.truth([]), middles: [5], match: BoundaryMatch(truth: [], middles: [5], slack: 2))
        #expect(unedited.interval() == nil)
    }

    // MARK: Misses

    @Test func theSurestMissComesFirst() {
        var truth = Self.truth([Self.cut(100), Self.gradual(.wipe, 200, 216), Self.cut(400)])
        truth.shots = [
            .init(start: 0, end: 100, footage: "a", tricks: ["flash"]),
            .init(start: 100, end: 208, footage: "b", tricks: ["zoom", "flash"]),
        ]
        let predicted = [
            PredictedBoundary(middle: 50, frames: FrameSpan(start: 50, end: 50), kind: .cut, score: 0.55),
            PredictedBoundary(Self.cut(400)),
        ]
        let rejected = [
            Transition(kind: .cut, frames: FrameSpan(start: 104, end: 104), score: 0.3),
            Transition(kind: .cut, frames: FrameSpan(start: 120, end: 120), score: 0.49),
        ]
        let match = BoundaryMatch(truth: truth.transitions, middles: predicted.map(\.middle), slack: 2)
        let misses = ShotMiss.all(truth: truth, predicted: predicted, rejected: rejected, match: match)
        #expect(misses.map(\.transition) == [.wipe, .cut, .cut])
        #expect(misses.map(\.kind) == [.missed, .missed, .falseAlarm])
        #expect(misses.map(\.score) == [nil, 0.3, 0.55])
        #expect(misses.map(\.certainty) == [1, 0.7, 0.55])
        #expect(misses.map(\.tricks) == [["zoom", "flash"], ["flash", "zoom"], ["flash"]])
        #expect(misses[0].pictures(8, of: 1000) == [198, 200, 203, 206, 208, 211, 214, 217])
        #expect(misses[1].pictures(8, of: 1000) == Array(96...103))
        #expect(misses[1].pictures(8, of: 98) == [96, 97])
    }

    // MARK: The truth's document

    @Test func theDocumentOfTheComposingScript() throws {
        let text = """
            {"fps": 25, "width": 640, "height": 360, "frames": 90,
             "shots": [{"start": 0, "end": 57, "footage": "x.mp4", "tricks": ["flash"]}],
             "transitions": [{"kind": "cut", "frame": 57}, {"kind": "dissolve", "start": 61, "end": 81}]}
            """
        let truth = try ShotTruth.parse(Data(text.utf8), file: "x.truth.json")
        #expect(truth.fps == 25 && truth.frames == 90 && truth.seconds == 3.6)
        #expect(truth.transitions == [Self.cut(57), Self.gradual(.dissolve, 61, 81)])
        #expect(truth.shots == [.init(start: 0, end: 57, footage: "x.mp4", tricks: ["flash"])])
        let written = try JSONSerialization.jsonObject(with: JSON.canonical(truth)) as? NSDictionary
        #expect(written == (try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary))
    }

    @Test(arguments: [
        ("[]", "form"), ("{\"fps\": 25", "JSON"), ("{}", "'fps' is missing"),
        (#"{"fps": "25", "frames": 9, "width": 4, "height": 4, "transitions": []}"#, "'fps'"),
        (#"{"fps": 0, "frames": 9, "width": 4, "height": 4, "transitions": []}"#, "more than 0"),
        (#"{"fps": 25, "frames": 0, "width": 4, "height": 4, "transitions": []}"#, "more than 0"),
        (Self.document(#"{"kind": "jump", "frame": 3}"#), "'transitions.0.kind'"),
        (Self.document(#"{"kind": "cut"}"#), "'transitions'"),
        (Self.document(#"{"kind": "cut", "start": 3, "end": 5}"#), "'transitions'"),
        (Self.document(#"{"kind": "wipe", "start": 3}"#), "'transitions'"),
        (Self.document(#"{"kind": "cut", "frame": 0}"#), "the cut 0-0 does not lie in 0-50"),
        (Self.document(#"{"kind": "cut", "frame": 50}"#), "does not lie in 0-50"),
        (Self.document(#"{"kind": "fade", "start": 5, "end": 5}"#), "does not lie in 0-50"),
        (Self.document(#"{"kind": "fade", "start": 9, "end": 5}"#), "does not lie in 0-50"),
        (Self.document(#"{"kind": "fade", "start": -1, "end": 5}"#), "does not lie in 0-50"),
        (Self.document(#"{"kind": "fade", "start": 40, "end": 51}"#), "does not lie in 0-50"),
        (Self.document(#"{"kind": "fade", "start": 5, "end": 9}, {"kind": "cut", "frame": 8}"#), "overlaps"),
        (Self.document(#"{"kind": "cut", "frame": 8}, {"kind": "cut", "frame": 8}"#), "overlaps"),
        (Self.document(#"{"kind": "cut", "frame": 8}, {"kind": "cut", "frame": 7}"#), "out of order"),
    ])
    func whatIsNoTruthIsSaid(_ text: String, _ words: String) throws {
        let fault = #expect(throws: Fault.self) { try ShotTruth.parse(Data(text.utf8), file: "x.truth.json") }
        #expect(fault?.place == "x.truth.json" && fault?.what.contains(words) == true, "\(fault?.what ?? "")")
    }

    private static func document(_ transitions: String) -> String {
        #"{"fps": 25, "frames": 50, "width": 4, "height": 4, "transitions": ["# + transitions + "]}"
    }

    @Test func theSchemaListsEveryKey() throws {
        let data = try Data(contentsOf: Self.root.appending(path: "schemas/shot-truth.schema.json"))
        let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let properties = try #require(schema["properties"] as? [String: Any])
        let written = try JSONSerialization.jsonObject(with: JSON.canonical(Self.truth([])))
        #expect(try #require(written as? [String: Any]).keys.sorted() == properties.keys.sorted())
    }
}
