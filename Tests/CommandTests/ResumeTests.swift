import Foundation
import Media
import Model
import Testing
import Footage

/// `kill -9` at any instant costs nothing but time. `KILL_SEEDS` sets how many times it is tried, 20 in the full form.
@Suite(.serialized)
struct ResumeTests {
    private static let seeds =
        ProcessInfo.processInfo.environment["KILL_SEEDS"].flatMap { Int($0) }.map { Array(0..<$0) }
        ?? Extent.part(3, of: Array(0..<20), "ResumeTests")

    /// Ingest, run and export, killed at points drawn from the time that they take: every other seed in one stage
    /// after another, the rest anywhere, some twice. Each is then resumed to its end.
    @Test func aKilledRunFinishesAsIfUndisturbed() throws {
        let undisturbed = try UndisturbedRun()
        var hits: [String: Int] = [:]
        var leftovers = 0
        for seed in Self.seeds {
            var random = SplitMix(seed: UInt64(seed))
            let target = seed % 2 == 0 ? UndisturbedRun.stages[seed / 2 % UndisturbedRun.stages.count] : nil
            let trial = try KilledRun(undisturbed, hitting: target, kills: seed % 5 == 3 ? 2 : 1, seed: seed, &random)
            print("seed \(seed): killed in \(trial.hits.joined(separator: ", then in "))")
            for hit in trial.hits { hits[hit, default: 0] += 1 }
            leftovers += trial.leftovers
        }
        let kills = hits.sorted { $0.key < $1.key }
        print("\(Self.seeds.count) seeds, kills by stage: \(kills), staged files left: \(leftovers)")
        if Self.seeds.count >= 2 * UndisturbedRun.stages.count {
            #expect(UndisturbedRun.stages.allSatisfy { hits[$0] != nil }, "\(hits)")
        }
    }
}

/// What a run that nobody kills makes, how long each stage takes, and the workspace as it stood before each.
private final class UndisturbedRun {
    /// Those that have work to do where nobody has decided anything.
    static let stages = ["ingest", "scan", "propose", "filter", "dedup", "cut", "caption", "export"]

    let folder: TemporaryFolder
    let release: FileTree
    let content: Set<String>
    /// Seconds, by stage.
    let durations: [String: Double]

    var footage: [String] { [folder.path("footage")] }

    func workspace(before stage: String) -> Curation { Curation(root: folder.path("before-\(stage)")) }

    /// Three recordings; one shows a scene of another.
    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("footage"), withIntermediateDirectories: true)
        let films: [(String, ClockFootage)] = [
            ("cells.mp4", ClockFootage(scenes: [.init(40, look: 1), .init(34, look: 2)], width: 160, height: 120)),
            ("old.avi", ClockFootage(scenes: [.init(36, look: 3)], width: 160, height: 120, codec: .mpeg4)),
            ("copy.mkv", ClockFootage(scenes: [.init(40, look: 1)], width: 160, height: 120, codec: .ffv1)),
        ]
        for (name, film) in films {
            try film.write(to: folder.path("footage/\(name)"))
            try Curation.describe(folder.path("footage/\(name)"))
        }

        let curation = try Curation.begin(
            at: folder.path("undisturbed"), recipe: Curation.recipe(Curation.smallProfile + "\ndedup: {min_matches: 2}")
        )
        var durations: [String: Double] = [:]
        for stage in Self.stages {
            _ = try curation.copy(to: folder.path("before-\(stage)"))
            let start = ContinuousClock.now
            try curation.perform(Self.command(stage, [folder.path("footage")]))
            durations[stage] = (ContinuousClock.now - start) / .seconds(1)
        }
        self.durations = durations
        release = try FileTree(curation.path("exports/\(Curation.name)-1"))
        content = try curation.content()
        let states = Set(try curation.rows(State.self, "SELECT DISTINCT state FROM clip_overview").map(\.state))
        #expect(states.isSuperset(of: ["ready", "duplicate"]), "\(states)")
    }

    private struct State: Decodable { var state: String }

    static func command(_ stage: String, _ footage: [String]) -> [String] {
        switch stage {
        case "ingest": ["ingest", "--quiet"] + footage
        case "export": Curation.export
        default: ["run", "--quiet", "--until", stage]
        }
    }

    /// What a script does from a stage on.
    func script(from stage: String) -> [[String]] {
        let all = [Self.command("ingest", footage), ["run", "--quiet", "--workers", "2"], Curation.export]
        return Array(all[(stage == "ingest" ? 0 : stage == "export" ? 2 : 1)...])
    }

    /// Seconds that the script takes in all.
    var seconds: Double { durations.values.reduce(0, +) }
}

