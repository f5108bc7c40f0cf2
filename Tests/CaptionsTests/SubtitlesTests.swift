import Captions
import Model
import Testing

@Suite struct SubtitlesTests {
    @Test func readsWebVTT() {
        let vtt = """
            \u{FEFF}WEBVTT - a title\r
            Kind: captions\r
            \r
            STYLE\r
            ::cue { color: red }\r
            \r
            NOTE nothing --> here\r
            \r
            intro\r
            00:01.000 --> 00:02.500 align:start position:0%\r
            <v Ann>The <c.yellow>cell</c> <00:00:01.500>divides\r
            \r
            01:00:03.000 --> 01:00:04.000\r
            Later
            """
        let track = Subtitles.parse(vtt: vtt)
        #expect(
            track.cues == [
                .init(startSeconds: 1, endSeconds: 2.5, text: "The cell divides"),
                .init(startSeconds: 3603, endSeconds: 3604, text: "Later"),
            ])
        #expect(track.skipped == 0)
    }

    @Test func readsSubRipAndCountsBrokenCues() {
        let srt = """
            1
            00:00:01,000 --> 00:00:02,000
            {\\an8}First <i>line</i>
            second line

            2
            00:00:05,000 --> 00:00:04,000
            Backwards

            3
            nonsense --> 00:00:04,000
            Broken

            4
            00:00:03,000 --> 00:00:04,000
            5
            00:00:06,000 --> 00:00:07,000
            Last
            """
        let track = Subtitles.parse(srt: srt)
        #expect(track.cues.map(\.text) == ["First line second line", "Last"])
        #expect(track.skipped == 2)
    }

    @Test func undoesRollingCaptions() {
        let vtt = """
            WEBVTT

            00:00:00.000 --> 00:00:02.000
            here<00:00:00.500><c> is</c>

            00:00:02.000 --> 00:00:02.010
            here is

            00:00:02.010 --> 00:00:04.000
            here is
            a<00:00:03.000><c> cell</c>

            00:00:04.000 --> 00:00:04.010
            a cell

            00:00:04.010 --> 00:00:06.000
            a cell
            that divides
            """
        let cues = Subtitles.parse(vtt: vtt).cues
        #expect(cues.map(\.text) == ["here is", "a cell", "that divides"])
        #expect(cues.map(\.startSeconds) == [0, 2.01, 4.01] && cues.map(\.endSeconds) == [2.01, 4.01, 6])
    }

    @Test func givesTheTextOfASpan() {
        let track = Subtitles(cues: [
            .init(startSeconds: 0, endSeconds: 2, text: "one"), .init(startSeconds: 2, endSeconds: 4, text: "two"),
            .init(startSeconds: 5, endSeconds: 6, text: "three"),
        ])
        #expect(track.text(in: 2..<5) == "two")
        #expect(track.text(in: 1.9..<5.1) == "one two three")
        #expect(track.text(in: 4..<5) == "")
    }

    @Test(arguments: ["", "WEBVTT", "no cues here\n\n1\n2", "-->", "\n\n-->\n-->"])
    func survivesNonsense(_ text: String) {
        let track = Subtitles.parse(vtt: text)
        #expect(track.cues.isEmpty)
        #expect(track.skipped == text.split(separator: "-->", omittingEmptySubsequences: false).count - 1)
    }
}
