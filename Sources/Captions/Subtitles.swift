import Foundation
public import Model

/// The cues of a subtitle file, in order of time.
public struct Subtitles: Codable, Hashable, Sendable {
    public typealias Cue = SubtitleLine

    public var cues: [Cue]
    /// Cues whose times could not be read, or that end before they begin.
    public var skipped: Int

    public init(cues: [Cue], skipped: Int = 0) {
        self.cues = cues
        self.skipped = skipped
    }

    /// Reads WebVTT: header, notes, styles, cue settings and tags are understood and left out.
    public static func parse(vtt text: String) -> Subtitles { parse(text) }

    /// Reads SubRip.
    public static func parse(srt text: String) -> Subtitles { parse(text) }

    /// What is said in `seconds` (half-open): the cues that overlap it, joined by spaces; empty when there are none.
    public func text(in seconds: Range<Double>) -> String {
        cues.filter { $0.startSeconds < seconds.upperBound && $0.endSeconds > seconds.lowerBound }
            .map(\.text).joined(separator: " ")
    }

    /// Both formats are blocks with one `start --> end` line each; everything after it up to a blank line is text.
    private static func parse(_ text: String) -> Subtitles {
        let lines =
            text.replacing("\u{FEFF}", with: "").replacing("\r\n", with: "\n").replacing("\r", with: "\n")
            .split(separator: "\n", omittingEmptySubsequences: false)
        var found: [Block] = []
        var skipped = 0
        var index = 0
        while index < lines.count {
            let line = lines[index]
            index += 1
            if line.hasPrefix("NOTE") || line.hasPrefix("STYLE") || line.hasPrefix("REGION") {
                while index < lines.count, !lines[index].isBlank { index += 1 }
            } else if line.contains("-->") {
                var content: [String] = []
                while index < lines.count, !lines[index].isBlank, !lines[index].contains("-->") {
                    content.append(plain(lines[index]))
                    index += 1
                }
                // The number before the next cue's times is not this one's text.
                if index < lines.count, lines[index].contains("-->"), content.last?.allSatisfy(\.isNumber) == true {
                    content.removeLast()
                }
                if let (start, end) = times(line) {
                    found.append(Block(start: start, end: end, lines: content.filter { !$0.isEmpty }))
                } else {
                    skipped += 1
                }
            }
        }
        return Subtitles(cues: unrolled(found), skipped: skipped)
    }

    private struct Block {
        var start: Double
        var end: Double
        var lines: [String]
    }

    /// Undoes rolling captions, which repeat the lines before under each new one.
    private static func unrolled(_ blocks: [Block]) -> [Cue] {
        var cues: [Cue] = []
        var shown: [String] = []
        let ordered = blocks.enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }
        for block in ordered.map(\.element) where !block.lines.isEmpty {
            let repeated = (0...min(shown.count, block.lines.count)).last { shown.suffix($0) == block.lines.prefix($0) }
            var fresh = Array(block.lines.dropFirst(repeated ?? 0))
            if fresh.count == block.lines.count, let last = shown.last, fresh.first == last { fresh.removeFirst() }
            shown = block.lines
            if !fresh.isEmpty {
                cues.append(Cue(startSeconds: block.start, endSeconds: block.end, text: fresh.joined(separator: " ")))
            } else if let last = cues.indices.last, block.start <= cues[last].endSeconds + 0.1 {
                cues[last].endSeconds = max(cues[last].endSeconds, block.end)
            }
        }
        return cues
    }

    private static func plain(_ line: Substring) -> String {
        let untagged = line.replacing(#/<[^<>]*>|\{\\[^{}]*\}/#, with: "")
        return untagged.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// `00:01:02.500 --> 00:01:04.000 align:start` in seconds; hours are optional, a comma is a decimal point.
    private static func times(_ line: Substring) -> (Double, Double)? {
        let sides = line.components(separatedBy: "-->")
        guard sides.count == 2, let first = sides[1].split(whereSeparator: \.isWhitespace).first,
            let start = seconds(sides[0].trimmingCharacters(in: .whitespaces)), let end = seconds(String(first)),
            start < end
        else { return nil }
        return (start, end)
    }

    private static func seconds(_ text: String) -> Double? {
        let parts = text.replacing(",", with: ".").split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let last = parts.last, last.first?.isNumber == true,
            let seconds = Double(last), (0..<60).contains(seconds)
        else { return nil }
        let whole = parts.dropLast().map { $0.allSatisfy(\.isNumber) ? Int($0) : nil }
        guard !whole.contains(nil), let minutes = whole.last ?? nil, minutes < 60 || parts.count == 2 else {
            return nil
        }
        let hours = whole.count == 2 ? (whole[0] ?? 0) : 0
        return Double(hours) * 3600 + Double(minutes) * 60 + seconds
    }
}

extension Substring {
    fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
