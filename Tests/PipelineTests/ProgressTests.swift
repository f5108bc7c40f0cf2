import Foundation
import Pipeline
import Synchronization
import Testing

/// A clock that stands still until it is told otherwise, and all that was written.
private final class Stand: Sendable {
    private let state = Mutex((time: 0.0, written: [String](), width: 80))

    var time: Double {
        get { state.withLock { $0.time } }
        set { state.withLock { $0.time = newValue } }
    }
    var width: Int {
        get { state.withLock { $0.width } }
        set { state.withLock { $0.width = newValue } }
    }
    var written: [String] { state.withLock { $0.written } }
    var last: String { written.last ?? "" }

    func display(_ style: ProgressDisplay.Style) -> ProgressDisplay {
        ProgressDisplay(
            style: style, width: { [self] in width }, now: { [self] in time },
            write: { [self] text in state.withLock { $0.written.append(text) } })
    }
}

private let clear = "\r\u{1B}[2K"

/// What a terminal shows after all of `text`: its lines, with the effect of `clear`.
private func screen(_ text: String) -> [String] {
    text.components(separatedBy: "\n").map { $0.components(separatedBy: clear).last ?? "" }
}

@Suite struct ProgressTests {
    @Test func aBarShowsCountRateTimeLeftAndFailures() {
        let stand = Stand()
        let display = stand.display(.bar(colour: false))
        display.begin(stage: "scan", total: 1200, unit: "file")
        #expect(stand.last == "scan  [------------------------------]  0/1,200 files")
        stand.time = 10
        display.advance(by: 20)
        #expect(stand.last == clear + "scan  [------------------------------]  20/1,200 files  2/s  9 min 50 s left")
        stand.width = 100
        stand.time = 100
        display.advance(by: 580, failed: 2)
        #expect(
            stand.last == clear
                + "scan  [###############---------------]  600/1,200 files  6/s  1 min 40 s left  2 failed")
        stand.time = 200
        display.advance(by: 600)
        display.end()
        #expect(Array(stand.written.suffix(2)) == [clear, "scan: 1,200 files in 3 min 20 s, 2 failed\n"])
        #expect(screen(stand.written.joined()) == ["scan: 1,200 files in 3 min 20 s, 2 failed", ""])
    }

    @Test func aBarIsDrawnAtMostTenTimesASecond() {
        let stand = Stand()
        let display = stand.display(.bar(colour: false))
        display.begin(stage: "cut", total: 10_000, unit: "clip")
        for step in 1...1000 {
            stand.time = Double(step) / 1000
            display.advance()
        }
        #expect((9...11).contains(stand.written.count), "\(stand.written.count) in one second")
        stand.time = 5
        display.refresh()
        #expect(stand.last.contains("1,000/10,000 clips"))
        let count = stand.written.count
        display.refresh()
        #expect(stand.written.count == count)
    }

    @Test(arguments: 0...120)
    func aBarFitsTheTerminal(width: Int) {
        let stand = Stand()
        stand.width = width
        let display = stand.display(.bar(colour: true))
        display.begin(stage: "caption", total: 67853, unit: "clip")
        stand.time = 60
        display.advance(by: 12194, failed: 311)
        for text in stand.written {
            let shown = text.replacing(clear, with: "").replacing(/\u{1B}\[\d+m/, with: "")
            #expect(shown.count <= max(width - 1, 0))
            #expect(width < 30 || shown.contains("/67,853 clips"))
            #expect(width < 60 || shown.contains("caption  ["))
            #expect(width < 95 || text == stand.written[0] || shown.contains("203.2/s") || shown.contains("203/s"))
        }
        #expect(width < 60 || stand.last.contains("\u{1B}[31m311 failed\u{1B}[0m"))
    }

    @Test func withoutColourThereAreNoColours() {
        let stand = Stand()
        let display = stand.display(.bar(colour: false))
        display.begin(stage: "cut", total: 4, unit: "clip")
        stand.time = 1
        display.advance(by: 2, failed: 1)
        display.end()
        #expect(!stand.written.joined().contains(/\u{1B}\[\d+m/))
    }

    @Test func theRateFollowsTheLastMinute() {
        let stand = Stand()
        let display = stand.display(.bar(colour: false))
        stand.width = 200
        display.begin(stage: "scan", total: 100_000, unit: "file")
        for second in 1...100 {  // fast at first ...
            stand.time = Double(second)
            display.advance(by: 100)
        }
        #expect(stand.last.contains("  100/s  "))
        for second in 101...200 {  // ... then one a second
            stand.time = Double(second)
            display.advance()
        }
        #expect(stand.last.contains("  1/s  "))
        for second in 201...260 {  // ... then nothing comes to an end
            stand.time = Double(second)
            display.refresh()
        }
        #expect(stand.last.contains("  30/min  "))
    }

    @Test func slowItemsHaveARateToo() {
        let stand = Stand()
        let display = stand.display(.bar(colour: false))
        display.begin(stage: "scan", total: 30, unit: "file")
        for item in 1...20 {
            stand.time = Double(item) * 600
            display.advance()
        }
        #expect(stand.last.contains("20/30 files  6/h  1 h 40 min left"))
    }

    @Test func elsewhereThereAreLinesNowAndThen() {
        let stand = Stand()
        let display = stand.display(.lines)
        display.begin(stage: "scan", total: 100, unit: "file")
        for second in 1...95 {
            stand.time = Double(second)
            display.advance(failed: second == 50 ? 1 : 0)
        }
        stand.time = 126
        display.refresh()
        display.end()
        #expect(
            stand.written == [
                "scan: 100 files\n",
                "scan: 30/100 files, 1/s, 1 min 10 s left\n",
                "scan: 60/100 files, 1/s, 40 s left, 1 failed\n",
                "scan: 90/100 files, 1/s, 10 s left, 1 failed\n",
                "scan: 95/100 files, 39.6/min, 8 s left, 1 failed\n",
                "scan: 95/100 files in 2 min 6 s, 1 failed\n",
            ])
    }

    @Test func notesStandAboveTheBar() {
        let stand = Stand()
        let display = stand.display(.bar(colour: false))
        display.note("before")
        display.begin(stage: "scan", total: 2, unit: "file")
        stand.time = 1
        display.advance(failed: 1)
        display.note("a.mp4: it is\u{1B}[2J truncated\nreally")
        let shown = screen(stand.written.joined())
        #expect(shown.count == 3)
        #expect(shown[0] == "before")
        #expect(shown[1] == "a.mp4: it is [2J truncated really")
        #expect(shown[2].hasPrefix("scan  [") && shown[2].contains("1/2 files"))
    }

    @Test func quietLeavesOnlyNotes() {
        let stand = Stand()
        let display = stand.display(.quiet)
        display.begin(stage: "scan", total: 2, unit: "file")
        stand.time = 40
        display.advance(by: 2, failed: 1)
        display.note("a.mp4: truncated")
        display.refresh()
        display.end()
        #expect(stand.written == ["a.mp4: truncated\n"])
    }

    @Test func stagesFollowEachOther() {
        let stand = Stand()
        let display = stand.display(.lines)
        display.advance()
        display.end()
        display.begin(stage: "scan", total: 1, unit: "file")
        display.advance()
        display.begin(stage: "cut", total: 0, unit: "clip")
        display.end()
        display.end()
        #expect(
            stand.written == ["scan: 1 file\n", "scan: 1 file in 0 s\n", "cut: 0 clips\n", "cut: 0 clips in 0 s\n"])
    }

    @Test func manyThreadsLoseNothing() {
        let stand = Stand()
        let display = stand.display(.lines)
        display.begin(stage: "scan", total: 80_000, unit: "file")
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for item in 0..<10_000 { display.advance(failed: item % 10 == 0 ? 1 : 0) }
        }
        display.end()
        #expect(stand.last == "scan: 80,000 files in 0 s, 8,000 failed\n")
    }
}

@Suite struct QuantityTests {
    @Test(arguments: [
        (0.0, "0 s"), (0.44, "0.4 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min"),
        (200, "3 min 20 s"), (3600, "1 h"), (7500, "2 h 05 min"), (86400, "1 d"), (273_600, "3 d 4 h"),
        (.infinity, "a very long time"),
    ])
    func durations(seconds: Double, text: String) {
        #expect(Quantity.duration(seconds) == text)
    }

    @Test(arguments: [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (4 << 30, "4 GiB"), (Int.max, "8388608 TiB")])
    func sizes(bytes: Int, text: String) {
        #expect(Quantity.size(bytes) == text)
    }

    @Test(arguments: [(12.0, "12/s"), (140.6, "141/s"), (0.075, "4.5/min"), (0.8 / 3600, "0.8/h")])
    func rates(perSecond: Double, text: String) {
        #expect(Quantity.rate(perSecond: perSecond) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (67853, "67,853"), (-1_234_567, "-1,234,567")])
    func counts(number: Int, text: String) {
        #expect(Quantity.count(number) == text)
    }
}
