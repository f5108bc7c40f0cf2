import Foundation
import Model
import Testing

/// Small films with known cuts, made with the `ffmpeg` command.
enum ShotsFilm {
    /// Three scenes of so many frames at a rate; `more` is what the encoder is told.
    static func write(
        _ path: String, frames: [Int] = [50, 75, 50], rate: Int = 25, size: String = "160x120", filter: String = "null",
        _ more: String = "-c:v libx264 -g 10 -threads 1"
    ) throws {
        let looks = ["testsrc", "gradients=seed=7:speed=0.002:nb_colors=4", "smptehdbars"]
        var arguments: [String] = []
        for (look, count) in zip(looks, frames) {
            let options = "s=\(size):r=\(rate):d=\(Double(count) / Double(rate))"
            arguments += ["-f", "lavfi", "-i", look + (look.contains("=") ? ":" : "=") + options]
        }
        let inputs = frames.indices.map { "[\($0):v]format=yuv420p,setsar=1[s\($0)];" }.joined()
        let joined = frames.indices.map { "[s\($0)]" }.joined() + "concat=n=\(frames.count):v=1,\(filter)"
        arguments += ["-filter_complex", inputs + joined]
        try tool(
            "ffmpeg",
            ["-nostdin", "-v", "error", "-y"] + arguments + more.split(separator: " ").map(String.init) + [path])
    }

    /// Runs a program of FFmpeg.
    @discardableResult
    static func tool(_ name: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(name) \(arguments.joined(separator: " "))")
        return String(decoding: text, as: UTF8.self)
    }
}

/// What `shots --json` prints.
struct ShotsAnswer: Decodable {
    struct Point: Decodable {
        var frame: Int
        var pts: Int64
        var seconds: Double
    }

    struct Shot: Decodable {
        var index: Int
        var start: Point
        var end: Point
    }

    struct Change: Decodable {
        var kind: String
        var start: Point
        var end: Point
        var middle: Point
        var score: Double
    }

    var frames: Int
    var timeBase: String
    var shots: [Shot]
    var transitions: [Change]
    var problems: [String]

    var middles: [Int] { transitions.map(\.middle.frame) }

    static func of(_ path: String, _ more: String...) throws -> (shots: ShotsAnswer, answer: Command.Answer) {
        let answer = try Command.run(["shots", path, "--json"] + more)
        try #require(answer.status == 0, "\(answer)")
        return (try answer.json(ShotsAnswer.self), answer)
    }
}

/// The forms that `shots` prints and draws, from outside.
struct ShotsTests {
    @Test func everyFormTellsTheSameShots() throws {
        let folder = try TemporaryFolder()
        let film = folder.path("film.mp4")
        try ShotsFilm.write(film)

        let (json, _) = try ShotsAnswer.of(film)
        #expect(json.frames == 175 && json.middles == [50, 125] && json.problems.isEmpty)
        #expect(json.transitions.allSatisfy { $0.kind == "cut" && $0.start.pts == $0.end.pts && $0.score > 0.5 })
        #expect(
            json.shots.map { [$0.index, $0.start.frame, $0.end.frame] } == [[0, 0, 50], [1, 50, 125], [2, 125, 175]])
        #expect(json.shots.map(\.start.seconds) == [0, 2, 5])

