import Foundation

/// One rule of the normal form: where it finds something, and what belongs there instead.
struct Rule: Sendable {
    /// A piece of the text to replace, in UTF-16 offsets.
    struct Replacement {
        var range: Range<Int>
        var text: String
    }

    let name: String
    /// Replacements in order, not overlapping.
    let find: @Sendable (String) -> [Replacement]

    init(_ name: String, find: @escaping @Sendable (String) -> [Replacement]) {
        self.name = name
        self.find = find
    }

    /// A rule from an ICU pattern; `replace` answers nil where a match is to stay.
    init(_ name: String, _ pattern: String, replace: @escaping @Sendable (Match) -> String?) {
        let pattern = Pattern(pattern)
        self.init(name) { text in
            pattern.matches(in: text).compactMap { match in
                replace(match).map { Replacement(range: match.range, text: $0) }
            }
        }
    }

    init(_ name: String, _ pattern: String, with replacement: String) {
        self.init(name, pattern) { _ in replacement }
    }

    /// Applies the rule once. `edits` grows by one entry for every fragment that changed.
    func apply(to text: String, edits: inout [NormalizedCaption.Edit]) -> String {
        let units = Array(text.utf16)
        let changes = find(text).filter { !units[$0.range].elementsEqual($0.text.utf16) }
        guard !changes.isEmpty else { return text }
        var result: [UInt16] = []
        var position = 0
        for (index, change) in changes.enumerated() {
            let floor = index > 0 ? changes[index - 1].range.upperBound : 0
            let ceiling = index + 1 < changes.count ? changes[index + 1].range.lowerBound : units.count
            let fragment = Self.widen(change.range, in: units, within: floor..<ceiling)
            let head = String(decoding: units[fragment.lowerBound..<change.range.lowerBound], as: UTF16.self)
            let tail = String(decoding: units[change.range.upperBound..<fragment.upperBound], as: UTF16.self)
            edits.append(
                .init(
                    rule: name, before: String(decoding: units[fragment], as: UTF16.self),
                    after: head + change.text + tail))
            result += units[position..<change.range.lowerBound]
            result += change.text.utf16
            position = change.range.upperBound
        }
        result += units[position...]
        return String(decoding: result, as: UTF16.self)
    }

    /// Extends a range to the spaces around it, at most 24 units to either side.
    private static func widen(_ range: Range<Int>, in units: [UInt16], within bounds: Range<Int>) -> Range<Int> {
        func isInWord(_ unit: UInt16) -> Bool { unit > 0x20 && unit != 0xA0 }
        var (start, end) = (range.lowerBound, range.upperBound)
        let (floor, ceiling) = (max(bounds.lowerBound, start - 24), min(bounds.upperBound, end + 24))
        while start > floor, isInWord(units[start - 1]) { start -= 1 }
        while end < ceiling, isInWord(units[end]) { end += 1 }
        if start < range.lowerBound, UTF16.isTrailSurrogate(units[start]) { start += 1 }
        if end > range.upperBound, UTF16.isLeadSurrogate(units[end - 1]) { end -= 1 }
        return start..<end
    }
}

/// A compiled ICU regular expression that is known to be well formed.
struct Pattern: Sendable {
    private let expression: NSRegularExpression

    init(_ source: String) {
        do {
            expression = try NSRegularExpression(pattern: source)
        } catch {
            preconditionFailure("pattern does not compile: \(source)")
        }
    }

    /// A group that matches any of the alternatives.
    static func any(_ alternatives: [String]) -> String { "(?:" + alternatives.joined(separator: "|") + ")" }

    func matches(in text: String) -> [Match] {
        let units = Array(text.utf16)
        return expression.matches(in: text, range: NSRange(location: 0, length: units.count))
            .map { Match(result: $0, units: units) }
    }

    func isFound(in text: String) -> Bool {
        expression.firstMatch(in: text, range: NSRange(location: 0, length: text.utf16.count)) != nil
    }
}

struct Match {
    fileprivate let result: NSTextCheckingResult
    fileprivate let units: [UInt16]

    /// UTF-16 offsets of the whole match.
    var range: Range<Int> { result.range.lowerBound..<result.range.upperBound }

    /// The text of a group, 0 being the whole match; empty where the group took no part.
    subscript(group: Int) -> String {
        let range = result.range(at: group)
        // A match may begin inside a grapheme, where `Range(range, in: text)` has no answer.
        return range.location == NSNotFound
            ? "" : String(decoding: units[range.lowerBound..<range.upperBound], as: UTF16.self)
    }
}