/// One run that is killed once or twice, then finished, with what must hold on the way.
private struct KilledRun {
    /// The stages that the kills hit.
    private(set) var hits: [String] = []
    /// Staged files that the kills left behind.
    private(set) var leftovers = 0

    /// What the killed script has to do again.
    private var remaining: [[String]] = []

    private let undisturbed: UndisturbedRun
    private let seed: Int
    private let folder: TemporaryFolder
    private let curation: Curation

    /// - Parameter target: the stage that is to be hit, the run starting there; nil starts with ingest and hits anywhere.
    init(
        _ undisturbed: UndisturbedRun, hitting target: String?, kills: Int, seed: Int, _ random: inout SplitMix
    ) throws {
        self.undisturbed = undisturbed
        self.seed = seed
        folder = try TemporaryFolder()
        curation = Curation(root: folder.path("workspace"))
        let start = target ?? "ingest"
        var delay = random.unit() * (target.flatMap { undisturbed.durations[$0] } ?? undisturbed.seconds)
        // A machine that is faster now than it was is past the point: earlier, then.
        var attempts = 0
        repeat {
            attempts += 1
            guard attempts <= 20 else { throw Curation.Failed(description: "\(start) can't be hit") }
            try? FileManager.default.removeItem(atPath: curation.root)
            _ = try undisturbed.workspace(before: start).copy(to: curation.root)
            hits = []
            try kill(undisturbed.script(from: start), after: delay)
            delay *= 0.7
        } while hits.isEmpty || target != nil && hits != [target]
        if kills > 1 { try kill(remaining, after: random.unit() * undisturbed.seconds / 2) }
        try finish()
    }

    /// Plays a script, kills whatever runs `seconds` after its start, and checks what must hold then.
    private mutating func kill(_ script: [[String]], after seconds: Double) throws {
        let start = ContinuousClock.now
        for step in script {
            let process = Command.process(curation.words(step))
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            while process.isRunning, ContinuousClock.now - start < .seconds(seconds) { usleep(500) }
            if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal { return try check(killed: step[0]) }
            guard process.terminationStatus == 0 else {
                throw Curation.Failed(description: "\(step) ended with \(process.terminationStatus)")
            }
        }
    }

    /// What holds right after a kill.
    private mutating func check(killed command: String) throws {
        let death = ContinuousClock.now
        while !ProcessTable.workers(of: curation.root).isEmpty, ContinuousClock.now - death < .seconds(2) {
            usleep(10_000)
        }
        #expect(ProcessTable.workers(of: curation.root).isEmpty, "seed \(seed): a worker outlived the run by 2 s")
        #expect(try curation.damage() == [], "seed \(seed)")

        let pending = try JSON.decode([String: Int].self, from: try curation.perform("run", "--dry-run", "--json"))
        let stage = UndisturbedRun.stages.first { pending[$0, default: 0] > 0 }
        hits.append(command == "run" ? stage ?? "the end of the run" : command)
        remaining = undisturbed.script(from: command == "ingest" ? "ingest" : "scan")

        leftovers += try FileManager.default.subpathsOfDirectory(atPath: curation.path("staging")).count
        // The next run must clear this away too.
        try FileManager.default.createDirectory(
            atPath: curation.path("staging/cut-9"), withIntermediateDirectories: true)
        try Data("half a clip".utf8).write(to: URL(fileURLWithPath: curation.path("staging/cut-9/half.mp4")))

        for name in try FileManager.default.contentsOfDirectory(atPath: curation.path("exports"))
        where !name.hasPrefix(".") {
            let release = try FileTree(curation.path("exports/\(name)"))
            #expect(release.differences(from: undisturbed.release) == [], "seed \(seed): half a release")
        }
    }

    private struct Count: Decodable { var count: Int }

    private func finish() throws {
        for step in remaining where step[0] != "export" { try curation.perform(step) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: curation.path("staging")) == [], "seed \(seed)")
        #expect(try curation.content() == undisturbed.content, "seed \(seed)")
        let release = try curation.release()
        #expect(release.differences(from: undisturbed.release) == [], "seed \(seed)")
        #expect(try curation.damage() == [], "seed \(seed)")
        #expect(try curation.rows(Count.self, "SELECT count(*) AS count FROM release")[0].count == 1, "seed \(seed)")
        // Hidden names are of exports that did not end.
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: curation.path("exports")) == ["\(Curation.name)-1"],
            "seed \(seed)")
    }
}
