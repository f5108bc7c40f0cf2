public import Model

/// A clip as the search for duplicates sees it.
public struct DuplicateCandidate: Codable, Hashable, Sendable {
    /// Which clip of a group experts want: one that they accepted, then one that they are at work on, then any but those
    /// that they declined.
    public enum Standing: Int, Codable, Sendable, Comparable {
        case accepted, decided, undecided, declined
        public static func < (a: Standing, b: Standing) -> Bool { a.rawValue < b.rawValue }
    }

    public var id: ClipID
    public var source: SourceID
    public var ticks: TickSpan
    /// In order of time, seconds from the clip's start.
    public var hashes: [TimedHash]
    public var standing: Standing
    /// Whether an earlier release holds it: of two that experts think the same of, it goes on.
    public var wasReleased: Bool
    /// Width times height of the source.
    public var pixels: Int
    /// Of the source's files: of two copies of one size, the less compressed one has more.
    public var bytesPerFrame: Double
    /// Seconds.
    public var duration: Double

    public init(
        id: ClipID, source: SourceID, ticks: TickSpan, hashes: [TimedHash], standing: Standing = .undecided,
        wasReleased: Bool = false, pixels: Int, bytesPerFrame: Double = 0, duration: Double
    ) {
        self.id = id
        self.source = source
        self.ticks = ticks
        self.hashes = hashes
        self.standing = standing
        self.wasReleased = wasReleased
        self.pixels = pixels
        self.bytesPerFrame = bytesPerFrame
        self.duration = duration
    }

    /// Whether experts have decided on it, and it may yet be released.
    var isDecided: Bool { standing < .undecided }

    /// Whether this clip rather than `other` represents a group.
    func isBetter(than other: DuplicateCandidate) -> Bool {
        if standing != other.standing { return standing < other.standing }
        if wasReleased != other.wasReleased { return wasReleased }
        if pixels != other.pixels { return pixels > other.pixels }
        if bytesPerFrame != other.bytesPerFrame { return bytesPerFrame > other.bytesPerFrame }
        if duration != other.duration { return duration > other.duration }
        return id < other.id
    }
}

/// Clips that show the same footage.
public struct DuplicateGroup: Codable, Hashable, Sendable {
    public struct Member: Codable, Hashable, Sendable {
        public var id: ClipID
        /// Mean Hamming distance (of 256) of the pictures that agree with the representative's; null where none does:
        /// the member belongs to the group through others, or by its span alone.
        @Nullable public var distance: Double?
        /// Seconds to add to a time in the member to find the same picture in the representative.
        @Nullable public var offsetSeconds: Double?

        public init(id: ClipID, distance: Double?, offsetSeconds: Double?) {
            self.id = id
            self.distance = distance
            self.offsetSeconds = offsetSeconds
        }
    }

    public var representative: ClipID
    /// All members by id, the representative among them (distance and offset 0).
    public var members: [Member]

    public init(representative: ClipID, members: [Member]) {
        self.representative = representative
        self.members = members
    }
}

