/// What a licence, in whatever words a source came with, says of cut and scaled clips of that source.
///
/// Only words that surely mean a licence are recognised; of everything else every answer is `unknown`. This is no legal
/// advice: it reads the licence's name, not the rights of whoever gave it.
public struct Licence: Hashable, Sendable {
    public enum Answer: String, Codable, Sendable, CaseIterable { case yes, no, unknown }

    /// The source's words; "" where it came with none.
    public let text: String
    /// SPDX identifier; nil where the words don't say which one.
    public let spdx: String?
    /// `spdx`, or the family where the version is unknown, such as `CC-BY-SA`; nil for other words.
    public let name: String?
    /// Whether clips may be passed on. `no` for a licence that forbids derivatives.
    public let redistributable: Answer
    /// Whether clips may be used commercially.
    public let commercial: Answer
    /// Whether what is made of clips must come under the same licence.
    public let shareAlike: Answer
    /// Whether the author must be named.
    public let attribution: Answer
    /// Of the licence's text.
    public let url: String?

    public init(_ text: String) {
        self.text = text
        let terms = Terms.reading(text)
        spdx = terms?.spdx
        name = terms?.spdx ?? terms?.family
        url = terms?.url
        redistributable = Self.answer(terms?.redistributable)
        commercial = Self.answer(terms?.commercial)
        shareAlike = Self.answer(terms?.shareAlike)
        attribution = Self.answer(terms?.attribution)
    }

    private static func answer(_ isSo: Bool?) -> Answer { isSo.map { $0 ? .yes : .no } ?? .unknown }

    /// All that `name` can be, sorted.
    public static let names: [String] = Set(Terms.creativeCommonsNames + Terms.table.values.compactMap { $0.spdx })
        .sorted()

    /// What a recognised licence says.
    struct Terms: Hashable, Sendable {
        var spdx: String?
        var family: String?
        var url: String?
        var redistributable = true
        var commercial = true
        var shareAlike = false
        var attribution = true
    }
}

extension Licence.Terms {
    static func reading(_ text: String) -> Licence.Terms? {
        let words = LicenceWords(text)
        return table[words.phrase] ?? creativeCommons(words) ?? (words.areAllRightsReserved ? reserved : nil)
    }

    private static let reserved = Licence.Terms(redistributable: false, commercial: false)

    /// By `LicenceWords.phrase`.
    static let table: [String: Licence.Terms] = {
        var table: [String: Licence.Terms] = [:]
        for licence in others {
            guard let spdx = licence.spdx else { continue }
            table[LicenceWords(spdx).phrase] = licence
        }
        let zero = table["cc0 1.0"]
        for phrase in [
            "cc0", "cc 0", "cc zero", "cc0 1.0 universal", "creative commons zero", "creative commons 0",
            "creative commons cc0", "public domain dedication cc0", "creative commons zero 1.0 universal",
            "cc zero 1.0",
            "cc0 1.0 universal public domain dedication", "publicdomain zero 1.0",
        ] { table[phrase] = zero }
        for phrase in ["public domain mark", "public domain mark 1.0", "publicdomain mark 1.0", "cc pdm"] {
            table[phrase] = table["cc pdm 1.0"]
        }
        for phrase in ["public domain", "publicdomain", "united states government work", "us government work"] {
            table[phrase] = Licence.Terms(attribution: false)
        }
        for phrase in ["standard youtube", "youtube standard", "proprietary", "copyrighted", "all rights reserved"] {
            table[phrase] = reserved
        }
        table["apache 2"] = table["apache 2.0"]
        table["apache version 2.0"] = table["apache 2.0"]
        table["gpl 3.0"] = table["gpl 3.0 only"]
        table["gpl 2.0"] = table["gpl 2.0 only"]
        // YouTube's one Creative Commons licence; its help page links to version 3.0.
        table["creative commons attribution reuse allowed"] = creativeCommons(["by"], version: "3.0", port: nil)
        return table
    }()

