import Foundation

/// A video's table of contents: lines such as `0:00 Intro`.
///
/// Such lines go when one of them begins at zero, as players demand of a table of contents, or when there are three.
/// A single `2:30 after mitosis` stays.
enum Chapters {
    static let rules: [Rule] = [
        Rule("chapter") { text in
            let lines = line.matches(in: text)
            guard lines.count >= 3 || lines.contains(where: { zero.isFound(in: $0[0]) }) else { return [] }
            return lines.map { .init(range: $0.range, text: "") }
        }
    ]

    private static let line = Pattern(
        #"(?m)(?:^(?i:time ?stamps|chapters|contents|table of contents):?\s*\n)?"#
            + #"^[^\S\n]*[•▶►*-]?[^\S\n]*[(\[]?(?:[0-9]{1,2}:)?[0-9]{1,2}:[0-9]{2}[)\]]?"#
            + #"(?:[^\S\n]*[-–—|:.]?[^\S\n]+[^\n]{0,99})?$"#
    )
    private static let zero = Pattern(#"^[^0-9]*(?:0{1,2}:)?0{1,2}:00(?![0-9:])"#)
}
