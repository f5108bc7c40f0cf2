import Foundation
public import Model

/// The raw caption of a clip, put together from what came with its source.
public enum RawCaption {
    /// The parts that the recipe names, in its order, one a line; nil when none of them holds text.
    ///
    /// A part that lacks a full stop gets one before the next part follows, so that sentences stay apart. A part whose
    /// text an earlier or later part begins with is left out: descriptions often repeat the title.
    public static func compose(
        parts: [Recipe.Caption.Part], title: String?, description: String?, subtitles: String?
    ) -> String? {
        var texts: [String] = []
        for part in parts {
            let text: String? =
                switch part {
                case .title: title
                case .description: description
                case .subtitles: subtitles
                }
            guard let trimmed = text?.trimmingCharacters(in: .whitespacesAndNewlines), !trimmed.isEmpty,
                !texts.contains(where: { begins($0, with: trimmed) })
            else { continue }
            texts.removeAll { begins(trimmed, with: $0) }
            texts.append(trimmed)
        }
        guard let last = texts.popLast() else { return nil }
        return (texts.map(terminated) + [last]).joined(separator: "\n")
    }

    private static func begins(_ text: String, with start: String) -> Bool {
        guard text.lowercased().hasPrefix(start.lowercased()) else { return false }
        let next = text.dropFirst(start.count).first
        return next == nil || !(next!.isLetter || next!.isNumber)
    }

    /// Puts a full stop behind the last word, before any tags, handles and addresses that trail it.
    private static func terminated(_ text: String) -> String {
        var head = text[...]
        while let word = head.split(whereSeparator: \.isWhitespace).last,
            word.hasPrefix("#") || word.hasPrefix("@") || word.contains("://")
        {
            head = head[..<word.startIndex].trimmingSuffix(while: \.isWhitespace)
        }
        return isClosed(head) ? text : head + "." + text[head.endIndex...]
    }

    private static func isClosed(_ text: Substring) -> Bool { text.last.map { ".!?…:;,|".contains($0) } ?? true }
}

extension Substring {
    fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> Substring {
        var text = self
        while let last = text.last, matches(last) { text.removeLast() }
        return text
    }
}
