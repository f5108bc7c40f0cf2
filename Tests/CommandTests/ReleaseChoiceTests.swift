import Foundation
import Model
import Testing

extension ReleaseTests {
    /// Which clips go out: by licence, and by what trainers would take.
    struct ChoiceTests {
        private let folder: TemporaryFolder
        private let curation: Curation

        init() throws {
            folder = try TemporaryFolder()
            curation = try #require(Releasable.current).curation.copy(to: folder.path("workspace"))
        }

        // MARK: Licences

        @Test func onlyAllowedLicencesGoOut() throws {
            let all = try curation.export("all").clips()
            #expect(Dictionary(grouping: all, by: \.licence).mapValues(\.count) == Releasable.licences)
            let answer = try curation.attemptExport(["--name", "by", "--licence-allow", "CC-BY*"])
            #expect(answer.status == 0, "\(answer.errors)")
            let release = ReleaseFolder(path: curation.path("exports/by"))
            #expect(try Set(release.clips()) == Set(all.filter { $0.licence.hasPrefix("CC-BY") }))
            let left = all.filter { !$0.licence.hasPrefix("CC-BY") }
            let withheld = try release.withheld().filter { $0.reason == "licence" }
            #expect(
                Set(withheld)
                    == Set(
                        left.map {
                            WithheldLine(
                                clipId: $0.clipId, reason: "licence",
                                detail: $0.licence.isEmpty ? "unknown" : $0.licence)
                        }))
            #expect(answer.errors.contains("\(left.count) clips withheld: licence"), "\(answer.errors)")
            #expect(!(try release.text("LICENSES.tsv")).contains("All rights reserved"))

            let open = try curation.export("open", ["--licence-allow", "redistributable"]).clips()
            #expect(Set(open) == Set(all.filter { $0.licence.hasPrefix("CC") }))
            let two = ["--licence-allow", "CC0-1.0", "--licence-allow", "cc-by-sa-4.0"]
            #expect(
                try Set(curation.export("two", two).clips().map(\.licence)) == ["CC0-1.0", "CC-BY-SA-4.0"])
        }

        @Test func theCardWarnsOfLicencesThatForbidOrAreUnknown() throws {
            let card = try curation.export("all").text("README.md")
            for warning in [
                "**Not to be passed on.** The licences of 2 clips", "**Unknown licences.** Whether 2 clips",
            ] {
                #expect(card.contains(warning), "\(warning) in \(card)")
            }
            let open = try curation.export("open", ["--licence-allow", "redistributable"]).text("README.md")
            for warning in ["Not to be passed on", "Unknown licences", "All rights reserved"] {
                #expect(!open.contains(warning), "\(warning)")
            }
        }

        @Test(arguments: ["CC-BYE", "free", "", "GPL-9*"]) func aLicenceThatNobodyKnows(_ pattern: String) throws {
            let answer = try curation.attemptExport(["--licence-allow", pattern])
            #expect(answer.status == 1 || answer.status == 2)
            #expect(answer.output.isEmpty && answer.errors.contains("--licence-allow"), "\(answer.errors)")
            #expect(try curation.exports() == [])
        }

        @Test func whereNoLicenceIsAllowedNothingIsLeft() throws {
            let answer = try curation.attemptExport(["--licence-allow", "MIT"])
            #expect(answer.status == 1 && answer.errors.contains("no clip is fit for release"), "\(answer.errors)")
            #expect(try curation.exports() == [])
        }

        // MARK: Preflight

        private static let trainers = ["microverse", "musubi", "diffusion-pipe", "ltx"]

        /// At half a frame a second, diffusion-pipe has one frame of each clip, and LTX has no bucket for three.
        private static let short = Releasable.recipe(
            more: """
                profiles:
                  - {name: native, fit: keep, rate: 2, frames: 17}
                """)

        private func preflight(_ words: [String] = []) throws -> [ExportAnswer.Preflight.Trainer] {
            struct Answer: Decodable { var summary: ExportAnswer.Preflight }
            let printed = try curation.perform(["preflight", "--json", "--accept-unreviewed"] + words)
            return try JSON.decode(Answer.self, from: printed).summary.trainers
        }

        @Test func exportAndPreflightSayTheSame() throws {
            let expected = try preflight()
            #expect(expected.map(\.trainer) == Self.trainers && expected.allSatisfy { $0.clips == Releasable.clips })
            #expect(expected.contains { $0.whole < $0.clips }, "\(expected)")
            let answer = try JSON.decode(
                ExportAnswer.self,
                from: try curation.perform(Curation.export + ["--name", "all", "--json"] + ReleaseFolder.allFormats))
            #expect(answer.preflight.trainers == expected)
            #expect(try preflight([answer.directory]) == expected, "of the release, as of the workspace")
            struct Document: Decodable {
                struct Trainer: Decodable { var trainer: String; var whole: Int; var shortened: Int; var dropped: Int }
                var preflight: [Trainer]
            }
            let release = ReleaseFolder(path: answer.directory)
            let document = try JSON.decode(Document.self, from: try release.text("release.json")).preflight
            #expect(
                document.map { [$0.whole, $0.shortened, $0.dropped] }
                    == expected.map { [$0.whole, $0.shortened, $0.dropped] })
            let printed = try curation.perform(Curation.export + ["--name", "all"] + ReleaseFolder.allFormats)
            for trainer in expected {
                let whole = "\(trainer.trainer): \(trainer.whole) of \(trainer.clips) clips whole"
                let line = "\(whole), \(trainer.shortened) shortened"
                #expect(printed.contains(line), "\(printed)")
            }
        }

        @Test func strictReleasesNothingThatATrainerWouldDrop() throws {
            try curation.use(recipe: Self.short)
            try curation.perform("run", "--quiet")
            let dropped = try #require(try preflight(["--trainer", "ltx"]).first).dropped
            #expect(dropped == Releasable.clips)
            #expect(try Command.run(curation.words(["preflight", "--accept-unreviewed", "--strict"])).status == 1)
            let refused = try curation.attemptExport(["--strict", "--format", "webdataset", "--format", "ltx"])
            #expect(refused.status == 1 && refused.output.isEmpty)
            #expect(refused.errors.contains("ltx would drop \(dropped) of \(dropped) clips"), "\(refused.errors)")
            #expect(try curation.exports() == [])
            #expect(try curation.count("SELECT count(*) AS n FROM release") == 0)
            // Where the trainer that would drop them gets nothing, and without the option, they go out.
            #expect(try curation.attemptExport(["--strict", "--format", "microverse"]).status == 0)
            #expect(try curation.attemptExport(["--name", "lax", "--format", "ltx"]).status == 0)
        }
    }
}
