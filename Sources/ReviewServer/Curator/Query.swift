import Foundation
import Hummingbird

/// The query of an address: filters are addresses that can be kept and sent.
struct Query: Sendable {
    private let fields: [String: String]

    /// As a form sends it: a plus sign stands for a space. What can't be read is passed over.
    init(_ request: Request) {
        let pairs = (request.uri.query ?? "").split(separator: "&").map {
            $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        }
        fields = pairs.reduce(into: [:]) { fields, pair in
            let texts = pair.map { $0.replacing("+", with: " ").removingPercentEncoding ?? "" }
            if texts.count == 2, !texts[0].isEmpty, !texts[1].isEmpty { fields[texts[0]] = texts[1] }
        }
    }

    init(_ fields: [String: String]) { self.fields = fields.filter { !$0.value.isEmpty } }

    /// What was given; nil for nothing.
    subscript(name: String) -> String? { fields[name] }

    /// A whole number from 1; 1 for anything else.
    var page: Int { max(1, min(1_000_000, fields["page"].flatMap { Int($0) } ?? 1)) }

    /// The same with one field changed; without it for nil. The first page has no number.
    func address(_ path: String, with name: String, _ value: String?) -> String {
        var fields = fields
        fields[name] = value
        if fields["page"] == "1" { fields["page"] = nil }
        let pairs = fields.sorted { $0.key < $1.key }.map { "\(Self.escape($0.key))=\(Self.escape($0.value))" }
        return pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))"
    }

    private static let plain = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")

    static func escape(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: plain) ?? "" }
}
