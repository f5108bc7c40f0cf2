import Foundation
import Model
import Testing

@Suite struct RecipeTests {
    private func fault(_ yaml: String) throws -> Fault {
        try #require(throws: Fault.self) { try RecipeDocument.parse(yaml, file: "my.yaml") }
    }

    @Test func absentKeysTakeTheDefaults() throws {
        #expect(try RecipeDocument.parse("name: cells", file: "r").review == Recipe().review)
        var expected = Recipe()
        expected.name = "cells"
        expected.filter["min_motion"] = 0.01
        let yaml = """
            name: cells
            filter:
              min_motion: 0.01
            """
        #expect(try RecipeDocument.parse(yaml, file: "r") == expected)
        #expect(try RecipeDocument.parse("", file: "r") == Recipe())
        #expect(try RecipeDocument.parse("{}", file: "r") == Recipe())
    }

    @Test func theDefaultsAreTheDocumentedOnes() {
        let recipe = Recipe()
        #expect(recipe.mainProfile == .wan)
        #expect((recipe.mainProfile.width, recipe.mainProfile.height) == (832, 480))
        #expect((recipe.mainProfile.rate, recipe.mainProfile.frames) == (Rational(16), 81))
        #expect(recipe.mainProfile.fullSeconds == Rational(81, 16))
        #expect((recipe.propose.minSeconds, recipe.propose.maxSeconds) == (2, 10))
        #expect(recipe.review.quorum == 2)
        #expect(recipe.review.carryOverFrames == 0)
        #expect(recipe.labels.level == ["organ", "cellular", "subcellular"])
        #expect(recipe.export.validation + recipe.export.test == 0.1)
    }

    /// The recipes that come with the product.
    @Test(arguments: ["demo.yaml", "microsim-10k.yaml"])
    func ownRecipesAreValid(name: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let yaml = try String(contentsOf: root.appending(path: "manifests/\(name)"), encoding: .utf8)
        let recipe = try RecipeDocument.parse(yaml, file: name)
        #expect(recipe.name + ".yaml" == name)
        #expect(recipe.mainProfile == .wan)
    }

