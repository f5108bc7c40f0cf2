import Files
import Foundation
import Model
import Testing

extension ReleaseTests {
    /// What `diff` tells, and what is made again of one state.
    struct DifferenceTests {
        private let folder: TemporaryFolder
        private let curation: Curation

        init() throws {
            folder = try TemporaryFolder()
            curation = try #require(Releasable.current).curation.copy(to: folder.path("workspace"))
        }

        private struct Difference: Decodable {
            struct Release: Decodable { var name: String; var version: String; var clips: Int }
            struct Clip: Decodable { var clipId: String; var split: String; var sourceId: String; var why: String }
            struct Change: Decodable, Equatable { var key: String; var before: String; var after: String }
            struct Changed: Decodable { var clipId: String; var changes: [Change] }
            var from: Release
            var to: Release
            var came: [Clip]
            var went: [Clip]
            var changed: [Changed]
            var unchanged: Int
            var recipe: [Change]
        }

        private static var schema: Schema {
            get throws {
                let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                    .deletingLastPathComponent()
                return try Schema(file: root.appending(path: "schemas/difference.schema.json"))
            }
        }

        private func diff(_ from: String, _ to: String) throws -> Difference {
            try JSON.decode(Difference.self, from: try curation.perform("diff", "--json", from, to))
        }

        @Test func whatCameWentAndChangedAndWhy() throws {
            let first = try curation.export("first").clips()
            let same = try diff("first", curation.path("exports/first"))
            #expect(
                same.unchanged == Releasable.clips && same.came.isEmpty && same.went.isEmpty && same.changed.isEmpty)
            #expect(same.recipe.isEmpty)

            let clips = try curation.clips().filter { $0.state == "ready" }
            let (gone, rejected, captioned) = (clips[0], clips[5], clips[9])
            try curation.perform("withdraw", gone.id, "--reason", "patient data")
            try curation.decide([
                .vote(rejected, "ada", .reject, reasons: ["poor_quality"], minute: 1),
                .vote(captioned, "ada", .accept, level: "organ", caption: "A heart beats.", minute: 2),
            ])
            try curation.add([Film("fresh", looks: [40])])
            try curation.use(
                recipe: Releasable.recipe(
                    export: "seed: 1, validation: 0.3, test: 0.3, shard_samples: 7", version: "2"))
            let second = try curation.export("second").clips()
            let fresh = try #require(second.first { $0.film == "fresh" })

            let difference = try diff("first", "second")
            #expect(
                difference.from.name == "first" && difference.from.version == "1"
                    && difference.from.clips == Releasable.clips)
            #expect(
                difference.to.name == "second" && difference.to.version == "2"
                    && difference.to.clips == Releasable.clips - 1)
            #expect(difference.came.map(\.clipId) == [fresh.clipId] && difference.came[0].why == "new")
            #expect(difference.came[0].split == fresh.split && difference.came[0].sourceId == fresh.sourceId)
            #expect(difference.went.map(\.clipId) == [gone.id, rejected.id].sorted())
            let why = Dictionary(uniqueKeysWithValues: difference.went.map { ($0.clipId, $0.why) })
            #expect(why[gone.id] == "withdrawn: patient data")
            #expect(why[rejected.id]?.hasPrefix("declined") == true, "\(why)")
            #expect(difference.changed.map(\.clipId) == [captioned.id])
            let changes = difference.changed.first?.changes ?? []
            #expect(changes.map(\.key) == ["accepted_by", "caption", "caption_kind", "level"])
            let caption = try #require(changes.first { $0.key == "caption" })
            #expect(caption.after == "A heart beats.")
            #expect(caption.before == first.first { $0.clipId == captioned.id }?.caption)
            #expect(difference.unchanged == Releasable.clips - 3)
            #expect(
                difference.recipe
                    == [
                        .init(key: "export.shard_samples", before: "10000", after: "7"),
                        .init(key: "version", before: "1", after: "2"),
                    ])

            let told = try curation.perform("diff", "first", "second")
            for words in [
                "1 came, 2 went, 1 changed, \(difference.unchanged) as they were", "\(gone.id)",
                "withdrawn: patient data",
                "'A heart beats.'", "export.shard_samples: '10000' -> '7'",
            ] { #expect(told.contains(words), "\(words) in \(told)") }

            let document = try Value(try curation.perform("diff", "--json", "first", "second"))
            #expect(try Self.schema.problems(in: document) == [])

            let unchanged = difference.unchanged
            let back = try diff("second", "first")
            #expect(back.went.map(\.clipId) == [fresh.clipId] && back.came.count == 2 && back.unchanged == unchanged)
            #expect(back.came.first { $0.clipId == gone.id }?.why.contains("patient data") == true)
        }

        @Test func whatIsNoRelease() throws {
            try curation.export("first")
            for words in [["first", "none"], [folder.path, "first"]] {
                let answer = try Command.run(curation.words(["diff"] + words))
                #expect(answer.status == 1 && answer.output.isEmpty && answer.errors.contains("there is no release"))
            }
        }

        /// The same state gives what is there already: same hash, nothing written.
        @Test func theSameStateIsNotWrittenAgain() throws {
            func export() throws -> ExportAnswer {
                try JSON.decode(
                    ExportAnswer.self,
                    from: try curation.perform(Curation.export + ["--json"] + ReleaseFolder.allFormats))
            }
            let first = try export()
            let release = ReleaseFolder(path: first.directory)
            let inodes = try Self.inodes(release)
            #expect(try Digest(ofFile: release.path + "/checksums.sha256").hex == first.sha256)
            let second = try export()
            #expect(second.sha256 == first.sha256 && second.clips == first.clips)
            #expect(try Self.inodes(release) == inodes && inodes.count > 60)
            #expect(try curation.count("SELECT count(*) AS n FROM release") == 1)
            // To another place it is the same once more.
            try curation.perform(Curation.export + [folder.path("copy")] + ReleaseFolder.allFormats)
            #expect(try FileTree(folder.path("copy")) == release.tree())
        }

        @Test func aNameIsOfOneState() throws {
            let release = try curation.export("one")
            let tree = try release.tree()
            let clip = try #require(try curation.clips().first { $0.state == "ready" })
            try curation.perform("withdraw", clip.id, "--reason", "patient data")
            try curation.perform("run", "--quiet")
            for place in [[], [folder.path("elsewhere")]] {
                let answer = try curation.attemptExport(["--name", "one"] + place)
                #expect(answer.status == 1 && answer.output.isEmpty)
                #expect(answer.errors.contains("one") && answer.errors.contains("another state"), "\(answer.errors)")
                #expect(answer.errors.contains("version") && answer.errors.contains("--name"), "\(answer.errors)")
            }
            #expect(try release.tree() == tree && curation.exports() == ["one"])
            #expect(!FileManager.default.fileExists(atPath: folder.path("elsewhere")))
        }

        private static func inodes(_ release: ReleaseFolder) throws -> [String: Int] {
            try release.tree().files.keys.reduce(into: [:]) { inodes, file in
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(release.path)/\(file)")
                inodes[file] = attributes[.systemFileNumber] as? Int
            }
        }
    }
}
