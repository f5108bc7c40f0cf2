public import Model

/// A clip that wants a voice.
public struct QueueCandidate: Hashable, Sendable {
    public var clip: ClipID
    public var source: SourceID
    /// How close the filters' signals lie to their thresholds (see `QueueOrder.margin`), from 0; nil is unknown.
    public var margin: Double?
    /// Acceptance is disputed.
    public var tie: Bool
    /// Only level or caption is disputed.
    public var facetDisputed: Bool

    public init(clip: ClipID, source: SourceID, margin: Double? = nil, tie: Bool = false, facetDisputed: Bool = false) {
        self.clip = clip
        self.source = source
        self.margin = margin
        self.tie = tie
        self.facetDisputed = facetDisputed
    }
}

/// The order in which experts are shown clips.
///
/// 1. Ties; then clips of which only level or caption is disputed; then the rest by `margin`, the closest first, those
///    of unknown margin last. The rest is cut into ten bands of about equal size, equal margins in one band.
/// 2. Within each of these, sources take turns: the next clip is of the source with most clips left, but not of the
///    source just shown while there is another. That keeps what must follow itself at the end as short as can be.
/// 3. Where a band has only the source just shown left, the rest of it waits for the next band and mixes with that. So
///    two clips of one source meet only where ties, disputed facets or the rest have no other source left.
///
/// The same candidates give the same order, however they come. O(n log n).
public enum QueueOrder {
    /// - Parameters:
    ///   - candidates: each clip once.
    ///   - seed: spreads sources, and clips of equal margin, in another way.
    public static func order(_ candidates: [QueueCandidate], seed: UInt64 = 1) -> [ClipID] {
        let entries = candidates.map { Entry($0, seed: seed) }.sorted()
        let ties = entries.filter(\.candidate.tie)
        let facets = entries.filter { !$0.candidate.tie && $0.candidate.facetDisputed }
        let rest = entries.filter { !$0.candidate.tie && !$0.candidate.facetDisputed }
        var turns = SourceRotation(seed: seed)
        var order: [ClipID] = []
        order.reserveCapacity(candidates.count)
        for bands in [[ties[...]], [facets[...]], bands(rest)] {
            for band in bands {
                turns.add(band)
                while let clip = turns.next() { order.append(clip) }
            }
            while let clip = turns.next(repeating: true) { order.append(clip) }
        }
        return order
    }

    /// The smallest relative distance `|value - threshold| / max(|threshold|, 0.001)` of measured verdicts, from 0; nil
    /// where none was measured. Filters of exact signals, such as a clip's length, are no matter of judgement and left out.
    public static func margin(verdicts: [Verdict]) -> Double? {
        verdicts.compactMap { verdict -> Double? in
            guard !verdict.filter.isExact, let value = verdict.value else { return nil }
            let distance = abs(value - verdict.threshold) / max(abs(verdict.threshold), 0.001)
            return distance.isFinite ? distance : nil
        }.min()
    }

    private static let bandCount = 10

    /// - Parameter entries: in order.
    private static func bands(_ entries: [Entry]) -> [ArraySlice<Entry>] {
        var bands: [ArraySlice<Entry>] = []
        var start = 0
        for band in 1...bandCount {
            var end = max(start, entries.count * band / bandCount)
            while end > start, end < entries.count, entries[end].margin == entries[end - 1].margin { end += 1 }
            bands.append(entries[start..<end])
            start = end
        }
        return bands
    }
}

/// A candidate with what it is sorted by.
private struct Entry: Comparable {
    let candidate: QueueCandidate
    let margin: Double
    let hash: UInt64

    init(_ candidate: QueueCandidate, seed: UInt64) {
        self.candidate = candidate
        margin = candidate.margin.flatMap { $0.isNaN ? nil : $0 } ?? .infinity
        hash = spread(candidate.clip.rawValue, seed: seed)
    }

    static func < (a: Entry, b: Entry) -> Bool {
        (a.margin, a.hash, a.candidate.clip) < (b.margin, b.hash, b.candidate.clip)
    }

    static func == (a: Entry, b: Entry) -> Bool { a.candidate == b.candidate }
}

/// The sources with clips left, as a binary heap by how many.
private struct SourceRotation {
    private struct Line {
        let source: SourceID
        let hash: UInt64
        var clips: [ClipID]
        var shown = 0
        var left: Int { clips.count - shown }
    }

    private let seed: UInt64
    private var lines: [Line] = []
    private var last: SourceID?

    init(seed: UInt64) { self.seed = seed }

    /// Puts clips behind those that wait, in the order given.
    mutating func add(_ entries: some Sequence<Entry>) {
        var places = Dictionary(uniqueKeysWithValues: lines.indices.map { (lines[$0].source, $0) })
        for entry in entries {
            let source = entry.candidate.source
            if let place = places[source] {
                lines[place].clips.append(entry.candidate.clip)
            } else {
                places[source] = lines.count
                let hash = spread(source.rawValue, seed: seed)
                lines.append(Line(source: source, hash: hash, clips: [entry.candidate.clip]))
            }
        }
        for place in (0..<lines.count / 2).reversed() { sink(place) }
    }

    /// The clip whose turn it is; nil when none is left or, without `repeating`, only the source just shown has some.
    mutating func next(repeating: Bool = false) -> ClipID? {
        var place = 0
        if lines.first?.source == last {
            // The second most clips are at one of the root's children.
            let children = (1...2).filter { $0 < lines.count }
            if let other = children.min(by: { precedes($0, $1) }) { place = other } else if !repeating { return nil }
        }
        guard place < lines.count else { return nil }
        last = lines[place].source
        let clip = lines[place].clips[lines[place].shown]
        lines[place].shown += 1
        if lines[place].left == 0 {
            lines.swapAt(place, lines.count - 1)
            lines.removeLast()
        }
        sink(place)
        return clip
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        let (a, b) = (lines[a], lines[b])
        return (b.left, a.hash, a.source) < (a.left, b.hash, b.source)
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var first = place
            for child in [2 * place + 1, 2 * place + 2] where child < lines.count && precedes(child, first) {
                first = child
            }
            if first == place { return }
            lines.swapAt(place, first)
            place = first
        }
    }
}

/// An order without meaning that is the same everywhere: FNV-1a, mixed once more.
private func spread(_ text: String, seed: UInt64) -> UInt64 {
    let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    var mix = SplitMix(seed: hash ^ seed)
    return mix.next()
}
