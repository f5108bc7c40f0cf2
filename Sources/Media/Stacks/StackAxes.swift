import Model

/// How a list of pages unfolds into time, slices and channels: axes with sizes, slowest first; never empty.
struct StackAxes: Equatable {
    typealias Axis = StackMetadata.Axis

    private(set) var order: [Axis]
    private(set) var counts: [Int]
    /// Whether time was taken for granted, neither said by the file nor declared.
    private(set) var assumed = false
    /// Decisions, in words.
    private(set) var notes: [String] = []

    var planes: Int { counts.reduce(1, *) }

    func size(_ axis: Axis) -> Int { order.firstIndex(of: axis).map { counts[$0] } ?? 1 }

    /// Ordinal of the page at a time point, slice and place along the pages' channels.
    func page(time: Int, slice: Int, channel: Int = 0) -> Int {
        var page = 0
        for (axis, count) in zip(order, counts) {
            page = page * count + (axis == .time ? time : axis == .slice ? slice : channel)
        }
        return page
    }

    /// The letters alone, such as `TZ`.
    var letters: String { String(order.map(\.rawValue)) }

    /// With the sizes that follow the slowest axis, such as `TZ5`.
    var sized: String {
        zip(order, counts).enumerated().map { i, axis in
            i == 0 ? String(axis.0.rawValue) : "\(axis.0.rawValue)\(axis.1)"
        }.joined()
    }

    private init(_ axes: [(Axis, Int)], assumed: Bool = false, notes: [String] = []) {
        let kept = axes.filter { $0.1 > 1 }
        order = kept.isEmpty ? [.time] : kept.map(\.0)
        counts = kept.isEmpty ? [1] : kept.map(\.1)
        self.assumed = assumed
        self.notes = notes
    }

    // MARK: As the file says

    /// The axes by the file's own words; without any, all pages are time, as an assumption.
    /// - Parameters:
    ///   - pages: how many pages each file has.
    ///   - samples: channels inside a pixel; they are no axis of the pages.
    init(_ metadata: StackMetadata?, pages: [Int], samples: Int) {
        let total = pages.reduce(0, +)
        let inner = Self.pageAxes(metadata, samples: samples)
        let product = inner.reduce(1) { $0 &* $1.1 }
        let said = metadata.map { !$0.sizes.isEmpty } ?? false
        if said, product == total {
            self.init(inner)
        } else if said, Set(pages) == [product], inner.dropFirst().allSatisfy({ $0.0 != .time }) {
            // Every file holds the same axes: the files themselves go on in time.
            let rest = inner.filter { $0.0 != .time }
            let known = inner.count > rest.count
            self.init(
                [(.time, total / rest.reduce(1) { $0 * $1.1 })] + rest, assumed: !known,
                notes: known ? [] : ["files taken as time; settle it with ingest --axes"])
        } else if said, let slowest = inner.first, slowest.0 == .time, product / slowest.1 <= total {
            let whole = total / (product / slowest.1)
            let used = whole * (product / slowest.1)
            self.init(
                [(.time, whole)] + inner.dropFirst(),
                notes: [
                    "\(metadata?.origin ?? "") promises \(slowest.1) time points, the \(total) pages hold \(whole)"
                        + (used < total ? "; the last \(total - used) pages are left out" : "")
                ])
        } else {
            var notes: [String] = []
            if said { notes.append("\(metadata?.origin ?? "") promises \(product) pages, there are \(total)") }
            if let shape = metadata?.shape, shape.count > 1 {
                notes.append("the file's shape \(shape) names no axes")
            }
            if total > 1 { notes.append("axes unknown: pages taken as time; settle it with ingest --axes") }
            self.init([(.time, total)], assumed: true, notes: notes)
        }
    }

    /// The metadata's axes of pages with more than one place, slowest first.
    private static func pageAxes(_ metadata: StackMetadata?, samples: Int) -> [(Axis, Int)] {
        (metadata?.order ?? []).compactMap { axis in
            var size = metadata?.sizes[axis] ?? 1
            if axis == .channel, size % samples == 0 { size /= samples }
            return size > 1 ? (axis, min(size, TiffDirectory.pageLimit + 1)) : nil
        }
    }