    @Test(arguments: [
        ("detekt: {}", "detekt", "detect"), ("filter: {min_moton: 1}", "filter.min_moton", "min_motion"),
        ("review:\n  quorums: 3", "review.quorums", "quorum"),
        ("profiles:\n  - {name: a, fit: keep}\n  - {name: b, fit: keep, crff: 3}", "profiles.1.crff", "crf"),
        ("targets: {clip: 3}", "targets.clip", "clips"), ("minSeconds: 2", "minSeconds", ""),
        ("propose: {minSeconds: 2}", "propose.minSeconds", "min_seconds"),
    ])
    func anUnknownKeyIsNamedWithASuggestion(yaml: String, path: String, suggestion: String) throws {
        let fault = try fault(yaml)
        #expect(fault.reason == .invalid && fault.place == "my.yaml")
        #expect(fault.what == "unknown key '\(path)'")
        #expect(
            fault.advice.contains(suggestion.isEmpty ? "Known here:" : "Did you mean '\(suggestion)'?"),
            "\(fault.advice)")
    }

    @Test(arguments: [
        ("filter: {min_motion: much}", "filter.min_motion"), ("review: {quorum: 1.5}", "review.quorum"),
        ("review: {quorum: true}", "review.quorum"), ("targets: {clips: 0.5}", "targets.clips"),
        ("profiles: [{name: a, fit: keep, crf: 1.5}]", "profiles"), ("labels: {level: organ}", "labels.level"),
        ("name: [a]", "name"), ("filter: 3", "filter"), ("filter:", "filter"), ("filter: nothing", "filter"),
        ("name:", "name"),
        ("propose: {rest: throw}", "propose.rest"), ("caption: {required: maybe}", "caption.required"),
        ("caption: {from: [titel]}", "caption.from.0"), ("export: {seed: x}", "export.seed"),
        ("profiles: {name: a}", "profiles"), ("profiles: [3]", "profiles.0"),
        ("profiles: [{name: a, fit: stretch}]", "profiles.0.fit"),
        ("profiles: [{name: a, fit: keep, rate: quick}]", "profiles.0.rate"),
        ("targets: {levels: {organ: many}}", "targets.levels.organ"), ("version: 1", "version"),
        ("version: 2026-05-04", "version"), ("filter: {min_sharpness: .nan}", "filter.min_sharpness"),
        ("propose: {max_seconds: .inf}", "propose.max_seconds"),
    ])
    func aWrongTypeIsNamed(yaml: String, path: String) throws {
        let fault = try fault(yaml)
        #expect(fault.reason == .invalid && fault.place == "my.yaml")
        #expect(fault.what.contains("'\(path)'"), "\(fault)")
    }

    @Test(arguments: [
        "- a", "just text", "a: [", "\tname: x", "1: 2", "name: a\nname: b", "a: &x\nb: *y",
    ])
    func whatIsNoMappingIsRefused(yaml: String) throws {
        let fault = try fault(yaml)
        #expect(fault.reason == .invalid && fault.place == "my.yaml" && !fault.advice.isEmpty)
    }

    @Test(arguments: [
        ("profile: wan", "wan"), ("filter: {max_border: 1.5}", "filter.max_border"),
        ("filter: {min_sharpness: -1}", "filter.min_sharpness"),
        ("detect: {cut_threshold: -0.1}", "detect.cut_threshold"), ("dedup: {min_share: 2}", "dedup.min_share"),
        ("export: {validation: 0.6, test: 0.4}", "train"), ("propose: {min_seconds: 11}", "propose.max_seconds"),
        ("propose: {min_seconds: 0}", "propose.min_seconds"), ("scan: {sample_seconds: 0}", "scan.sample_seconds"),
        ("review: {quorum: 0}", "review.quorum"), ("review: {carry_over_frames: -1}", "review.carry_over_frames"),
        ("export: {shard_samples: 0}", "export.shard_samples"),
        ("detect: {min_shot_frames: -3}", "detect.min_shot_frames"),
        ("dedup: {max_distance: 257}", "dedup.max_distance"), ("labels: {level: []}", "labels.level"),
        ("scan: {thumbnail_size: 0}", "scan.thumbnail_size"), ("name: ''", "name"), ("name: a/../b", "name"),
        ("profiles: [{name: a, fit: keep, width: 64, height: 64}]", "profile 'a'"),
        ("profiles: [{name: a, fit: crop}]", "profile 'a'"),
        ("profiles: [{name: a, fit: pad, width: 63, height: 64}]", "profile 'a'"),
        ("profiles: [{name: a, fit: keep, frames: 81}]", "profile 'a'"),
        ("profiles: [{name: a, fit: keep, crf: 52}]", "profile 'a'"),
        ("profiles: [{name: a, fit: keep, rate: 0}]", "profile 'a'"),
        ("profiles: [{name: a, fit: keep, rate: -16, frames: 81}]", "profile 'a'"),
        ("profiles: [{name: a, fit: keep, ordinal_rate: 0}]", "profile 'a'"),
        ("profiles: [{name: a, fit: keep, gop: 0}]", "profile 'a'"), ("profiles: [{fit: keep}]", "profile ''"),
        ("profiles: [{name: a, fit: keep}, {name: a, fit: keep, crf: 3}]", "profile 'a'"),
    ])
    func aValueOutOfRangeIsRefused(yaml: String, word: String) throws {
        let fault = try fault(yaml)
        #expect(fault.reason == .invalid && fault.place == "my.yaml" && !fault.advice.isEmpty)
        #expect(fault.what.contains(word), "\(fault)")
    }

    @Test func ownProfilesStandBesideTheBuiltInOnes() throws {
        let yaml = """
            profile: square
            profiles:
              - {name: square, width: 512, height: 512, fit: pad, rate: 30000/1001}
              - {name: native, fit: keep, crf: 0}
            """
        let recipe = try RecipeDocument.parse(yaml, file: "r")
        #expect(recipe.allProfiles.map(\.name) == ["wan2.1-t2v-1.3b", "square", "native"])
        #expect(
            recipe.mainProfile
                == Profile(name: "square", width: 512, height: 512, fit: .pad, rate: Rational(30000, 1001)))
        // An own profile of a built-in one's name wins, its absent keys take the defaults.
        #expect(recipe.profile(named: "native") == Profile(name: "native", fit: .keep, crf: 0))
        #expect(recipe.profile(named: "wan2.1-t2v-1.3b") == .wan)
        #expect(recipe.profile(named: "absent") == nil)
    }

    @Test func namesWithinTargetsAreFree() throws {
        let recipe = try RecipeDocument.parse(
            "targets: {clips: 10, levels: {Tissue_A: 59.1, myOwn: 40.9}, funnel: {ready: 3}}", file: "r")
        #expect(recipe.targets.levels == ["Tissue_A": 59.1, "myOwn": 40.9])
        #expect(recipe.targets.funnel == ["ready": 3])
        #expect(recipe.targets.clips == 10)
    }

    @Test func settingReplacesOneValue() throws {
        let yaml = "name: cells\nfilter: {max_text: 0.5}\n"
        func set(_ key: String, _ value: String) throws -> Recipe {
            try RecipeDocument.setting(key, to: value, in: yaml, file: "my.yaml")
        }
        var expected = try RecipeDocument.parse(yaml, file: "r")
        expected.filter["min_motion"] = 0.25
        #expect(try set("filter.min_motion", "0.25") == expected)
        expected = try RecipeDocument.parse(yaml, file: "r")
        expected.labels.level = ["a", "b"]
        #expect(try set("labels.level", "[a, b]") == expected)
        #expect(try set("filter.max_text", "0.125").filter["max_text"] == 0.125)
        #expect(try set("name", "other").name == "other")
        #expect(try RecipeDocument.setting("review.quorum", to: "3", in: "", file: "r").review.quorum == 3)
    }

    @Test(arguments: [
        ("filter.min_moton", "0.25", "filter.min_moton"), ("filter.max_text", "7", "filter.max_text"),
        ("", "1", "=1"), ("filter.max_text", "", "filter.max_text"), ("filter", "1", "filter"),
        ("filter.max_text.deeper", "1", "filter.max_text"), ("filter.max_text", "[", "filter.max_text"),
    ])
    func settingNonsenseIsAFault(key: String, value: String, word: String) throws {
        let fault = try #require(throws: Fault.self) {
            try RecipeDocument.setting(key, to: value, in: "name: cells", file: "my.yaml")
        }
        #expect(fault.reason == .invalid && fault.place == "my.yaml")
        #expect(fault.what.contains(word), "\(fault)")
    }

    @Test func noneSwitchesTheFiltersOff() throws {
        func parse(_ yaml: String) throws -> Recipe { try RecipeDocument.parse(yaml, file: "my.yaml") }
        let off = try parse("name: cells\nfilter: none")
        #expect(off.filter == .off && off.filter["max_text"] == nil)
        #expect(off != (try parse("name: cells")))
        #expect(try parse("filter: {}").filter == Recipe.FilterLimits())
        #expect(try JSON.line(off).contains("\"filter\":\"none\""))
        #expect(try JSON.decode(Recipe.self, from: try JSON.line(off)) == off)
        let fault = try fault("filter: nothing")
        #expect(fault.advice.contains("'filter: none'"))
    }

    @Test func noneIsSetAndLiftedAsAWhole() throws {
        func set(_ value: String, at key: String = "filter", in yaml: String) throws -> Recipe {
            try RecipeDocument.setting(key, to: value, in: yaml, file: "my.yaml")
        }
        #expect(try set("none", in: "filter: {max_text: 0.5}").filter == .off)
        #expect(try set("{max_text: 0.5}", in: "filter: none").filter["max_text"] == 0.5)
        // One limit would bring all other filters back unasked.
        let fault = try #require(throws: Fault.self) { try set("0.5", at: "filter.max_text", in: "filter: none") }
        #expect(fault.reason == .invalid && fault.place == "my.yaml" && fault.what.contains("'filter.max_text'"))
        let text = try RecipeEdit.setting([("filter", "none")], in: "name: cells # mine\n", file: "my.yaml")
        #expect(text.hasPrefix("name: cells # mine\n"))
        #expect(try RecipeDocument.parse(text, file: "r").filter == .off)
    }

    /// Releases keep the hash of this.
    @Test func theJSONOfTheFiltersLimitsStays() throws {
        let limits =
            #""filter":{"max_blank":0.2,"max_border":0.12,"max_text":0.6,"min_motion":0.002,"min_sharpness":2}"#
        #expect(try JSON.line(Recipe()).contains(limits))
        #expect(try JSON.line(RecipeDocument.parse("", file: "r")).contains(limits))
        let older = try JSON.decode(Recipe.FilterLimits.self, from: #"{"max_text":0.25}"#)
        #expect(older["max_text"] == 0.25 && older["max_blank"] == 0.2)
    }

    @Test func suggestionsNameTheNearestWord() {
        #expect(Suggestion.text(for: "acept", among: ["reject", "accept"]) == "Did you mean 'accept'?")
        #expect(Suggestion.text(for: "zzzzzzzz", among: ["accept", "reject"]) == "Known here: accept, reject.")
        #expect(Suggestion.text(for: "x", among: []) == "None are known here.")
    }
}