/// Near-duplicates among clips.
public enum DuplicateSearch {
    /// Groups of two clips and more, ordered by their first member; the order of the candidates doesn't matter.
    ///
    /// Two clips are duplicates when their pictures agree on one time offset (`HashAlignment.isMatch`; clips of one
    /// source that share no time must both move, or every part of a still recording would be its twin), or when their
    /// spans of one source overlap by `minOverlap` of the shorter. A group is a connected component, except that two
    /// clips that experts decided on come together only where they are duplicates themselves: a new clip that reaches
    /// over both joins one of them, and neither loses its place. Pairs that a curator found to be none, `apart`, never
    /// come together, not by way of others either. The representative has the best standing, then was released, then has most
    /// pixels, most bytes a frame, longest duration, smallest id.
    public static func groups(
        _ candidates: [DuplicateCandidate], apart: [[ClipID]] = [], _ rule: Recipe.Dedup
    ) -> [DuplicateGroup] {
        let clips = candidates.sorted { $0.id < $1.id }
        let places = Dictionary(uniqueKeysWithValues: clips.enumerated().map { ($1.id, $0) })
        var sets = DisjointSets(
            clips.map(\.isDecided), apart: apart.map { $0.compactMap { places[$0] } }.filter { $0.count == 2 })
        joinOverlapping(clips, rule, &sets)
        joinAlike(clips, rule, &sets)
        var members: [Int: [Int]] = [:]
        for clip in clips.indices { members[sets.root(clip), default: []].append(clip) }
        return members.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }.map { group($0.map { clips[$0] }, rule) }
    }

    private static func group(_ clips: [DuplicateCandidate], _ rule: Recipe.Dedup) -> DuplicateGroup {
        let representative = clips.dropFirst().reduce(clips[0]) { $1.isBetter(than: $0) ? $1 : $0 }
        let members = clips.map { clip -> DuplicateGroup.Member in
            if clip.id == representative.id { return .init(id: clip.id, distance: 0, offsetSeconds: 0) }
            let alignment = HashAlignment.best(clip.hashes, representative.hashes, rule)
            return .init(id: clip.id, distance: alignment?.distance, offsetSeconds: alignment?.offset)
        }
        return DuplicateGroup(representative: representative.id, members: members)
    }

    private static func joinOverlapping(
        _ clips: [DuplicateCandidate], _ rule: Recipe.Dedup, _ sets: inout DisjointSets
    ) {
        let order = clips.indices.sorted {
            (clips[$0].source, clips[$0].ticks, $0) < (clips[$1].source, clips[$1].ticks, $1)
        }
        var open: [Int] = []
        for clip in order {
            open.removeAll { clips[$0].source != clips[clip].source || clips[$0].ticks.end <= clips[clip].ticks.start }
            for other in open where overlap(clips[clip], clips[other]) >= rule.minOverlap { sets.join(clip, other) }
            open.append(clip)
        }
    }

    /// Ticks shared, as a share of the shorter clip.
    private static func overlap(_ a: DuplicateCandidate, _ b: DuplicateCandidate) -> Double {
        let shorter = min(a.ticks.length, b.ticks.length)
        let shared = a.ticks.overlap(b.ticks)
        return shorter > 0 && shared > 0 ? Double(shared) / Double(shorter) : -1
    }

    private static func joinAlike(
        _ clips: [DuplicateCandidate], _ rule: Recipe.Dedup, _ sets: inout DisjointSets
    ) {
        var index = HashIndex(maxDistance: rule.maxDistance)
        for (clip, candidate) in clips.enumerated() {
            for picture in candidate.hashes where picture.hash.quality >= rule.minQuality {
                index.add(picture.hash, owner: clip)
            }
        }
        var compared: Set<UInt64> = []
        index.forEachNearPair { a, b in
            guard sets.root(a) != sets.root(b) else { return }
            guard compared.insert(UInt64(min(a, b)) << 32 | UInt64(max(a, b))).inserted else { return }
            guard let alignment = HashAlignment.best(clips[a].hashes, clips[b].hashes, rule) else { return }
            if alignment.isMatch(rule, moving: clips[a].source == clips[b].source) { sets.join(a, b) }
        }
    }
}

/// Union-find with path halving. Two sets that each hold an anchor are joined by their anchors alone, and two that hold
/// items to be kept apart never.
struct DisjointSets {
    private let anchors: [Bool]
    private var parents: [Int]
    /// Whether the set of this root holds an anchor.
    private var isAnchored: [Bool]
    /// What each item must be kept apart from.
    private var apart: [Int: Set<Int>] = [:]
    /// The items of this root's set that must be kept apart from some.
    private var loners: [Int: [Int]] = [:]

    /// - Parameter pairs: two items each.
    init(_ anchors: [Bool], apart pairs: [[Int]] = []) {
        self.anchors = anchors
        parents = Array(anchors.indices)
        isAnchored = anchors
        for pair in pairs {
            for (item, other) in [(pair[0], pair[1]), (pair[1], pair[0])] {
                apart[item, default: []].insert(other)
                loners[item] = [item]
            }
        }
    }

    mutating func root(_ item: Int) -> Int {
        var item = item
        while parents[item] != item {
            parents[item] = parents[parents[item]]
            item = parents[item]
        }
        return item
    }

    /// The smaller root stands for both.
    mutating func join(_ a: Int, _ b: Int) {
        let (first, second) = (root(a), root(b))
        guard first != second, !(isAnchored[first] && isAnchored[second]) || (anchors[a] && anchors[b]) else { return }
        let mine = loners[first] ?? []
        let others = loners[second] ?? []
        guard !mine.contains(where: { item in others.contains { apart[item]?.contains($0) == true } }) else { return }
        let (low, high) = (min(first, second), max(first, second))
        parents[high] = low
        isAnchored[low] = isAnchored[low] || isAnchored[high]
        if !mine.isEmpty || !others.isEmpty { loners[low] = mine + others }
    }
}
