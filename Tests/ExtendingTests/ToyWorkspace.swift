import Actions
import Footage
import Foundation
import Manifest
import Model
import Pipeline
import Shots
import Stages
import Testing

/// A folder that goes with its owner, and a workspace in it.
final class ToyWorkspace {
    let folder: String
    let workspace: Workspace
    let manifest: Manifest
    let runner: Runner

    /// - Parameter stages: what the runner's executor knows.
    init(_ stages: [any Stage.Type] = Stages.all) throws {
        folder = NSTemporaryDirectory() + "extending-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        workspace = try Workspace.create(
            at: folder + "/workspace",
            recipe: "name: toys\nprofile: native\nfilter: none\npropose: {min_seconds: 0.5}\n", recipeName: "toys")
        manifest = try workspace.manifest()
        runner = Runner(
            workspace: workspace, manifest: manifest, workers: 2, executor: InProcess(stages),
            progress: ProgressDisplay(style: .quiet, width: { 80 }, now: { 0 }, write: { _ in }))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Writes a stack of 64 x 48 pixels.
    func stack(
        _ name: String, pages: Int = 30, luma: @escaping @Sendable (_ page: Int, _ x: Int, _ y: Int) -> Int
    ) throws -> String {
        var stack = StackFootage(width: 64, height: 48, pages: pages)
        stack.content = { page, x, y, _ in luma(page, x, y) }
        try stack.write(to: "\(folder)/\(name)")
        return "\(folder)/\(name)"
    }

    func ingest(_ path: String) throws {
        let summary = try Ingest(runner: runner, options: .init()).run([path])
        #expect(summary.added == 1 && summary.problems.isEmpty, "\(summary)")
    }
}

/// The one source of a file, without a manifest.
func location(of path: String) throws -> Model.SourceLocation {
    let sources = try FootageProbe.sources(in: [path])
    #expect(sources.count == 1)
    return sources[0].location
}
