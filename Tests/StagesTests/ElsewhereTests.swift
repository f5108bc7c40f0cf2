import Actions
import ExecutorConformance
import Files
import Footage
import Foundation
import Manifest
import Model
import Pipeline
import Stages
import Testing

/// The stages with their worker's side under another root: no path leaks, and what comes out is the same.
struct ElsewhereTests {
    private struct Made: Equatable {
        var tasks: [String]
        var files: [String: Digest]
    }

    private static func curate(_ footage: String, at root: String, with executor: any Executor) throws -> Made {
        let workspace = try Workspace.create(
            at: root, recipe: "name: elsewhere\nprofile: native\npropose: {min_seconds: 1}\n", recipeName: "elsewhere")
        let manifest = try workspace.manifest()
        let runner = Runner(
            workspace: workspace, manifest: manifest, workers: 2, executor: executor,
            progress: ProgressDisplay(style: .quiet, width: { 80 }, now: { 0 }, write: { _ in }))
        let summary = try Ingest(runner: runner, options: .init()).run([footage])
        #expect(summary.added == 3 && summary.problems.isEmpty, "\(summary)")
        let summaries = try runner.run(Stages.all)
        #expect(summaries.allSatisfy { $0.failed == 0 }, "\(summaries)")
        let tasks = try manifest.query(
            "SELECT stage || ' ' || key || ' ' || fingerprint || ' ' || output_sha256 FROM task ORDER BY 1")
        let files = try manifest.query("SELECT file, sha256 FROM rendition UNION SELECT file, sha256 FROM track")
        return Made(
            tasks: tasks.rows.map { $0[0].description },
            files: try files.rows.reduce(into: [:]) {
                $0[$1[0].description] = try Digest(ofFile: workspace.path($1[0].description))
            })
    }

    @Test func noPathLeaksAndNothingDiffers() throws {
        let folder = NSTemporaryDirectory() + "stages-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let footage = folder + "/footage"
        try FileManager.default.createDirectory(atPath: footage + "/plate", withIntermediateDirectories: true)
        let clock = ClockFootage(scenes: [.init(40, look: 1), .init(45, look: 2)], width: 160, height: 120)
        try clock.write(to: footage + "/film.mp4")
        try Data(#"{"title": "Cells divide."}"#.utf8).write(to: URL(fileURLWithPath: footage + "/film.info.json"))
        // Two equal pictures are among those of the sequence.
        for number in 0..<30 {
            var picture = StackFootage(width: 64, height: 48, pages: 1)
            picture.content = { _, x, y, _ in ((number == 7 ? 6 : number) * 11 + 3 * x + y * y) % 253 }
            try picture.write(to: footage + "/plate/cell \(number).tif")
        }
        var stack = StackFootage(width: 64, height: 48, pages: 30)
        stack.content = { page, x, y, _ in (17 * page + x * y) % 251 }
        try stack.write(to: footage + "/stack.tif")

        let here = try Self.curate(footage, at: folder + "/here", with: InProcess(Stages.all))
        let elsewhere = try Self.curate(
            footage, at: folder + "/there",
            with: Elsewhere(InProcess(Stages.all), root: folder + "/another", instead: folder))
        #expect(here.tasks == elsewhere.tasks)
        #expect(here.files == elsewhere.files && here.files.count > 20)
    }
}
