import Foundation
import Model
import Testing

extension ReleaseTests {
    /// `kill -9` at any instant of an export leaves no release, and `--resume` ends with the same bytes.
    @Suite(.serialized) struct KillTests {
        private static let export =
            Curation.export + ["--workers", "2"] + ["webdataset", "mds", "hf"].flatMap { ["--format", $0] }

        /// One of each kind of kill, or ten: see where they are used.
        private static let seeds = [[0, 4, 8], [2, 6], [1, 3, 5, 7, 9]]
            .flatMap { Extent.part(1, of: $0, "KillTests") }.sorted()

        private let folder: TemporaryFolder
        private let prepared: Curation
        private let undisturbed: FileTree
        private let seconds: Double

        init() throws {
            folder = try TemporaryFolder()
            prepared = try #require(Releasable.current).curation.copy(to: folder.path("prepared"))
            try prepared.use(
                recipe: Releasable.recipe(export: "seed: 1, validation: 0.3, test: 0.3, shard_samples: 1"))
            let whole = try prepared.copy(to: folder.path("whole"))
            let start = ContinuousClock.now
            try whole.perform(Self.export)
            seconds = (ContinuousClock.now - start) / .seconds(1)
            undisturbed = try FileTree(whole.path("exports/\(Curation.name)-1"))
            #expect(undisturbed.files.keys.count { $0.hasSuffix(".tar") } == Releasable.clips)
        }

        @Test func aKilledExportIsResumedToTheSameBytes() throws {
            var kept = 0
            var unfinished = 0
            for seed in Self.seeds {
                var random = SplitMix(seed: UInt64(seed))
                let curation = try prepared.copy(to: folder.path("killed-\(seed)"))
                // Even seeds: once so many shards are complete; odd ones: anywhere.
                let shards = seed % 2 == 0 ? 1 + Int(random.unit() * 12) : nil
                try kill(curation, after: shards, delay: random.unit() * (shards == nil ? seconds : 0.002))
                let complete = try CompleteShards(curation)
                print("seed \(seed): killed with \(complete.shards.count) shards complete")
                if try curation.exports().contains("\(Curation.name)-1") {
                    try expectWhole(curation, seed)
                } else {
                    unfinished += 1
                    let staged = curation.path("exports/.\(Curation.name)-1.partial")
                    #expect(try Command.run("verify", staged).status == 1, "seed \(seed): it would pass for a release")
                    #expect(try curation.count("SELECT count(*) AS n FROM release") == 0, "seed \(seed)")
                }
                // A second kill, of the one that resumes.
                if seed % 4 == 2 {
                    try kill(curation, after: nil, delay: random.unit() * seconds, resuming: true)
                }
                try curation.perform(Self.export + ["--resume"])
                try expectWhole(curation, seed)
                if seed % 4 != 2 {
                    let same = try complete.shards.filter { name, inode in
                        try CompleteShards.inode("\(curation.path("exports/\(Curation.name)-1"))/\(name)") == inode
                    }
                    #expect(same.count == complete.shards.count, "seed \(seed): complete shards were written again")
                    kept += same.count
                }
                #expect(
                    try curation.count("SELECT count(*) AS n FROM release_clip") == Releasable.clips, "seed \(seed)")
            }
            print("\(unfinished) of \(Self.seeds.count) kills left no release, \(kept) shards were not written again")
            #expect(unfinished >= (Extent.isFull ? 3 : 1) && kept > 0)
        }

        /// Without the option it begins anew, and what was left behind is gone.
        @Test func aKilledExportIsMadeAnewWithoutTheOption() throws {
            let curation = try prepared.copy(to: folder.path("anew"))
            try kill(curation, after: 5, delay: 0)
            try curation.perform(Self.export)
            try expectWhole(curation, 0)
        }

        /// What is complete is of the state that it was made from.
        @Test func anotherStateIsNotMixedIn() throws {
            let curation = try prepared.copy(to: folder.path("other"))
            try kill(curation, after: 5, delay: 0)
            try curation.add([Film("late", looks: [50])])
            let answer = try Command.run(curation.words(Self.export + ["--resume"]))
            #expect(answer.status == 1 && answer.errors.contains("without --resume"), "\(answer.errors)")
            try curation.perform(Self.export)
            let release = curation.path("exports/\(Curation.name)-1")
            #expect(try ReleaseFolder(path: release).clips().count == Releasable.clips + 1)
            #expect(try Command.run("verify", release).status == 0)
        }

        private func expectWhole(_ curation: Curation, _ seed: Int) throws {
            let release = try FileTree(curation.path("exports/\(Curation.name)-1"))
            #expect(release.differences(from: undisturbed) == [], "seed \(seed)")
            let hidden = try curation.exports().filter { $0.hasPrefix(".") }
            #expect(hidden == [], "seed \(seed)")
        }

        /// Exports, and kills it `delay` seconds after so many shards are complete; after its start with nil.
        private func kill(
            _ curation: Curation, after shards: Int?, delay: Double, resuming: Bool = false
        ) throws {
            let process = Command.process(curation.words(Self.export + (resuming ? ["--resume"] : [])))
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            if let shards {
                let journal = curation.path("exports/.\(Curation.name)-1.partial/.journal")
                while process.isRunning {
                    let lines = FileManager.default.contents(atPath: journal)?.count { $0 == UInt8(ascii: "\n") } ?? 0
                    if lines > shards { break }
                    usleep(100)
                }
            }
            usleep(UInt32(delay * 1e6))
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }
}

/// The tar shards that the journal of a killed export names. While this lives, no other file gets their inodes.
private final class CompleteShards {
    private(set) var shards: [String: Int] = [:]
    private var holders: [FileHandle] = []

    init(_ curation: Curation) throws {
        struct Entry: Decodable {
            struct File: Decodable { var path: String }
            var files: [File]
        }
        let staged = curation.path("exports/.\(Curation.name)-1.partial")
        let journal = FileManager.default.contents(atPath: staged + "/.journal") ?? Data()
        for line in journal.split(separator: UInt8(ascii: "\n")).dropFirst() {
            guard let entry = try? JSON.decode(Entry.self, from: Data(line)) else { continue }
            for path in entry.files.map(\.path) where path.hasSuffix(".tar") {
                shards[path] = try Self.inode("\(staged)/\(path)")
                holders.append(try #require(FileHandle(forReadingAtPath: "\(staged)/\(path)")))
            }
        }
    }

    deinit { for holder in holders { try? holder.close() } }

    static func inode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int)
    }
}
