import Analysis
import ArgumentParser
import Model
import Shots

struct ShotsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shots", abstract: "Shot boundaries of one recording.",
        discussion: """
            Example: microcurate shots film.mp4 --contact-sheet film.jpg --plot film.svg
            Example: microcurate shots film.mp4 --edl > film.edl

            A shot is a run of frames that belong to no transition: the mixed frames of a dissolve are in none. Times
            come from timestamps and count from the first frame; those of --json are timestamps as they are.
            """)

    @OptionGroup var output: JSONOption

    @Flag(help: "Print a scene list with PySceneDetect's columns, frames counted from 1.")
    var csv = false

    @Flag(help: "With --csv: begin with PySceneDetect's line of all boundaries, which other readers of CSV trip over.")
    var cutList = false

    @Flag(help: "Print an edit decision list (CMX 3600), in timecode of the nominal frame rate.")
    var edl = false

    @Flag(help: "Print the time of each boundary, one a line: a cut's first frame, the middle of a dissolve.")
    var timecodes = false

    @Option(help: ArgumentHelp("Write first, middle and last picture of each shot.", valueName: "out.jpg"))
    var contactSheet: String?

    @Option(help: ArgumentHelp("Draw the scores over time, with what was found and rejected.", valueName: "out.svg"))
    var plot: String?

    @OptionGroup var recording: LooseOptions
    @OptionGroup var recipe: RecipeOption

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Set a key of the recipe, such as detect.cut_threshold=0.4; can be repeated.", valueName: "key=value"))
    var settings: [String] = []

    @Option(help: "Threads for decoding; the result doesn't depend on it.")
    var threads = 2

    func validate() throws {
        let forms = [("--json", output.json), ("--csv", csv), ("--edl", edl), ("--timecodes", timecodes)]
        let chosen = forms.filter(\.1).map(\.0)
        if chosen.count > 1 {
            throw ValidationError("\(chosen.joined(separator: " and ")) both go to standard output: choose one")
        }
        if cutList, !csv { throw ValidationError("--cut-list goes with --csv") }
        if let contactSheet, contactSheet == plot {
            throw ValidationError("--contact-sheet and --plot can't be the same file")
        }
        for setting in settings where !setting.contains("=") {
            throw ValidationError("'--set \(setting)' sets nothing; write KEY=VALUE, such as detect.cut_threshold=0.4")
        }
    }

    func run() throws {
        let assignments = settings.map { setting in
            let place = setting.firstIndex(of: "=") ?? setting.endIndex
            return (key: String(setting[..<place]), value: String(setting[place...].dropFirst()))
        }
        let rule = try RecipeDocument.setting(assignments, in: try recipe.yaml(), file: recipe.name)
        let shots = try LooseShots(try recording.open(), recipe: rule, threads: threads)
        try printForm(shots)
        if let contactSheet {
            let sheet = try shots.contactSheet(threads: threads)
            try LooseFootage.write(sheet.jpeg, to: contactSheet)
            if sheet.shots < shots.list.shots.count {
                Terminal.say("note: \(contactSheet) shows the first \(sheet.shots) of \(shots.list.shots.count) shots")
            }
        }
        if let plot { try LooseFootage.write(shots.plot.utf8, to: plot) }
        for problem in shots.list.problems { Terminal.say("note: \(problem)") }
    }

    private func printForm(_ shots: LooseShots) throws {
        let list = shots.list
        if output.json {
            Terminal.print(try JSON.pretty(list))
        } else if csv {
            Terminal.print(list.csv(cutList: cutList))
        } else if edl {
            Terminal.print(shots.edl)
            let rate = shots.editRate.rate
            Terminal.say(
                "note: timecode counts \(rate.denominator == 1 ? "\(rate.numerator)" : "\(rate)") frames a second")
        } else if timecodes {
            for boundary in list.boundaries { Terminal.print(boundary) }
        } else {
            printTable(list)
        }
        if list.transitions.isEmpty, !output.json { Terminal.say("note: one shot, no transition") }
    }

    private func printTable(_ list: ShotList) {
        let rows = list.shots.map { shot in
            let opening = list.opening(of: shot)
            let length = list.timeBase.rescale(shot.end.pts - shot.start.pts, to: Rational(1, 1000))
            return [
                "\(shot.index + 1)", "\(shot.start.frame)", "\(shot.end.frame - shot.start.frame)",
                list.clock.text(shot.start.pts), "\(Double(length) / 1000)", opening?.kind.rawValue ?? "",
                opening.map { "\(($0.score * 100).rounded() / 100)" } ?? "",
            ]
        }
        Terminal.print(
            Terminal.table(["shot", "first frame", "frames", "start", "seconds", "begins with", "score"], rows))
        if list.shots.isEmpty { Terminal.say("note: every frame belongs to a transition, there is no shot") }
    }
}
