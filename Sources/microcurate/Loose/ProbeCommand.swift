import ArgumentParser
import Model
import Shots

struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "What a recording is: size, timing, axes, scale.",
        discussion: "Example: microcurate probe cells.ome.tif --json")

    @OptionGroup var output: JSONOption

    @Argument(help: "A video or stack, or the pictures of a sequence in order.")
    var files: [String]

    private struct Series: Encodable { var series: [MediaDescription] }

    func run() throws {
        let descriptions = try FootageProbe.descriptions(of: files)
        let document =
            descriptions.count == 1 ? try JSON.pretty(descriptions[0]) : try JSON.pretty(Series(series: descriptions))
        if output.json { return Terminal.print(document) }
        for description in descriptions { Terminal.print(Self.text(description)) }
    }

    private static func text(_ d: MediaDescription) -> String {
        func known<T>(_ value: T?) -> String { value.map { "\($0)" } ?? "unknown" }
        let size = d.pixelSizeUm
        let scale = "x \(known(size.x)), y \(known(size.y)), z \(known(size.z)) µm"
        let duration = d.durationSeconds.map { "\($0) s" } ?? "unknown"
        let interval = d.intervalSeconds.map { "\($0) s" } ?? "unknown"
        var rows: [[String]] = [
            ["kind", "\(d.kind.rawValue) (\(d.container), \(d.codec))"],
            ["size", "\(d.width) x \(d.height), \(known(d.bitDepth)) bit"],
            ["frames", known(d.frames)], ["duration", duration],
            ["frame rate", known(d.frameRate.nominal)], ["time base", known(d.timeBase)],
            ["rotation", "\(d.rotation)"],
            ["channels", known(d.channels)], ["slices", known(d.slices)], ["time points", known(d.timepoints)],
            ["pixel size", scale],
            ["interval", interval],
        ]
        rows += d.notes.map { ["note", $0] }
        return Terminal.table([], rows)
    }
}
