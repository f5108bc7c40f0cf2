import Files
import Model

/// A part of a release that is trained on, tuned on or measured on.
public enum Split: String, Codable, Sendable, CaseIterable, Comparable {
    case train, validation, test

    public static func < (a: Split, b: Split) -> Bool { a.rank < b.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Puts groups into splits by a seeded hash of the group's id alone, so that adding groups moves nobody.
///
/// Everything that must stay together (clips of one source, members of one duplicate group) shares a group id.
public struct SplitAssigner: Sendable {
    public let seed: Int
    /// Expected shares of groups, 0...1; the rest is `train`.
    public let validation: Double
    public let test: Double

    /// - Throws: `Fault` unless both shares are in 0...1 and leave `train` at least nothing.
    public init(seed: Int, validation: Double, test: Double) throws {
        guard validation >= 0, test >= 0, validation + test <= 1 else {
            throw Fault(
                .invalid, "splits of \(validation) and \(test) do not fit into 1", at: "export",
                advice: "Give export.validation and export.test shares between 0 and 1 that add up to at most 1.")
        }
        self.seed = seed
        self.validation = validation
        self.test = test
    }

    public func split(ofGroup group: String) -> Split {
        let draw = Double(SeededHash.of(group, seed: seed, purpose: "split").high >> 11) / Double(1 << 53)
        if draw < test { return .test }
        return draw < test + validation ? .validation : .train
    }

    /// Groups for `split(ofGroup:)` from sets that must stay together, such as the sources of each duplicate group.
    ///
    /// - Returns: for every id, the smallest id that it is tied to directly or through others.
    public static func groups(tying sets: [[String]]) -> [String: String] {
        var parent: [String: String] = [:]
        func root(_ id: String) -> String {
            var id = id
            while let up = parent[id], up != id { id = up }
            return id
        }
        for set in sets {
            for id in set where parent[id] == nil { parent[id] = id }
            guard let least = set.map(root).min() else { continue }
            for id in set { parent[root(id)] = least }
        }
        return parent.reduce(into: [:]) { groups, entry in groups[entry.key] = root(entry.key) }
    }
}

/// Where each source goes: what earlier releases hold stays in its split, and what is tied stays together.
public struct SplitPlan: Sendable {
    public enum Place: Hashable, Sendable {
        case split(Split)
        /// Tied to sources that earlier releases hold in these splits: it can go with none of them.
        case bridges([Split])
    }

    private let assigner: SplitAssigner
    private let pinned: [String: Split]
    private let groups: [String: String]
    /// The splits of pinned sources that a group of others is tied to.
    private let attached: [String: Set<Split>]

    /// - Parameters:
    ///   - ties: sets of sources that must stay together.
    ///   - pinned: the split of each source that an earlier release of the same seed holds.
    public init(_ assigner: SplitAssigner, ties: [[String]], pinned: [String: Split]) {
        self.assigner = assigner
        self.pinned = pinned
        let groups = SplitAssigner.groups(tying: ties.map { $0.filter { pinned[$0] == nil } })
        var attached: [String: Set<Split>] = [:]
        for set in ties {
            guard let free = set.first(where: { pinned[$0] == nil }) else { continue }
            attached[groups[free] ?? free, default: []].formUnion(set.compactMap { pinned[$0] })
        }
        self.groups = groups
        self.attached = attached
    }

    public func place(ofSource source: String) -> Place {
        if let split = pinned[source] { return .split(split) }
        let group = groups[source] ?? source
        let splits = (attached[group] ?? []).sorted()
        switch splits.count {
        case 0: return .split(assigner.split(ofGroup: group))
        case 1: return .split(splits[0])
        default: return .bridges(splits)
        }
    }
}

/// A seeded order that does not depend on the order of its input.
public enum Shuffle {
    /// `ids` by the hash of seed and id; equal ids stay side by side.
    public static func order(_ ids: [String], seed: Int) -> [String] {
        ids.map { (SeededHash.of($0, seed: seed, purpose: "shuffle"), $0) }
            .sorted { ($0.0.high, $0.0.low, $0.1) < ($1.0.high, $1.0.low, $1.1) }
            .map(\.1)
    }
}

/// The first 128 bits of SHA-256 over purpose, seed and id.
private enum SeededHash {
    static func of(_ id: String, seed: Int, purpose: String) -> (high: UInt64, low: UInt64) {
        var hash = RunningDigest()
        hash.update(Array("\(purpose)\u{0}\(seed)\u{0}\(id)".utf8)[...])
        return hash.words
    }
}
