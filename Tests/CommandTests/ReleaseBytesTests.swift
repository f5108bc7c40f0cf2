import Foundation
import Model
import Testing

extension ReleaseTests {
    /// Equal states give equal bytes, and a changed byte is found.
    struct BytesTests {
        private let folder: TemporaryFolder
        private let curation: Curation

        init() throws {
            folder = try TemporaryFolder()
            curation = try #require(Releasable.current).curation.copy(to: folder.path("workspace"))
            try curation.use(
                recipe: Releasable.recipe(export: "seed: 1, validation: 0.3, test: 0.3, shard_samples: 3"))
        }

        private func export(_ curation: Curation, _ more: String...) throws -> FileTree {
            try curation.export("whole", ReleaseFolder.allFormats + more).tree()
        }

        @Test func placeAndWorkersChangeNoByte() throws {
            let elsewhere = folder.path("another place/é")
            try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
            let other = try curation.copy(to: elsewhere + "/workspace")
            let one = try export(curation, "--workers", "1")
            let many = try export(other, "--workers", "4")
            #expect(many.differences(from: one) == [])
            #expect(one.files.keys.count { $0.hasSuffix(".tar") } > 4)
            let places = [
                folder.path, NSTemporaryDirectory() + "microcurate", "/footage/", "workspace/", NSUserName() + "@",
            ]
            for (file, bytes) in one.files {
                for place in places {
                    #expect(bytes.range(of: Data(place.utf8)) == nil, "\(file) names \(place)")
                }
            }
        }

        @Test func dayAndVersionStandWhereTheyBelong() throws {
            try curation.export(
                "dated", ReleaseFolder.allFormats + ["--date", "2031-07-08", "--release-version", "7.2.1"])
            let release = ReleaseFolder(path: curation.path("exports/dated"))
            struct Document: Decodable { var name: String; var version: String; var datePublished: String }
            let document = try JSON.decode(Document.self, from: try release.text("release.json"))
            #expect(document.name == "dated" && document.version == "7.2.1" && document.datePublished == "2031-07-08")
            let croissant = try #require(
                try JSONSerialization.jsonObject(with: Data(try release.text("croissant.json").utf8)) as? [String: Any])
            #expect(croissant["version"] as? String == "7.2.1" && croissant["datePublished"] as? String == "2031-07-08")
            #expect(try release.text("README.md").contains("7.2.1"))
            for day in ["2031-13-01", "yesterday", "2031-7-8", "2031-02-30"] {
                #expect(try curation.attemptExport(["--name", "never", "--date", day]).status == 2, "\(day)")
            }
            #expect(try curation.exports() == ["dated"])
        }

        /// Another day, layout, version or recipe is another release, at whatever place.
        @Test func aNameIsOfOneRelease() throws {
            let before = try curation.export("one", ["--date", "2031-07-08"]).tree()
            func expectRefusal(_ more: [String], _ words: String) throws {
                for place in [[], [folder.path("elsewhere")]] {
                    let answer = try curation.attemptExport(["--name", "one"] + more + place)
                    #expect(answer.status == 1 && answer.output.isEmpty, "\(more): \(answer)")
                    #expect(answer.errors.contains(words) && answer.errors.contains("--name"), "\(answer.errors)")
                }
            }
            try expectRefusal(["--date", "2031-07-09"], "with another day")
            try expectRefusal(["--date", "2031-07-08", "--format", "mds"], "in other formats")
            try expectRefusal(["--date", "2031-07-08", "--release-version", "9"], "with another version")
            try curation.use(recipe: Releasable.recipe(export: "seed: 1, validation: 0.3, test: 0.3, shard_samples: 4"))
            try expectRefusal(["--date", "2031-07-08"], "by another recipe")
            #expect(try ReleaseFolder(path: curation.path("exports/one")).tree() == before)
            #expect(try curation.exports() == ["one"])
            #expect(!FileManager.default.fileExists(atPath: folder.path("elsewhere")))
            // A record that names no release at its place any more is no leave to give the name away.
            try FileManager.default.removeItem(atPath: curation.path("exports/one"))
            try expectRefusal(["--date", "2031-07-08"], "by another recipe")
        }

        /// `RELEASE_SEED` chooses the bytes.
        @Test func aFlippedByteInAnyKindOfFileIsFoundAndNamed() throws {
            let seed = ProcessInfo.processInfo.environment["RELEASE_SEED"].flatMap(UInt64.init) ?? 1
            var random = SplitMix(seed: seed)
            print("seed \(seed)")
            let tree = try export(curation, "--licence-allow", "redistributable")
            let root = curation.path("exports/whole")
            #expect(try Command.run("verify", root).status == 0)
            let kinds = Dictionary(grouping: tree.files.keys.sorted(), by: Self.kind)
            #expect(kinds.count >= 24, "\(kinds.keys.sorted())")
            for (kind, files) in kinds.sorted(by: { $0.key < $1.key }) {
                let file = files[random.index(files.count)]
                let bytes = try #require(tree.files[file])
                try #require(!bytes.isEmpty, "\(file) is empty")
                let place = random.index(bytes.count)
                let bit = UInt8(1) << random.index(8)
                var damaged = bytes
                damaged[damaged.startIndex + place] ^= bit
                try damaged.write(to: URL(fileURLWithPath: "\(root)/\(file)"))
                let answer = try Command.run("verify", "--json", root)
                let flip = "seed \(seed), \(kind): bit \(bit) of byte \(place) of \(file)"
                struct Report: Decodable {
                    struct Finding: Decodable { var file: String }
                    var findings: [Finding]
                }
                #expect(answer.status == 1, "\(flip)")
                let found = try answer.json(Report.self).findings.map(\.file)
                // Where a checksum is damaged, the file that it was of may be what is named.
                #expect(found.contains(file) || file == "checksums.sha256" && !found.isEmpty, "\(flip): \(found)")
                try bytes.write(to: URL(fileURLWithPath: "\(root)/\(file)"))
            }
            #expect(try Command.run("verify", root).status == 0)
        }

        /// The name without numbers and clip ids.
        private static func kind(_ file: String) -> String {
            file.replacing(/clip-[0-9a-f]+/, with: "CLIP").replacing(/(train|validation|test)/, with: "SPLIT")
                .replacing(/\d{5,}/, with: "N")
        }
    }
}
