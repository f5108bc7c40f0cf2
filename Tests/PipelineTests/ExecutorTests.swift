import ExecutorConformance
import Foundation
import Pipeline
import Testing

/// Each executor passes the one suite; what differs between them stands here.
@Suite struct ExecutorTests {
    /// The worker beside the test bundle.
    private static func workers() -> any Executor {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let worker = (bundle as NSString).deletingLastPathComponent + "/toy-worker"
        return Workers(command: [worker], environment: ["PATH": "/usr/bin:/bin"])
    }

    @Test func inProcess() throws {
        try ExecutorConformance(isolates: false) { InProcess([ToyStage.self]) }.check()
    }

    @Test func workerProcesses() throws {
        try ExecutorConformance(isolates: true) { Self.workers() }.check()
    }

    @Test func anotherRoot() throws {
        let root = NSTemporaryDirectory() + "elsewhere-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        try ExecutorConformance(isolates: true) { Elsewhere(Self.workers(), root: root, instead: "/workspace-") }
            .check()
    }

    /// A parent that is killed leaves no worker behind, even in the middle of a request.
    @Test func killedParentsLeaveNoOrphans() async throws {
        let folder = NSTemporaryDirectory() + "orphan-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        setenv("ORPHAN_FOLDER", folder, 1)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let folder = try #require(ProcessInfo.processInfo.environment["ORPHAN_FOLDER"])
            let seat = Self.workers().seat()
            let request = WorkRequest(
                stage: "toy", rule: #"{"factor":1}"#, item: #"[{"order":"hang","number":0,"digests":[]}]"#, inputs: [],
                folder: folder, threads: 1)
            Thread.detachNewThread {
                while !FileManager.default.fileExists(atPath: folder + "/pid") { usleep(1000) }
                kill(getpid(), SIGKILL)
            }
            _ = try? seat.perform(request, within: WorkerLimits(seconds: 60, residentBytes: 1 << 30), label: "orphan")
        }
        let pid = Int32(try String(contentsOfFile: folder + "/pid", encoding: .utf8)) ?? 0
        #expect(pid > 0)
        for _ in 0..<10_000 where kill(pid, 0) == 0 { usleep(1000) }
        #expect(kill(pid, 0) != 0, "worker \(pid) outlives its run")
    }
}
