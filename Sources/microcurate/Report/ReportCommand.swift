import ArgumentParser
import Files
import Foundation
import Manifest
import Model
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
        let page = try ReportPage.render(try ReportContent(of: workspace, manifest))
        if file == "-" { return FileHandle.standardOutput.write(Data(page.utf8)) }
        let path = file ?? workspace.path("report.html")
        try Fault.guarding(path) { try DurableFile.replace(path, with: Array(page.utf8)) }
        Terminal.print("\(path): \(Quantity.size(page.utf8.count))")
    }
}