    // MARK: As declared

    /// The axes as the curator declares them, which wins over the file.
    ///
    /// `TZ` names the pages' axes, slowest first; a trailing `YX` or `YXS` may stand. A size may follow a letter
    /// (`TZ5`). Sizes not given come from the file, then from the files of a sequence (files x pages), and one may
    /// follow from the number of pages.
    /// - Throws: `Fault` with `.invalid` when it can't be read, or fits neither the pages nor the file.
    init(
        declared text: String, over metadata: StackMetadata?, pages: [Int], samples: Int, at path: String
    ) throws(Fault) {
        let natural = StackAxes(metadata, pages: pages, samples: samples)
        let total = pages.reduce(0, +)
        let axes = try Self.parse(text, at: path)
        let letters = axes.map(\.axis)
        if axes.allSatisfy({ $0.size == nil }) {
            if axes.count == 1 {
                self.init([(letters[0], total)])
                return
            }
            if !natural.assumed, letters.filter({ natural.size($0) > 1 }) == natural.order {
                self = natural
                return
            }
            if let shape = metadata?.shape, shape.count == axes.count, shape.reduce(1, { $0 &* $1 }) == total {
                self.init(Array(zip(letters, shape)))
                return
            }
        }
        let file = Self.pageAxes(metadata, samples: samples)
        // Sizes from the file first; where they don't fit, the declaration alone.
        for sizes in [file, []] {
            let filled = axes.map { axis in (axis.axis, axis.size ?? sizes.first { $0.0 == axis.axis }?.1) }
            if let complete = Self.complete(filled, pages: pages) {
                self.init(complete)
                return
            }
        }
        let says = natural.assumed ? "" : "; the file says \(natural.sized)"
        throw Fault(
            .invalid, "axes '\(text)' don't divide \(total) pages\(says)", at: path,
            advice: "Give the sizes, such as --axes TZ5 for five slices a time point.")
    }

    /// The axes with the one size that follows from the number of pages; nil where they don't make up all pages.
    private static func complete(_ axes: [(Axis, Int?)], pages: [Int]) -> [(Axis, Int)]? {
        var axes = axes
        let total = pages.reduce(0, +)
        var open = axes.indices.filter { axes[$0].1 == nil }
        if open == [0, 1], axes.count == 2, pages.count > 1, Set(pages).count == 1 {
            axes[1].1 = pages[0]
            open = [0]
        }
        let known = axes.reduce(1) { $0 &* ($1.1 ?? 1) }
        if open.count == 1, known > 0, total % known == 0 {
            axes[open[0]].1 = total / known
            open = []
        }
        guard open.isEmpty, axes.reduce(1, { $0 &* ($1.1 ?? 1) }) == total else { return nil }
        return axes.map { ($0.0, $0.1 ?? 1) }
    }

    /// The letters of a declaration with the sizes given.
    static func parse(_ text: String, at path: String) throws(Fault) -> [(axis: Axis, size: Int?)] {
        var rest = Substring(text.uppercased())
        for suffix in ["YXS", "YXC", "YX"] where rest.hasSuffix(suffix) {
            rest = rest.dropLast(suffix.count)
            break
        }
        if rest.isEmpty { rest = "T" }
        var axes: [(axis: Axis, size: Int?)] = []
        while let letter = rest.popFirst() {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let size = Int(digits)
            guard let axis = Axis(rawValue: letter), !axes.contains(where: { $0.axis == axis }),
                digits.isEmpty || (1...TiffDirectory.pageLimit).contains(size ?? 0)
            else {
                throw Fault(
                    .invalid, "axes '\(text)' can't be read", at: path,
                    advice: "Name each of T (time), Z (slice) and C (channel) once, slowest first, such as TZ or TZ5.")
            }
            axes.append((axis, size))
        }
        return axes
    }
}
