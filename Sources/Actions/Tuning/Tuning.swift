import Analysis
import Foundation
public import Manifest
public import Model
public import Pipeline
import Stages

/// What other values in the recipe would make of a workspace, up to the filters. Reads the manifest and the frame
/// tracks, decodes nothing, writes nothing; what it says comes out of the functions that the stages run.
public struct Tuning: Sendable {
    /// One value of the recipe, as text.
    public struct Change: Hashable, Sendable {
        public let key: String
        public let before: String
        public let after: String
    }

    /// Counts after the filters. Clips that experts decided on pass whatever a filter says.
    public struct Funnel: Codable, Hashable, Sendable {
        public var shots = 0
        /// Clips in use: proposed, or decided on.
        public var proposed = 0
        public var passed = 0
        /// By the first filter against them; `_unmeasured` behind its name where it had nothing to measure.
        public var rejected: [String: Int] = [:]
    }

    public let changes: [Change]
    public let sources: Int
    /// Not scanned yet: nothing can be said of them.
    public let unscanned: Int
    public let before: Funnel
    public let after: Funnel
    /// Clips that come out otherwise, those nearest to the new threshold first; among them decided ones, which stay.
    public let flips: [TunedClip]
    /// One for each key that a measured number stands behind.
    public let histograms: [TuningHistogram]
    /// Sources that `propose` and `filter` would do again: those whose inputs change.
    public let proposing: Int
    public let filtering: Int
    /// Sources whose track can't be read.
    public let problems: [Fault]

    /// - Parameters:
    ///   - recipe: what the workspace's recipe is compared with.
    ///   - keys: paths of the changed keys, such as `filter.min_motion`.
    ///
    /// Throws a `Fault` for a key that neither detection nor proposals nor filters read.
    public init(of workspace: Workspace, _ manifest: Manifest, with recipe: Recipe, keys: [String]) throws {
        let pair = RecipePair(before: workspace.recipe, after: recipe)
        let subjects = try keys.map { try TuningHistogram.Subject(key: $0, in: pair) }
        changes = try keys.map { Change(key: $0, before: try pair.before.text(at: $0), after: try recipe.text(at: $0)) }
        let stale = Set(try ProposeStage(of: workspace).pending(in: manifest).map(\.key))
        let proposed = try manifest.tasks.outputs(stage: "propose")
        let scanned = try manifest.tasks.outputs(stage: "scan").keys.sorted()
        sources = scanned.count
        unscanned = try manifest.sources.names().count - scanned.count
        let withdrawn = try manifest.withdrawals.targets()
        let shots = try manifest.overview.shotCounts()
        let work = try scanned.map { key in
            let id = SourceID(rawValue: key)
            let isCurrent = proposed[key] != nil && !stale.contains(key)
            return TunedSource.Item(
                source: id, clips: try manifest.clips.inUse(of: id).filter { !withdrawn.contains($0.id.rawValue) },
                withdrawn: withdrawn, shots: shots[id] ?? 0,
                signals: isCurrent && pair.proposesTheSame ? try manifest.clips.signals(of: id) : nil,
                parts: isCurrent && pair.proposesTheSame ? [] : try manifest.tracks.parts(of: id),
                timeBases: .init(
                    before: try manifest.sources.timeBase(of: id, ordinalRate: pair.before.mainProfile.ordinalRate),
                    after: try manifest.sources.timeBase(of: id, ordinalRate: recipe.mainProfile.ordinalRate)),
                isImport: try manifest.imports.clip(id) != nil,
                withdrawnFrames: try manifest.withdrawals.frames(of: id)[id] ?? [])
        }
        let results = work.mapOnAllCores { item in Result { try TunedSource(item, pair, workspace) } }
        let tuned = results.compactMap { try? $0.get() }
        problems = zip(work, results).compactMap { item, result in
            guard case .failure(let error) = result else { return nil }
            return (error as? Fault)
                ?? Fault(.internal, "\(error)", at: item.source.rawValue, advice: "This is a defect; please report it.")
        }
        before = tuned.reduce(into: Funnel()) { $0.add($1.before) }
        after = tuned.reduce(into: Funnel()) { $0.add($1.after) }
        flips = tuned.flatMap(\.clips).filter { $0.change != nil }.sorted { $0.order < $1.order }
        histograms = subjects.compactMap { $0 }.map { TuningHistogram($0, of: tuned) }
        proposing = pair.proposesTheSame ? 0 : tuned.count
        filtering = pair.filtersTheSame ? tuned.count { $0.isProposedOtherwise } : tuned.count
    }
}

extension Tuning.Funnel {
    fileprivate mutating func add(_ other: Self) {
        shots += other.shots
        proposed += other.proposed
        passed += other.passed
        rejected.merge(other.rejected) { $0 + $1 }
    }

    mutating func count(_ fate: TunedClip.Fate) {
        proposed += 1
        switch fate {
        case .passed: passed += 1
        case .rejected(let verdict): rejected[verdict.reason, default: 0] += 1
        }
    }
}

/// The workspace's recipe and the one that it is compared with.
package struct RecipePair: Sendable {
    let before: Recipe
    let after: Recipe
    let proposal: (before: ProposalRule, after: ProposalRule)
    let rules: (before: Filters.Rule, after: Filters.Rule)
    let proposesTheSame: Bool
    let filtersTheSame: Bool

    package init(before: Recipe, after: Recipe) {
        self.before = before
        self.after = after
        proposal = (ProposalRule(of: before), ProposalRule(of: after))
        proposesTheSame = proposal.before == proposal.after
        rules = (Filters.Rule(of: before), Filters.Rule(of: after))
        filtersTheSame = rules.before == rules.after
    }
}

extension Recipe {
    /// The value at a path of keys as text: numbers as JSON has them, words as they are; `null` where there is none.
    fileprivate func text(at key: String) throws -> String {
        var value: Any? = try JSONSerialization.jsonObject(with: try JSON.canonical(self))
        for name in key.split(separator: ".") { value = (value as? [String: Any])?[String(name)] }
        guard let value else { return "null" }
        if let word = value as? String { return word }
        let data = try JSONSerialization.data(withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys])
        return String(decoding: data, as: UTF8.self)
    }
}