        let table = try Command.run("shots", film)
        let rows = table.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows.count == 4 && table.errors.isEmpty)
        #expect(Array(rows[2].prefix(6)) == ["2", "50", "75", "00:00:02.000", "3.0", "cut"])

        let csv = try Command.run("shots", film, "--csv").output.split(separator: "\n")
        #expect(csv.count == 4 && csv[0].hasPrefix("Scene Number,Start Frame,"))
        #expect(csv[2] == "2,51,00:00:02.000,2.000,125,00:00:05.000,5.000,75,00:00:03.000,3.000")
        let listed = try Command.run("shots", film, "--csv", "--cut-list").output
        #expect(listed.hasPrefix("Timecode List:,00:00:02.000,00:00:05.000\nScene Number,"))

        #expect(try Command.run("shots", film, "--timecodes").output == "00:00:02.000\n00:00:05.000\n")
        let edl = try Command.run("shots", film, "--edl")
        #expect(edl.errors == "note: timecode counts 25 frames a second\n")
        let events = edl.output.split(separator: "\n").filter { $0.first?.isNumber == true }
        #expect(events.count == 3 && events[1].hasSuffix("00:00:02:00 00:00:05:00 00:00:02:00 00:00:05:00"))
    }

    @Test func recipeAndSettingsDecide() throws {
        let folder = try TemporaryFolder()
        let film = folder.path("film.mp4")
        try ShotsFilm.write(film, frames: [30, 30])
        #expect(try ShotsAnswer.of(film).shots.middles == [30])
        #expect(try ShotsAnswer.of(film, "--set", "detect.cut_threshold=1").shots.middles.isEmpty)
        let recipe = folder.path("strict.yaml")
        try "detect: {cut_threshold: 1.0}".write(toFile: recipe, atomically: true, encoding: .utf8)
        #expect(try ShotsAnswer.of(film, "--recipe", recipe).shots.middles.isEmpty)
        #expect(try ShotsAnswer.of(film, "--recipe", recipe, "--set", "detect.cut_threshold=0.5").shots.middles == [30])
        let wrong = try Command.run("shots", film, "--set", "detect.cut_treshold=1")
        #expect(wrong.status == 1 && wrong.errors.contains("cut_threshold"), "\(wrong)")
    }

    @Test(arguments: [
        ["--json", "--csv"], ["--edl", "--timecodes"], ["--cut-list"], ["--set", "detect"],
        ["--plot", "a", "--contact-sheet", "a"],
    ])
    func wrongUsage(_ words: [String]) throws {
        let answer = try Command.run(["shots", "film.mp4"] + words)
        #expect(answer.status == 2 && answer.output.isEmpty && !answer.errors.isEmpty, "\(answer)")
    }

    @Test func picturesAreTheFramesTheySay() throws {
        let folder = try TemporaryFolder()
        let film = folder.path("film.mp4")
        // Plain cards, so that a place on the sheet tells its frame: grey rises by 2 a frame, scenes by their colour.
        let (light, color) = ("if(lt(N,20),40,if(lt(N,40),110,180))", "if(lt(N,20),70,if(lt(N,40),128,190))")
        let cards = "geq=lum='\(light)+2*mod(N,20)':cb='\(color)':cr=128"
        try ShotsFilm.write(film, frames: [20, 20, 20], filter: cards, "-c:v libx264 -g 7 -bf 2 -threads 1 -crf 10")
        let (sheet, plot) = (folder.path("sheet.jpg"), folder.path("plot.svg"))
        try "old".write(toFile: sheet, atomically: true, encoding: .utf8)
        let answer = try Command.run("shots", film, "--json", "--contact-sheet", sheet, "--plot", plot)
        #expect(answer.status == 0 && answer.errors.isEmpty)
        #expect(try answer.json(ShotsAnswer.self).middles == [20, 40])
        #expect(try String(contentsOfFile: plot, encoding: .utf8).hasPrefix("<svg "))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "film.mp4", "plot.svg", "sheet.jpg",
            ])

        try ShotsFilm.tool(
            "ffmpeg", ["-v", "error", "-y", "-i", sheet, "-pix_fmt", "gray", "-f", "rawvideo", folder.path("raw")])
        let size = try ShotsFilm.tool(
            "ffprobe", ["-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", sheet]
        ).split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
        let grey = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path("raw"))))
        try #require(size.count == 2 && grey.count == size[0] * size[1])
        // Pictures stand side by side, each 160 pixels wide in a place of 192: their middles.
        for shot in 0..<3 {
            let row = (94 + 24 + shot * (24 + 144 + 22) + 72) * size[0]
            for (place, frame) in [0, 9, 19].enumerated() {
                let level = Int(grey[row + 28 + place * 196 + 96])
                // Limited range to full.
                let wanted = (Double(40 + 70 * shot + 2 * frame) - 16) * 255 / 219
                #expect(abs(Double(level) - wanted) <= 2, "shot \(shot), frame \(frame): \(level), not \(wanted)")
            }
        }
    }

    @Test func manyShotsFillASheetAndAreToldApart() throws {
        let folder = try TemporaryFolder()
        let film = folder.path("film.mp4")
        // Checks of another phase every 5 frames.
        let cuts = "geq=lum='if(mod(floor(X/8)+floor(Y/8)+floor(N/5),2),40,210)':cb=128:cr=128"
        try ShotsFilm.write(
            film, frames: [1300], size: "32x24", filter: cuts, "-c:v libx264 -preset ultrafast -threads 1")
        let sheet = folder.path("sheet.jpg")
        let answer = try Command.run(
            "shots", film, "--json", "--contact-sheet", sheet, "--set", "detect.min_shot_frames=2")
        #expect(answer.status == 0)
        let shots = try answer.json(ShotsAnswer.self).shots.count
        try #require(shots > 240, "\(shots)")
        #expect(answer.errors == "note: \(sheet) shows the first 240 of \(shots) shots\n")
    }

    @Test func placesThatCannotBeWrittenAreNamed() throws {
        let folder = try TemporaryFolder()
        let film = folder.path("film.mp4")
        try ShotsFilm.write(film, frames: [10])
        for (option, place) in [("--plot", folder.path("none/plot.svg")), ("--contact-sheet", folder.path)] {
            let answer = try Command.run("shots", film, "--timecodes", option, place)
            #expect(answer.status == 1 && answer.errors.contains("error: \(place): "), "\(answer)")
        }
    }
}
