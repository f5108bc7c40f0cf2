import Foundation
import Model
import Releases
import Testing

/// What `README.md` says of a release.
@Suite struct DatasetCardTests {
    let fixture: ReleaseFixture
    init() throws { fixture = try ReleaseFixture() }

    private func card(
        _ clips: [ReleaseClip], layouts: [Layout] = Layouts.all, as name: String = "release",
        _ description: ReleaseDescription = ReleaseFixture.description()
    ) throws -> String {
        try fixture.release(clips, as: name, layouts: layouts, description)
        return String(decoding: try #require(try fixture.contents(name)["README.md"]), as: UTF8.self)
    }

    /// The YAML between the two rules.
    private func frontMatter(_ card: String) -> String {
        card.components(separatedBy: "---\n").dropFirst().first ?? ""
    }

    /// The cells of the tables in a section, row by row.
    private func table(_ card: String, _ heading: String) -> [[String]] {
        let section = card.components(separatedBy: "\n## ").first { $0.hasPrefix(heading + "\n") } ?? ""
        return section.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| ---") }.map { row in
            row.dropFirst(2).dropLast(2).components(separatedBy: " | ")
        }
    }

    @Test func levelsStandAgainstTheirTargets() throws {
        let card = try card(fixture.clips(6))
        #expect(
            table(card, "Levels") == [
                ["level", "clips", "share", "target", "difference, points"],
                ["organ", "0", "0.0 %", "59.1 %", "-59.1"], ["cellular", "3", "50.0 %", "22.4 %", "+27.6"],
                ["(unknown)", "3", "50.0 %", "", ""],
            ])
        #expect(card.contains("- The level organ is 59.1 points under its target."))
        #expect(!card.contains("The level cellular is"))
    }

    @Test func splitsAreCountedByLevel() throws {
        let card = try card(fixture.clips(6))
        #expect(
            table(card, "Contents") == [
                ["split", "clips", "share", "organ", "cellular", "(unknown)"], ["train", "4", "66.7 %", "0", "2", "2"],
                ["test", "2", "33.3 %", "0", "1", "1"],
            ])
        #expect(card.contains("approximate (asked for: 5.0 % validation, 5.0 % test)"))
        #expect(card.contains("- No clip is in validation."))
    }

    @Test func everyStepOfTheFunnelStandsAgainstItsTarget() throws {
        var description = ReleaseFixture.description()
        description.recipe.targets.funnel = ["accepted": 12, "segments": 67853]
        let card = try card(fixture.clips(6), description)
        #expect(
            table(card, "Funnel") == [
                ["step", "count", "target", "reached"], ["sources", "2", "", ""], ["accepted", "6", "12", "50.0 %"],
                ["segments", "", "67853", ""],
            ])
    }

    @Test func clipsStandAgainstTheirTarget() throws {
        var description = ReleaseFixture.description()
        description.recipe.targets.clips = 9601
        let card = try card(fixture.clips(6), description)
        #expect(card.contains("6 clips of 9601 aimed at, from 2 sources"))
        #expect(card.contains("- It is 9595 clips short of the 9601 aimed at."))
    }

    @Test(arguments: [
        ("CC-BY-4.0", ["license: cc-by-4.0"], 0), ("CC-BY-ND-4.0", ["license: cc-by-nd-4.0"], 1),
        ("", ["license: other", "license_name: per-source", "license_link: LICENSES.tsv"], 2),
        ("All rights reserved", ["license: other"], 1), ("my | own <b>", ["license: other"], 2),
    ])
    func licencesWarn(licence: String, lines: [String], warning: Int) throws {
        let clips = try fixture.clips(3).map { clip in
            var clip = clip
            clip.source.licence = licence
            return clip
        }
        let card = try card(clips)
        for line in lines { #expect(frontMatter(card).contains(line + "\n")) }
        #expect(card.contains("> **Not to be passed on.** The licences of 3 clips") == (warning == 1))
        #expect(card.contains("> **Unknown licences.** Whether 3 clips") == (warning == 2))
        #expect(!card.contains("<b>"))
    }

    @Test func severalKnownLicencesAreListed() throws {
        var clips = try fixture.clips(9)
        for index in clips.indices { clips[index].source.licence = ["CC0", "CC BY 4.0", "MIT"][index / 3] }
        #expect(frontMatter(try card(clips)).contains("license:\n- cc-by-4.0\n- cc0-1.0\n- mit\n"))
        // One unknown licence among them is enough to leave the hub's names.
        #expect(frontMatter(try card(fixture.clips(6), as: "unknown")).contains("license: other\n"))
        var description = ReleaseFixture.description()
        description.about.licence = "CC-BY-SA-4.0"
        let whole = try card(clips, as: "whole", description)
        #expect(frontMatter(whole).contains("license: cc-by-sa-4.0\n"))
        #expect(whole.contains("The dataset as a whole: CC-BY-SA-4.0."))
    }

    @Test func agreementIsToldWithoutNames() throws {
        var description = ReleaseFixture.description()
        description.agreement = .init(
            reviewers: 3, decisions: 12,
            measures: [
                .init("alpha of answers", value: 0.8123, interval: 0.7...0.9, clips: 6),
                .init("alpha of levels", value: nil, clips: 0),
            ])
        let card = try card(fixture.clips(6), description)
        #expect(card.contains("12 decisions of 3 reviewers are in force; 2 must agree on a clip."))
        #expect(
            table(card, "Review") == [
                ["measure", "value", "95 % interval", "clips"], ["alpha of answers", "0.81", "0.70 to 0.90", "6"],
                ["alpha of levels", "undefined", "", "0"],
            ])
        #expect(try !self.card(fixture.clips(6), as: "alone").contains("## Review"))
    }

    @Test func withheldClipsAreCountedByReason() throws {
        var description = ReleaseFixture.description()
        description.withheld = [(7, WithheldClip.Reason.duplicate), (8, .licence), (9, .duplicate)].map {
            WithheldClip(clipId: ReleaseFixture.id($0.0), reason: $0.1)
        }
        let card = try card(fixture.clips(6), description)
        #expect(table(card, "Withheld") == [["reason", "clips"], ["`duplicate`", "2"], ["`licence`", "1"]])
    }

    @Test func gapsAreTold() throws {
        var clips = try fixture.clips(9)
        for index in clips.indices { clips[index].acceptedBy = index < 2 ? .unreviewed : .experts }
        clips[5].caption = ""
        for index in 0..<4 { clips[index].rendition.umPerPixel = 0.1 }
        let card = try card(clips, layouts: [.webdataset])
        for gap in [
            "2 clips (22.2 %) accepted by no expert.", "1 clip (11.1 %) without a caption.",
            "3 clips (33.3 %) of unknown licence.", "5 clips (55.6 %) of unknown pixel size.",
            "9 clips (100.0 %) of unknown real time between frames.",
        ] { #expect(card.contains("- \(gap)\n"), "\(gap)") }
        #expect(card.contains("33.3 % of the clips are of one source"))
    }

    @Test func itTellsHowToCiteAndWhomToAsk() throws {
        var description = ReleaseFixture.description()
        let bare = try card(fixture.clips(3), description)
        #expect(bare.contains("@misc{") && bare.contains("version = {1.0}") && !bare.contains("## Takedown"))
        description.about = .init(
            creator: "E. {Abbe}", citation: "Abbe, E. (1873).", contact: "a_b@example.org", datePublished: "2026-05-04")
        let card = try card(fixture.clips(3), as: "about", description)
        #expect(card.contains("Abbe, E. (1873).") && !card.contains("@misc{"))
        #expect(card.contains("write to a\\_b@example.org"))
        description.about.citation = ""
        let made = try self.card(fixture.clips(3), as: "made", description)
        #expect(made.contains("author = {E. Abbe}") && made.contains("year = {2026}"))
    }

    @Test(arguments: [
        ([Layout.webdataset], "\"train-*.tar\""), ([.hf, .webdataset], "\"train-*.tar\""),
        ([.hf, .musubi], "[\"videos/train/*.mp4\", \"videos/train/metadata.jsonl\"]"), ([.mds, .ltx], nil),
    ])
    func theHubIsToldWhatToLoad(layouts: [Layout], path: String?) throws {
        let front = frontMatter(try card(fixture.clips(3), layouts: layouts))
        #expect(front.contains("configs:") == (path != nil))
        if let path { #expect(front.contains("  - split: train\n    path: \(path)\n  - split: test\n")) }
        #expect(front.contains("size_categories:\n- n<1K\n") && front.contains("- text-to-video\n"))
    }

    @Test func everyFormatSaysHowToLoadIt() throws {
        let card = try card(fixture.clips(3))
        for word in [
            "webdataset.WebDataset", "StreamingDataset(local=\"mds\", split=\"train\"", "metadata.json",
            "load_dataset(\"videofolder\"", "musubi/dataset.toml", "diffusion-pipe/dataset.toml", "`ltx.json`",
            "mlcroissant.Dataset(\"croissant.json\")",
        ] { #expect(card.contains(word), "\(word)") }
    }
}
