import Foundation
import Media

/// Sorts picture files into sequences by the numbers in their names, zero-padded or not, wherever they stand.
///
/// Files whose names differ in one number are a sequence in its order. Where several numbers differ, files of planes
/// (TIFF) named by axis (`t001_z03_c2`) that fill the whole grid are one recording with these axes; else the number
/// marked as time, or the last one, counts, and the others tell sequences apart.
package struct NumberedPictures {
    package struct Sequence {
        package var paths: [String]
        /// As `--axes` declares them, such as `TZ5C2`; nil with one number.
        package var axes: String?
        package var notes: [String] = []
    }

    package private(set) var sequences: [Sequence] = []

    private struct Name {
        var path: String
        /// The text between the numbers, and around them.
        var texts: [String]
        var numbers: [Int]
        /// Whether files of its format may be planes of one recording.
        var isPlane: Bool

        /// Digits of more than 18 places are text.
        init(_ path: String) {
            self.path = path
            let file = (path as NSString).lastPathComponent as NSString
            let suffix = file.pathExtension.lowercased()
            isPlane = StackFormat.all.contains { $0.joinsFiles && $0.suffixes.contains(suffix) }
            texts = [""]
            numbers = []
            var rest = Substring(file.deletingPathExtension)
            while let first = rest.first {
                let isDigit: (Character) -> Bool = { $0.isASCII && $0.isNumber }
                let run = rest.prefix { isDigit($0) == isDigit(first) }
                rest = rest.dropFirst(run.count)
                if isDigit(first), run.count <= 18, let number = Int(run) {
                    numbers.append(number)
                    texts.append("")
                } else {
                    texts[texts.count - 1] += run
                }
            }
            texts.append("." + file.pathExtension)
        }
    }

    /// - Parameter paths: pictures of one folder.
    package init(_ paths: [String]) {
        let groups = Dictionary(grouping: paths.map(Name.init)) { $0.texts.joined(separator: "\0") }
        for (_, names) in groups.sorted(by: { $0.key < $1.key }) {
            let places = names[0].numbers.indices.filter { place in
                names.contains { $0.numbers[place] != names[0].numbers[place] }
            }
            if let grid = Self.grid(names, places) {
                sequences.append(grid)
            } else {
                sequences += Self.runs(names, places)
            }
        }
    }

    /// The axis that the text before a number names: T, Z, C or nil.
    private static func axis(_ text: String) -> Character? {
        switch String(text.reversed().prefix { $0.isLetter }.reversed()).lowercased() {
        case "t", "tp", "time", "timepoint", "frame": "T"
        case "z", "slice": "Z"
        case "c", "ch", "channel": "C"
        default: nil
        }
    }

    /// One recording of such files whose varying numbers are all marked as different axes and fill their grid.
    private static func grid(_ names: [Name], _ places: [Int]) -> Sequence? {
        let marked = places.compactMap { place in axis(names[0].texts[place]).map { (axis: $0, place: place) } }
        guard names[0].isPlane, places.count > 1, marked.count == places.count,
            Set(marked.map(\.axis)).count == marked.count
        else { return nil }
        let order = "TZC".compactMap { axis in marked.first { $0.axis == axis } }
        let sizes = order.map { axis in Set(names.map { $0.numbers[axis.place] }).count }
        let cells = Set(names.map { name in order.map { name.numbers[$0.place] } })
        guard cells.count == names.count, sizes.reduce(1, *) == names.count else { return nil }
        let sorted = names.sorted { a, b in
            order.map { a.numbers[$0.place] }.lexicographicallyPrecedes(order.map { b.numbers[$0.place] })
        }
        let axes = zip(order, sizes).map { "\($0.axis)\($1)" }.joined()
        return Sequence(paths: sorted.map(\.path), axes: axes, notes: ["axes \(axes) taken from the files' names"])
    }

    /// One sequence for each set of the other numbers.
    private static func runs(_ names: [Name], _ places: [Int]) -> [Sequence] {
        guard let counter = places.first(where: { axis(names[0].texts[$0]) == "T" }) ?? places.last else {
            return names.map { Sequence(paths: [$0.path]) }.sorted { $0.paths[0] < $1.paths[0] }
        }
        let runs = Dictionary(grouping: names) { name in
            places.filter { $0 != counter }.map { name.numbers[$0] }
        }
        return runs.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { _, members in
            let sorted = members.sorted { ($0.numbers[counter], $0.path) < ($1.numbers[counter], $1.path) }
            return Sequence(paths: sorted.map(\.path), notes: gaps(sorted.map { $0.numbers[counter] }))
        }
    }

    /// Says which numbers are missing between the first and the last.
    private static func gaps(_ numbers: [Int]) -> [String] {
        let holes = zip(numbers, numbers.dropFirst()).filter { $1 - $0 > 1 }.map { ($0 + 1, $1 - 1) }
        guard !holes.isEmpty else { return [] }
        let missing = holes.reduce(0) { $0 + $1.1 - $1.0 + 1 }
        let shown = holes.prefix(5).map { $0 == $1 ? "\($0)" : "\($0) to \($1)" }.joined(separator: ", ")
        return ["\(missing) numbers are missing: \(shown)" + (holes.count > 5 ? " and more" : "")]
    }
}
