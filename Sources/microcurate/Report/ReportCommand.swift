import ArgumentParser
import Files
import Foundation
import Manifest
import Model
import Pages
import Pipeline

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "The dataset at a glance, in one HTML file.",
        discussion: """
            Example: microcurate -C cells report -o cells.html

            Funnel, durations, levels, reasons, sample pictures, duplicates, sources and licences. The file holds its
            pictures and loads nothing from elsewhere; the same state of the workspace gives the same file.
            """)

    @OptionGroup var place: WorkspaceOption

    @Option(
        name: .customShort("o"),
        help: ArgumentHelp(
            "Where it goes; report.html in the workspace by default, - for standard output.", valueName: "file.html"))
    var file: String?

    func run() throws {
        let (workspace, manifest) = try place.open(.read)
        let status = try DatasetStatus(of: workspace, manifest)
        let page = try ReportContent(
            of: workspace, manifest, funnel: status.funnel, levels: status.levels, stages: .stages(status.stages)
        ).render()
        if file == "-" { return FileHandle.standardOutput.write(Data(page.utf8)) }
        let path = file ?? workspace.path("report.html")
        try Fault.guarding(path) { try DurableFile.replace(path, with: Array(page.utf8)) }
        Terminal.print("\(path): \(Quantity.size(page.utf8.count))")
    }
}

extension Table {
    fileprivate static func stages(_ stages: [DatasetStatus.StageStatus]) -> Table {
        Table(
            "What the stages did", ["Stage", .number("Pending"), .number("Done"), .number("Failed")],
            stages.map { stage in
                [
                    .head(stage.stage), .number(Figure.count(stage.pending)), .number(Figure.count(stage.done)),
                    .bad(Figure.count(stage.failed), if: stage.failed > 0),
                ]
            })
    }
}
