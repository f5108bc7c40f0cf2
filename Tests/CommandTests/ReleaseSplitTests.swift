import Foundation
import Model
import Testing

extension ReleaseTests {
    /// Nothing leaks from one split into another, and nothing that was released moves.
    struct SplitTests {
        private let folder: TemporaryFolder
        private let curation: Curation

        init() throws {
            folder = try TemporaryFolder()
            curation = try #require(Releasable.current).curation.copy(to: folder.path("workspace"))
        }

        private static func seeded(_ seed: Int, validation: Double = 0.3, test: Double = 0.3) -> String {
            Releasable.recipe(export: "seed: \(seed), validation: \(validation), test: \(test)")
        }

        /// The splits of each film.
        private static func splits(_ clips: [ReleaseLine]) -> [String: Set<String>] {
            Dictionary(grouping: clips, by: \.film).mapValues { Set($0.map(\.split)) }
        }

        @Test func sourcesSeriesAndDuplicatesShareASplit() throws {
            var whole = 0
            var apart = 0
            for seed in 1...6 {
                try curation.use(recipe: Self.seeded(seed))
                let clips = try curation.export("seed-\(seed)").clips()
                #expect(clips.count == Releasable.clips)
                let splits = Self.splits(clips)
                #expect(splits.count == 13 && splits.values.allSatisfy { $0.count == 1 }, "seed \(seed): \(splits)")
                for names in Releasable.tied {
                    let together = names.reduce(into: Set<String>()) { $0.formUnion(splits[$1] ?? []) }
                    #expect(together.count == 1, "seed \(seed): \(names) are in \(together)")
                }
                if Set(clips.map(\.split)).count == 3 { whole += 1 }
                if splits["lone"] != splits["series-0"] { apart += 1 }
            }
            #expect(whole > 0, "some seed fills every split")
            #expect(apart > 0, "another uploader's series of the same name is another series")
        }

        /// Footage comes in, other fractions too: what is out stays where it is, and what ties two splits stays out.
        @Test func laterFootageMovesNoReleasedClip() throws {
            var seed = 0
            var first: [ReleaseLine] = []
            repeat {
                seed += 1
                try #require(seed < 20, "no seed fills every split")
                try curation.use(recipe: Self.seeded(seed))
                first = try curation.export("first-\(seed)").clips()
            } while Set(first.filter { $0.film.hasPrefix("single") }.map(\.split)).count < 3
            func single(in split: String) throws -> ReleaseLine {
                try #require(first.first { $0.split == split && $0.film.hasPrefix("single") })
            }
            func look(of line: ReleaseLine) throws -> Int { try 2 * #require(Int(line.film.suffix(1))) }
            let (train, test) = (try single(in: "train"), try single(in: "test"))
            let tuned = try single(in: "validation")

            try curation.use(recipe: Self.seeded(seed, validation: 0.1, test: 0.1))
            // So that no better copy takes their place.
            try curation.decide(
                try curation.clips().filter { clip in [train, test].contains { $0.sourceId == clip.sourceId } }
                    .map { .vote($0, "ada", .accept, level: "cellular") })
            try curation.add([
                Film("fresh-0", looks: [40, 41]), Film("fresh-1", looks: [42]),
                Film("bridge", looks: [try look(of: train), try look(of: test) + 1, 44], quality: 30),
                // A better copy than what is out.
                Film("large", looks: [try look(of: test), try look(of: train) + 1, 54], quality: 8),
                Film("follower", looks: [try look(of: tuned), try look(of: tuned) + 61], quality: 30),
            ])
            let answer = try curation.attemptExport(["--name", "second"])
            #expect(answer.status == 0, "\(answer.errors)")
            let second = ReleaseFolder(path: curation.path("exports/second"))
            let clips = try second.clips()
            let splitOf = Dictionary(uniqueKeysWithValues: clips.map { ($0.clipId, $0.split) })
            for clip in first { #expect(splitOf[clip.clipId] == clip.split, "\(clip.clipId) of \(clip.film)") }
            let came = Self.splits(clips.filter { clip in !first.contains { $0.clipId == clip.clipId } })
            #expect(came.keys.sorted() == ["follower", "fresh-0", "fresh-1"])
            #expect(came["follower"] == ["validation"])

            let bridges = try second.withheld().filter { $0.reason == "bridges_splits" }
            let own = try curation.clips().filter { clip in
                ["bridge.mp4", "large.mp4"].contains { clip.path.hasSuffix($0) } && clip.state == "ready"
            }
            #expect(Set(bridges.map(\.clipId)).isSuperset(of: own.map(\.id)) && own.count >= 2)
            #expect(bridges.allSatisfy { $0.detail == "train, test" }, "\(bridges)")
            #expect(answer.errors.contains("bridges_splits") && answer.errors.contains(bridges[0].clipId))

            let told = try JSON.decode(
                ExportAnswer.self, from: try curation.perform(Curation.export + ["--name", "second", "--json"]))
            #expect(told.withheld.filter { $0.reason == "bridges_splits" } == bridges)
            #expect(told.clips == clips.count && told.splits.values.reduce(0, +) == clips.count)
        }
    }
}
