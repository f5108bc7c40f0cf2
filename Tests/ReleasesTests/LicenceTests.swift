import Model
import Testing

/// What the words of licences mean, and which a release lets in.
@Suite struct LicenceTests {
    @Test(arguments: [
        ("CC-BY-4.0", "CC-BY-4.0"), ("cc by 4.0", "CC-BY-4.0"), ("CC BY 4.0", "CC-BY-4.0"), ("CC BY 4", "CC-BY-4.0"),
        ("Creative Commons Attribution 4.0 International", "CC-BY-4.0"),
        ("Attribution 4.0 International (CC BY 4.0)", "CC-BY-4.0"),
        ("Creative Commons Attribution-ShareAlike 3.0 Unported", "CC-BY-SA-3.0"),
        ("CC BY-NC-SA 2.5", "CC-BY-NC-SA-2.5"), ("cc-by-nc-nd-4.0", "CC-BY-NC-ND-4.0"),
        ("Attribution-NonCommercial-NoDerivs 2.0", "CC-BY-NC-ND-2.0"),
        ("Creative Commons Attribution license (reuse allowed)", "CC-BY-3.0"),
        ("https://creativecommons.org/licenses/by-sa/4.0/", "CC-BY-SA-4.0"),
        ("http://creativecommons.org/licenses/by/3.0/us/deed.en", "CC-BY-3.0-US"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode", "CC-BY-4.0"),
        ("https://www.creativecommons.org/publicdomain/zero/1.0/deed.de", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "CC-PDM-1.0"),
        ("CC0", "CC0-1.0"), ("CC0 1.0 Universal", "CC0-1.0"), ("cc0-1.0", "CC0-1.0"),
        ("Public Domain Mark 1.0", "CC-PDM-1.0"), ("MIT License", "MIT"), ("apache license 2.0", "Apache-2.0"),
        ("https://opensource.org/license/MIT", "MIT"), ("https://spdx.org/licenses/ODbL-1.0.html", "ODbL-1.0"),
        ("CC-BY-SA-2.1-JP", "CC-BY-SA-2.1-JP"),
    ])
    func theseWordsMeanOneLicence(words: String, spdx: String) {
        let licence = Licence(words)
        #expect(licence.spdx == spdx)
        #expect(licence.name == spdx)
        #expect(licence.text == words)
        #expect(licence.url != nil)
        // An address and an identifier mean what they came from.
        #expect(Licence(spdx).spdx == spdx)
        if let url = licence.url { #expect(Licence(url).spdx == spdx) }
    }

    /// Every known name is read as itself.
    @Test func namesAreStable() {
        #expect(Licence.names.count > 60 && Set(Licence.names).count == Licence.names.count)
        for name in Licence.names { #expect(Licence(name).name == name, "\(name)") }
    }

    @Test(arguments: [
        ("CC BY", "CC-BY"), ("cc-by-sa", "CC-BY-SA"), ("by-nc", "CC-BY-NC"), ("Attribution-ShareAlike", "CC-BY-SA"),
        ("Attribution - Non Commercial - No Derivatives", "CC-BY-NC-ND"), ("Creative Commons Attribution", "CC-BY"),
    ])
    func withoutAVersionTheFamilyIsKnown(words: String, family: String) {
        let licence = Licence(words)
        #expect(licence.spdx == nil && licence.name == family && licence.url == nil)
        #expect(licence.redistributable == (family.hasSuffix("ND") ? .no : .yes))
    }

    @Test(arguments: [
        "", " ", "Creative Commons", "CC", "4.0", "Some rights reserved", "free for research",
        "not in the public domain",
        "CC BY 4.0, except for the logo", "CC BY 3.0 and CC BY 4.0", "CC BY-ND-SA 4.0", "CC NC 4.0", "CC BY 9.7",
        "ask the author", "CC-BY-4.0 OR proprietary", "https://example.org/licence", "https://creativecommons.org/",
        "https://creativecommons.org/licenses/by/4.0/?lang=x", "No known copyright restrictions", "µ™",
        "https://creativecommons.org/licenses/", "CC BY 0x4", "CC BY nan",
    ])
    func otherWordsStayUnknown(words: String) {
        let licence = Licence(words)
        #expect(licence.name == nil && licence.url == nil)
        for answer in [licence.redistributable, licence.commercial, licence.shareAlike, licence.attribution] {
            #expect(answer == .unknown)
        }
    }

    /// Passing on, commercial use, share alike, attribution.
    @Test(arguments: [
        ("CC-BY-4.0", "yes yes no yes"), ("CC-BY-SA-4.0", "yes yes yes yes"), ("CC-BY-NC-4.0", "yes no no yes"),
        ("CC-BY-ND-4.0", "no yes no yes"), ("CC-BY-NC-ND-4.0", "no no no yes"), ("CC0-1.0", "yes yes no no"),
        ("Public Domain", "yes yes no no"), ("All rights reserved", "no no no yes"),
        ("© 2019 A. Abbe. All rights reserved.", "no no no yes"), ("Standard YouTube License", "no no no yes"),
        ("GPL-3.0-or-later", "yes yes yes yes"), ("Unlicense", "yes yes no no"),
    ])
    func theAnswers(words: String, answers: String) {
        let licence = Licence(words)
        let found = [licence.redistributable, licence.commercial, licence.shareAlike, licence.attribution]
        #expect(found.map(\.rawValue).joined(separator: " ") == answers)
    }

    @Test(arguments: [
        (["CC-BY-4.0"], ["CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"]),
        (
            ["cc-by-*"],
            ["CC-BY-4.0", "CC-BY-NC-ND-4.0", "https://creativecommons.org/licenses/by/4.0/", "CC-BY-SA-4.0"]
        ),
        (["CC-BY"], ["CC BY"]),
        (
            ["CC-BY*-4.0"],
            ["CC-BY-4.0", "CC-BY-NC-ND-4.0", "https://creativecommons.org/licenses/by/4.0/", "CC-BY-SA-4.0"]
        ),
        (
            ["redistributable"],
            [
                "CC-BY-4.0", "CC BY", "CC0", "https://creativecommons.org/licenses/by/4.0/", "CC-BY-SA-4.0",
                "Public Domain",
            ]
        ),
        (["CC0-1.0", "cc-by-sa-4.0"], ["CC0", "CC-BY-SA-4.0"]),
    ])
    func theFilterLetsIn(patterns: [String], expected: [String]) throws {
        let filter = try LicenceFilter(patterns)
        let all = [
            "CC-BY-4.0", "CC BY", "CC0", "CC-BY-NC-ND-4.0", "", "my own",
            "https://creativecommons.org/licenses/by/4.0/",
            "CC-BY-SA-4.0", "All rights reserved", "Public Domain",
        ]
        #expect(all.filter { filter.allows(Licence($0)) } == all.filter(expected.contains))
    }

    @Test func noPatternLetsEverythingIn() throws {
        let filter = try LicenceFilter([])
        for words in ["", "all rights reserved", "CC0"] { #expect(filter.allows(Licence(words))) }
    }

    @Test(arguments: ["CC-BY-5.0", "CC-BY 4.0", "", "GPL*BY", "unknown", "redistributable*"])
    func aPatternThatFitsNothingIsRefused(pattern: String) {
        let error = #expect(throws: Fault.self) { try LicenceFilter(["CC0-1.0", pattern]) }
        #expect(error?.what == "no known licence is '\(pattern)'")
        #expect(error?.advice.contains("redistributable") == true)
        if pattern == "CC-BY 4.0" { #expect(error?.advice.contains("'CC-BY-4.0'") == true) }
    }
}
