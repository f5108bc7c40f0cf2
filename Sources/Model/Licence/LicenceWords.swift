import Foundation

/// The words of a licence's name, without case, punctuation and what says nothing.
struct LicenceWords {
    private let words: [String]

    /// The words with single spaces, less "licence" and the like.
    let phrase: String

    init(_ text: String) {
        let all = Self.split(Self.name(ofAddress: text) ?? text)
        words = all
        phrase = all.filter { !Self.empty.contains($0) }.joined(separator: " ")
    }

    private static let empty: Set<String> = ["license", "licence", "licensed", "licenses", "the", "under", "a"]

    /// What an address of a licence's text names, such as `cc by 4.0 de` of
    /// `https://creativecommons.org/licenses/by/4.0/de/deed.en`.
    private static func name(ofAddress text: String) -> String? {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            url.query == nil, let host = url.host?.lowercased()
        else { return nil }
        var parts = url.path.split(separator: "/").map { $0.lowercased() }
        guard parts.count >= 2 else { return nil }
        switch host.hasPrefix("www.") ? String(host.dropFirst(4)) : host {
        case "creativecommons.org":
            if let last = parts.last, last.hasPrefix("deed") || last.hasPrefix("legalcode") { parts.removeLast() }
            guard parts.count <= 4 else { return nil }
            if parts[0] == "licenses" { return "cc " + parts.dropFirst().joined(separator: " ") }
            return parts[0] == "publicdomain" ? parts.joined(separator: " ") : nil
        case "spdx.org", "opensource.org":
            guard parts.count == 2, ["licenses", "license"].contains(parts[0]) else { return nil }
            return parts[1].hasSuffix(".html") ? String(parts[1].dropLast(5)) : parts[1]
        default: return nil
        }
    }

    /// Letters, digits and dots between digits make words; everything else parts them.
    private static func split(_ text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == ".") }
            .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: ".")) }.filter { !$0.isEmpty }
    }

    /// Whether it ends by reserving all rights and grants none.
    var areAllRightsReserved: Bool {
        words.suffix(3) == ["all", "rights", "reserved"]
            && !words.dropLast(3).contains { Self.grants.contains($0) || $0.hasPrefix("cc0") }
    }
    private static let grants: Set<String> = ["cc", "creative", "commons", "domain", "except", "unless", "not", "some"]

    /// The elements (`by`, `nc`, `nd`, `sa`), version and port of a Creative Commons licence; nil where a word belongs
    /// to none, or two disagree.
    var creativeCommons: (elements: Set<String>, version: String?, port: String?)? {
        var elements: Set<String> = []
        var versions: Set<String> = []
        var port: String?
        var rest = words[...]
        while let word = rest.popFirst() {
            if let element = Self.elements[word] {
                elements.insert(element)
            } else if let element = rest.first.flatMap({ Self.elements[word + $0] }) {
                elements.insert(element)
                rest.removeFirst()
            } else if let version = Self.version(word) {
                versions.insert(version)
            } else if Licence.Terms.ports.contains(word), !versions.isEmpty, port == nil, rest.isEmpty {
                port = word
            } else if !Self.silent.contains(word), !Self.empty.contains(word) {
                return nil
            }
        }
        return versions.count > 1 ? nil : (elements, versions.first, port)
    }

    private static let elements: [String: String] = [
        "by": "by", "attribution": "by", "nc": "nc", "noncommercial": "nc", "nd": "nd", "noderivs": "nd",
        "noderivatives": "nd", "noderivative": "nd", "sa": "sa", "sharealike": "sa",
    ]
    private static let silent: Set<String> = [
        "cc", "creative", "commons", "international", "unported", "generic", "works", "version",
    ]

    /// `4`, `v4.0` and `4.0` are `4.0`.
    private static func version(_ word: String) -> String? {
        let digits = word.hasPrefix("v") ? String(word.dropFirst()) : word
        guard let number = Double(digits), digits.allSatisfy({ $0.isASCII }), number > 0, number < 10 else {
            return nil
        }
        return String(format: "%.1f", number) == digits ? digits : digits.count == 1 ? digits + ".0" : nil
    }
}
