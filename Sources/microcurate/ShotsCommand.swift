import Analysis
import ArgumentParser
import Model
import Stages

struct ShotsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shots", abstract: "Shot boundaries of one recording.",
        discussion: "Example: microcurate shots film.mp4 --json")

    @OptionGroup var output: JSONOption
    @OptionGroup var recording: LooseOptions
    @Option(help: "Threads for decoding; the result doesn't depend on it.")
    var threads = 2

    func run() throws {
        let shots = try recording.open().shots(threads: threads)
        if output.json { return Terminal.print(try JSON.pretty(shots.document)) }
        Terminal.print(
            Terminal.table(
                ["shot", "first frame", "frames", "start", "seconds"],
                shots.document.shots.map {
                    let length = $0.end.seconds - $0.start.seconds
                    return [
                        "\($0.index)", "\($0.start.frame)", "\($0.end.frame - $0.start.frame)",
                        "\(($0.start.seconds * 1000).rounded() / 1000)", "\((length * 1000).rounded() / 1000)",
                    ]
                }))
        for transition in shots.document.transitions where transition.kind != .cut {
            Terminal.say("\(transition.kind.rawValue) in frames \(transition.start.frame) to \(transition.end.frame)")
        }
        for problem in shots.problems { Terminal.say("note: \(problem)") }
    }
}
