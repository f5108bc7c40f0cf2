import Actions
import Files
import Footage
import Foundation
import Manifest
import Model
import Pipeline
import Stages
import Synchronization
import Testing

/// Does the work in this process, and something else before its answer comes back.
private struct Meddling: Executor {
    let inner = InProcess(Stages.all)
    let meddle: @Sendable () throws -> Void

    func seat() -> any Seat { MeddlingSeat(inner.seat(), meddle) }
    func cancel() { inner.cancel() }
}

private final class MeddlingSeat: Seat {
    private let inner: any Seat
    private let meddle: @Sendable () throws -> Void

    init(_ inner: any Seat, _ meddle: @escaping @Sendable () throws -> Void) {
        (self.inner, self.meddle) = (inner, meddle)
    }

    func close() { inner.close() }

    func perform(_ request: WorkRequest, within limits: WorkerLimits, label: String) throws(Fault) -> String {
        let answer = try inner.perform(request, within: limits, label: label)
        do { try meddle() } catch { throw Fault(.internal, "\(error)", at: label, advice: "Mend the test.") }
        return answer
    }
}

/// A file that changes and is ingested again while the first look at it is still on its way.
struct StaleProbeTests {
    @Test func anOldLookIsNotRecordedAgainstNewBytes() throws {
        let folder = NSTemporaryDirectory() + "stale-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let film = folder + "/film.mp4"
        try ClockFootage(scenes: [.init(20, look: 1)], width: 64, height: 48).write(to: film)
        let workspace = try Workspace.create(at: folder + "/workspace", recipe: "name: stale\n", recipeName: "stale")
        let manifest = try workspace.manifest()
        let quiet = ProgressDisplay(style: .quiet, width: { 80 }, now: { 0 }, write: { _ in })
        @Sendable func runner(_ executor: any Executor) -> Runner {
            Runner(workspace: workspace, manifest: manifest, workers: 1, executor: executor, progress: quiet)
        }
        let meddled = Mutex(false)
        let executor = Meddling {
            guard
                meddled.withLock({ was in
                    defer { was = true }; return !was
                })
            else { return }
            try ClockFootage(scenes: [.init(33, look: 2)], width: 64, height: 48).write(to: film)
            let second = try Ingest(runner: runner(InProcess(Stages.all)), options: .init()).run([film])
            #expect(second.added == 1 && second.problems.isEmpty)
        }
        let first = try Ingest(runner: runner(executor), options: .init()).run([film])
        #expect(first.problems.isEmpty, "\(first)")
        let rows = try manifest.query(
            "SELECT file_path.sha256, count(*) OVER () FROM file_path JOIN source_file USING (sha256)"
        ).rows
        let now = try Digest(ofFile: film)
        #expect(rows.count == 1 && rows[0][0].description == now.hex, "\(rows)")
        #expect(try runner(InProcess(Stages.all)).run(Stages.all).map(\.failed).reduce(0, +) == 0)
        #expect(try manifest.query("SELECT frames FROM scan").rows.map { $0[0].description } == ["33"])
    }
}
