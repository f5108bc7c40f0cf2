import Foundation
import Model
import Testing

/// Recordings at the edges of what footage can be: `shots` answers, and its boundaries are exact.
struct ShotsBadInputTests {
    /// Films of one kind and where they are cut.
    struct Odd: Sendable, CustomTestStringConvertible {
        var name: String
        var frames: [Int]
        var rate = 25
        var size = "160x120"
        var filter = "null"
        var encoder = "-c:v libx264 -threads 1"
        var cuts: [Int]

        var testDescription: String { name + " " + size + " " + frames.description }
    }

    static let films = [
        Odd(name: "one.mp4", frames: [1], cuts: []),
        Odd(name: "same.mp4", frames: [2], filter: "loop=1:1:0,trim=end_frame=2", cuts: []),
        Odd(name: "gif.gif", frames: [16, 16, 16], rate: 8, encoder: "", cuts: [16, 32]),
        Odd(name: "fast.mp4", frames: [60, 60, 60], rate: 120, cuts: [60, 120]),
        Odd(
            name: "large.mp4", frames: [8, 8], size: "3840x2160", encoder: "-c:v libx264 -preset ultrafast",
            cuts: [8]),
        Odd(name: "small.mp4", frames: [25, 25, 25], size: "64x64", cuts: [25, 50]),
        Odd(name: "tiny.mp4", frames: [25, 25, 25], size: "16x16", cuts: [25, 50]),
        Odd(name: "black.mp4", frames: [50], filter: "drawbox=t=fill:c=black", cuts: []),
    ]

    @Test(arguments: films) func boundariesAreExact(_ film: Odd) throws {
        let folder = try TemporaryFolder()
        let path = folder.path(film.name)
        try ShotsFilm.write(
            path, frames: film.frames, rate: film.rate, size: film.size, filter: film.filter, film.encoder)
        let sheet = folder.path("sheet.jpg")
        let (shots, answer) = try ShotsAnswer.of(path, "--contact-sheet", sheet, "--plot", folder.path("plot.svg"))
        #expect(answer.errors.isEmpty, "\(answer.errors)")
        #expect(shots.middles == film.cuts)
        #expect(shots.shots.map(\.start.frame) == [0] + film.cuts)
        #expect(shots.shots.map(\.end.frame) == film.cuts + [shots.frames])
        #expect(FileManager.default.fileExists(atPath: sheet))
        for cut in shots.transitions {
            // A GIF counts hundredths of a second.
            #expect(abs(cut.middle.seconds - Double(cut.middle.frame) / Double(film.rate)) < 0.011)
        }
    }

    @Test func twoFramesThatDiffer() throws {
        let folder = try TemporaryFolder()
        let film = folder.path("two.mp4")
        try ShotsFilm.write(film, frames: [1, 1])
        let (shots, answer) = try ShotsAnswer.of(film)
        #expect(shots.frames == 2 && answer.errors.isEmpty)
        // Too short for a shot of its own: either one cut between them, or none.
        #expect(shots.middles == [] || shots.middles == [1])
        let forms = ["--csv", "--edl", "--timecodes"].map { try? Command.run("shots", film, $0).status }
        #expect(forms == [0, 0, 0])
    }

    @Test func oneShotIsOneRow() throws {
        let folder = try TemporaryFolder()
        let film = folder.path("one.mp4")
        try ShotsFilm.write(film, frames: [1])
        let table = try Command.run("shots", film)
        #expect(table.status == 0 && table.errors == "note: one shot, no transition\n")
        #expect(table.output.split(separator: "\n").count == 2)
        let times = try Command.run("shots", film, "--timecodes")
        #expect(times.status == 0 && times.output.isEmpty && times.errors == "note: one shot, no transition\n")
    }

    @Test func aFadeInFromBlackIsNoCut() throws {
        let folder = try TemporaryFolder()
        let film = folder.path("fade.mp4")
        try ShotsFilm.write(film, frames: [75], filter: "fade=in:10:25")
        let (shots, _) = try ShotsAnswer.of(film)
        #expect(shots.transitions.allSatisfy { $0.kind == "fade" }, "\(shots.transitions)")
        #expect(shots.transitions.count <= 1)
        #expect(shots.shots.last?.end.frame == 75)
    }

