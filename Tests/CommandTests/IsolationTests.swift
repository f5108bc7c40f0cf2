import Foundation
import Media
import Model
import Testing
import Footage

/// A decoder that crashes, hangs or eats memory costs its item, is named, and can be tried again.
@Suite(.serialized)
struct IsolationTests {
    /// A workspace with a long recording of large pictures and two short ones, ingested; what an undisturbed run of it
    /// makes.
    private final class Prepared: Sendable {
        let folder: TemporaryFolder
        let long: String
        let longSource: String
        let ingested: Curation
        let release: FileTree

        init() throws {
            folder = try TemporaryFolder()
            let footage = folder.path("footage")
            try FileManager.default.createDirectory(atPath: footage, withIntermediateDirectories: true)
            long = footage + "/long.mp4"
            try ClockFootage(scenes: [.init(45, look: 1), .init(45, look: 2)], width: 1920, height: 1080).write(
                to: long)
            try ClockFootage(scenes: [.init(40, look: 3)], width: 160, height: 120).write(to: footage + "/short.mp4")
            try ClockFootage(scenes: [.init(40, look: 4)], width: 160, height: 120, codec: .mpeg4)
                .write(to: footage + "/old.avi")
            for name in ["long.mp4", "short.mp4", "old.avi"] { try Curation.describe("\(footage)/\(name)") }
            ingested = try Curation.begin(
                at: folder.path("ingested"), recipe: Curation.recipe(Curation.smallProfile))
            try ingested.perform("ingest", "--quiet", footage)
            struct Source: Decodable { var sourceId: String }
            let rows = try ingested.rows(
                Source.self,
                "SELECT source_id FROM source_file JOIN file_path USING (sha256) WHERE path = '\(long)'")
            longSource = rows[0].sourceId
            let whole = try ingested.copy(to: folder.path("whole"))
            try whole.perform("run", "--quiet")
            release = try whole.release()
        }

        func remove() { try? FileManager.default.removeItem(atPath: folder.path) }
    }

    /// Made once for all tests, and removed when the process ends.
    private static let prepared: Result<Prepared, any Error> = {
        atexit { if let prepared = try? IsolationTests.prepared.get() { prepared.remove() } }
        return Result { try Prepared() }
    }()

    /// One test's copy of the workspace.
    private static func workspace() throws -> (Prepared, TemporaryFolder, Curation) {
        let prepared = try prepared.get()
        let folder = try TemporaryFolder()
        return (prepared, folder, try prepared.ingested.copy(to: folder.path("workspace")))
    }

    /// A `run` that goes on in the background.
    private final class GoingRun {
        private let process: Process
        private let errors: String

        init(_ curation: Curation, _ options: [String], _ folder: TemporaryFolder) throws {
            process = Command.process(curation.words(["run", "--quiet", "--workers", "1"] + options))
            errors = folder.path("errors-\(UUID().uuidString)")
            try Data().write(to: URL(fileURLWithPath: errors))
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle(forWritingAtPath: errors)
            try process.run()
        }

        deinit { if process.isRunning { process.terminate() } }

        var pid: Int32 { process.processIdentifier }

        /// Waits until a worker of this run reads `path`.
        /// - Returns: its process id; nil when the run ended before.
        func worker(reading path: String) -> Int32? {
            while process.isRunning {
                for worker in ProcessTable.workers(startedBy: pid) where ProcessTable.holds(worker, open: path) {
                    return worker
                }
                usleep(500)
            }
            return nil
        }

        func end() throws -> (status: Int32, errors: String) {
            process.waitUntilExit()
            return (process.terminationStatus, try String(contentsOfFile: errors, encoding: .utf8))
        }
    }

    private struct Failure: Decodable {
        var stage: String
        var key: String
        var reason: String
    }

    private struct Status: Decodable {
        struct Stage: Decodable {
            var stage: String
            var pending: Int
            var done: Int
            var failed: Int
        }
        var stages: [Stage]
        var problems: [Fault]
    }