    /// Licences beside Creative Commons' own, by SPDX identifier.
    private static let others: [Licence.Terms] =
        [
            ("CC0-1.0", false, false), ("CC-PDM-1.0", false, false), ("CC-PDDC", false, false),
            ("PDDL-1.0", false, false),
            ("Unlicense", false, false), ("0BSD", false, false), ("MIT-0", false, false), ("MIT", false, true),
            ("ISC", false, true), ("Apache-2.0", false, true), ("BSD-2-Clause", false, true),
            ("BSD-3-Clause", false, true), ("ODC-By-1.0", false, true), ("ODbL-1.0", true, true),
            ("CDLA-Permissive-1.0", false, true), ("CDLA-Permissive-2.0", false, true),
            ("CDLA-Sharing-1.0", true, true),
            ("OGL-UK-3.0", false, true), ("etalab-2.0", false, true), ("LAL-1.3", true, true),
            ("GPL-2.0-only", true, true), ("GPL-2.0-or-later", true, true), ("GPL-3.0-only", true, true),
            ("GPL-3.0-or-later", true, true), ("AGPL-3.0-only", true, true), ("AGPL-3.0-or-later", true, true),
        ].map { spdx, shareAlike, attribution in
            let url =
                switch spdx {
                case "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/"
                case "CC-PDM-1.0": "https://creativecommons.org/publicdomain/mark/1.0/"
                default: "https://spdx.org/licenses/\(spdx).html"
                }
            return Licence.Terms(spdx: spdx, url: url, shareAlike: shareAlike, attribution: attribution)
        }

    // MARK: Creative Commons' licences: BY, then NC, then ND or SA

    private static let kinds: [[String]] = [
        ["by"], ["by", "nc"], ["by", "nc", "nd"], ["by", "nc", "sa"], ["by", "nd"], ["by", "sa"],
    ]
    private static let versions = ["1.0", "2.0", "2.5", "3.0", "4.0"]
    /// The ported licences that SPDX names.
    private static let ported: Set<String> = [
        "CC-BY-2.5-AU", "CC-BY-3.0-AT", "CC-BY-3.0-AU", "CC-BY-3.0-DE", "CC-BY-3.0-IGO", "CC-BY-3.0-NL", "CC-BY-3.0-US",
        "CC-BY-NC-3.0-DE", "CC-BY-NC-ND-3.0-DE", "CC-BY-NC-ND-3.0-IGO", "CC-BY-NC-SA-2.0-DE", "CC-BY-NC-SA-2.0-FR",
        "CC-BY-NC-SA-2.0-UK", "CC-BY-NC-SA-3.0-DE", "CC-BY-NC-SA-3.0-IGO", "CC-BY-ND-3.0-DE", "CC-BY-SA-2.0-UK",
        "CC-BY-SA-2.1-JP", "CC-BY-SA-3.0-AT", "CC-BY-SA-3.0-DE", "CC-BY-SA-3.0-IGO",
    ]
    /// The endings of ported licences' names.
    static let ports = Set(ported.compactMap { $0.split(separator: "-").last?.lowercased() })

    static let creativeCommonsNames: [String] =
        kinds.flatMap { kind in [family(kind)] + versions.map { family(kind) + "-" + $0 } } + ported

    private static func family(_ kind: [String]) -> String { "CC-" + kind.joined(separator: "-").uppercased() }

    private static func creativeCommons(_ words: LicenceWords) -> Licence.Terms? {
        guard let parts = words.creativeCommons else { return nil }
        return creativeCommons(parts.elements, version: parts.version, port: parts.port)
    }

    /// nil for elements that make no licence.
    private static func creativeCommons(_ elements: Set<String>, version: String?, port: String?) -> Licence.Terms? {
        guard let kind = kinds.first(where: { Set($0) == elements }) else { return nil }
        let spdx = version.map { version in
            ([family(kind), version] + [port?.uppercased()].compactMap(\.self)).joined(separator: "-")
        }
        guard spdx.map({ creativeCommonsNames.contains($0) || port != nil }) ?? true else { return nil }
        let path = [kind.joined(separator: "-"), version, port].compactMap(\.self).joined(separator: "/")
        return Licence.Terms(
            spdx: spdx.flatMap { creativeCommonsNames.contains($0) ? $0 : nil }, family: family(kind),
            url: version.map { _ in "https://creativecommons.org/licenses/\(path)/" },
            redistributable: !elements.contains("nd"), commercial: !elements.contains("nc"),
            shareAlike: elements.contains("sa"))
    }
}