    /// Frames of a variable rate: 25 a second, then 10, then 5, changing away from the cuts.
    @Test func variableRateKeepsTimes() throws {
        let folder = try TemporaryFolder()
        let film = folder.path("variable.mp4")
        let times = "settb=1/90000,setpts='if(lt(N,30),N*3600,if(lt(N,90),108000+(N-30)*9000,648000+(N-90)*18000))'"
        try ShotsFilm.write(
            film, frames: [50, 75, 50], filter: times,
            "-fps_mode passthrough -enc_time_base 1:90000 -video_track_timescale 90000 -c:v libx264 -g 10 -threads 1")
        let (shots, answer) = try ShotsAnswer.of(film)
        #expect(answer.errors.isEmpty)
        #expect(shots.frames == 175 && shots.middles == [50, 125])
        #expect(shots.transitions.map(\.middle.seconds) == [3.2, 14.2])
        let boundaries = try Command.run("shots", film, "--timecodes").output
        #expect(boundaries == "00:00:03.200\n00:00:14.200\n")
        let csv = try Command.run("shots", film, "--csv").output.split(separator: "\n")
        #expect(csv[2] == "2,51,00:00:03.200,3.200,125,00:00:14.200,14.200,75,00:00:11.000,11.000")
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        var container: String
        /// Every so many bytes one is overwritten.
        var step: Int
        var testDescription: String { "\(container), every \(step)" }
    }

    static let damages = ["mp4", "mkv", "ts"].flatMap { container in
        [1, 97].filter { container != "ts" || $0 == 1 }.map { Damage(container: container, step: $0) }
    }

    /// Cuts at 2 s and 5 s, bytes overwritten from 3.0 s to 3.8 s.
    @Test(arguments: damages) func aCorruptMiddleLeavesTheRest(_ damage: Damage) throws {
        let folder = try TemporaryFolder()
        let film = folder.path("film.\(damage.container)")
        try ShotsFilm.write(film)
        let first = try ShotsAnswer.of(film).shots.shots[0].start.seconds
        try Self.overwrite(film, from: 3.0, to: 3.8, step: damage.step)

        let (shots, answer) = try ShotsAnswer.of(film, "--contact-sheet", folder.path("sheet.jpg"))
        let times = shots.transitions.map { $0.middle.seconds - first }
        #expect(times.count == 2, "\(times)")
        #expect(times.contains { abs($0 - 2) < 0.001 } && times.contains { abs($0 - 5) < 0.001 }, "\(times)")
        #expect(!shots.problems.isEmpty)
        #expect(
            answer.errors.split(separator: "\n").map { $0.dropFirst("note: ".count) } == shots.problems.map { $0[...] })
        if damage.step == 1 {
            #expect(shots.frames < 175)
            #expect(shots.problems.contains { $0.hasPrefix("no pictures from 00:00:0") }, "\(shots.problems)")
        }
    }

    /// Overwrites the packets of a time span with bytes of no meaning.
    private static func overwrite(_ path: String, from: Double, to: Double, step: Int) throws {
        let listing = try ShotsFilm.tool(
            "ffprobe",
            [
                "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time,size,pos", "-of", "csv=p=0",
                path,
            ])
        let packets = listing.split(separator: "\n").compactMap { line -> (time: Double, start: Int, end: Int)? in
            let fields = line.split(separator: ",")
            guard fields.count >= 3, let time = Double(fields[0]), let size = Int(fields[1]), let start = Int(fields[2])
            else { return nil }
            return (time, start, start + size)
        }
        let first = try #require(packets.map(\.time).min())
        let hit = packets.filter { from <= $0.time - first && $0.time - first < to }
        let (start, end) = (try #require(hit.map(\.start).min()), try #require(hit.map(\.end).max()))
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        var state: UInt32 = 12345
        for place in stride(from: start, to: end, by: step) {
            state = state &* 1_103_515_245 &+ 12345
            bytes[place] = UInt8(truncatingIfNeeded: state >> 16)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