    /// The run ended with 3, the scan of the long recording alone is lost, and for this reason.
    private static func expectLoss(
        _ reason: Fault.Reason, of prepared: Prepared, in curation: Curation, _ answer: (status: Int32, errors: String)
    ) throws {
        #expect(answer.status == 3, "\(answer.errors)")
        #expect(answer.errors.contains(prepared.longSource), "\(answer.errors)")
        let failures = try curation.rows(
            Failure.self, "SELECT stage, key, fault ->> '$.reason' AS reason FROM task WHERE status = 'failed'")
        #expect(failures.map(\.stage) == ["scan"])
        #expect(failures.map(\.key) == [prepared.longSource])
        #expect(failures.map(\.reason) == [reason.rawValue])
        let status = try JSON.decode(Status.self, from: try curation.perform("status", "--json"))
        #expect(status.problems.map(\.reason) == [reason])
        #expect(status.problems.allSatisfy { !$0.what.isEmpty && !$0.place.isEmpty && !$0.advice.isEmpty })
        #expect(status.stages.allSatisfy { $0.pending == 0 }, "\(status.stages)")
        let done = ["scan", "propose", "filter", "cut", "caption"].map { stage in
            status.stages.first { $0.stage == stage }?.done
        }
        #expect(done == [2, 2, 2, 2, 2])
        #expect(try curation.damage() == [])
    }

    /// After `retry` and another run, nothing tells that anything happened.
    private static func expectRecovery(of curation: Curation, as prepared: Prepared) throws {
        #expect(try curation.perform("retry").hasPrefix("1 "))
        try curation.perform("run", "--quiet")
        #expect(try curation.release().differences(from: prepared.release) == [])
        #expect(try curation.damage() == [])
    }

    @Test func aCrashCostsItsItem() throws {
        let (prepared, folder, curation) = try Self.workspace()
        let run = try GoingRun(curation, [], folder)
        let worker = try #require(run.worker(reading: prepared.long))
        #expect(kill(worker, SIGSEGV) == 0)
        try Self.expectLoss(.crashed, of: prepared, in: curation, try run.end())
        try Self.expectRecovery(of: curation, as: prepared)
    }

    @Test func aHangCostsItsItem() throws {
        let (prepared, folder, curation) = try Self.workspace()
        let run = try GoingRun(curation, ["--time-limit", "3s"], folder)
        let worker = try #require(run.worker(reading: prepared.long))
        #expect(kill(worker, SIGSTOP) == 0)
        try Self.expectLoss(.timedOut, of: prepared, in: curation, try run.end())
        #expect(kill(worker, 0) == -1 && errno == ESRCH, "the stopped worker is still there")
        try Self.expectRecovery(of: curation, as: prepared)
    }

    @Test func hungerForMemoryCostsItsItem() throws {
        let (prepared, folder, curation) = try Self.workspace()
        let run = try GoingRun(curation, ["--memory-limit", "40M"], folder)
        try Self.expectLoss(.outOfMemory, of: prepared, in: curation, try run.end())
        try Self.expectRecovery(of: curation, as: prepared)
    }

    /// Where a worker dies in a decode run over several clips, each is tried again by itself.
    @Test func aCrashWhileCuttingIsTriedAgainClipByClip() throws {
        let (prepared, folder, curation) = try Self.workspace()
        try curation.perform("run", "--quiet", "--until", "dedup")
        let run = try GoingRun(curation, [], folder)
        let worker = try #require(run.worker(reading: prepared.long))
        #expect(kill(worker, SIGSEGV) == 0)
        let answer = try run.end()
        #expect(answer.status == 0, "\(answer.errors)")
        #expect(try curation.release().differences(from: prepared.release) == [])
    }

    @Test func aSecondRunIsRefusedAndHarmsNothing() throws {
        let (prepared, folder, curation) = try Self.workspace()
        let first = try GoingRun(curation, [], folder)
        let worker = try #require(first.worker(reading: prepared.long))
        // The first run stands still while the second is tried.
        #expect(kill(worker, SIGSTOP) == 0)
        #expect(ProcessTable.workers(of: curation.root) == [worker])
        let second = try curation.attempt("run", "--quiet")
        let held = try curation.damage()
        #expect(kill(worker, SIGCONT) == 0)
        #expect(second.status == 1)
        #expect(second.errors.contains("another") && second.errors.contains("process \(first.pid)"), "\(second.errors)")
        #expect(held == [])
        let answer = try first.end()
        #expect(answer.status == 0, "\(answer.errors)")
        #expect(try curation.release().differences(from: prepared.release) == [])
        #expect(try curation.damage() == [])
    }
}
