import Foundation
import Manifest
import Model
import Pages
import Pipeline
import Review
import ReviewDesk

/// All that the dashboard says, as `GET /api/curator/overview` gives it.
struct CuratorOverview: Encodable, Sendable {
    struct Step: Encodable, Sendable {
        let step: String
        let count: Int
        @Nullable var target: Int?
    }

    struct Level: Encodable, Sendable {
        let level: String
        let clips: Int
        let share: Double
        /// Share, 0...1.
        @Nullable var target: Double?
    }

    struct Holder: Encodable, Sendable {
        let reviewer: String
        /// On screen; nil where only some are held in reserve.
        @Nullable var clipId: ClipID?
        @Nullable var title: String?
        let reserved: Int
    }

    struct Today: Encodable, Sendable {
        let reviewer: String
        let answers: Int
    }

    struct Alpha: Encodable, Sendable {
        @Nullable var alpha: Double?
        @Nullable var interval: Agreement.Interval?
        /// Clips with two voices or more.
        let clips: Int
    }

    let dataset: String
    /// When the figures over the whole dataset were made.
    let madeAt: String
    let funnel: [Step]
    let states: [String: Int]
    let levels: [Level]
    /// Clips that want experts, by why.
    let waiting: [String: Int]
    /// Disagreements that only a curator can end.
    let needsCurator: Int
    let disagreements: Int
    let duplicateGroups: Int
    let holders: [Holder]
    let today: [Today]
    let alpha: Alpha
    let levelAlpha: Alpha
    let actions: [ActionRecord]
    let activity: [Decision]
}

extension ReviewServer {
    /// - Parameter curator: whose actions are listed.
    func overview(for curator: String) async throws -> CuratorOverview {
        let dataset = try await figures.dataset.current()
        let said = try await figures.said.current()
        let waiting = await queue.waiting()
        let held = await queue.holders(now: Moment.now())
        let (manifest, recipe) = (manifest, workspace.recipe)
        return try await BlockingWork.read {
            let value = dataset.value
            let statistics = said.value.statistics
            return CuratorOverview(
                dataset: "\(recipe.name) \(recipe.version)", madeAt: Moment.text(dataset.madeAt),
                funnel: value.funnel.map {
                    .init(
                        step: $0.step, count: $0.count,
                        target: recipe.targets.count(at: $0.step))
                },
                states: Dictionary(uniqueKeysWithValues: value.states.map { ($0.key.rawValue, $0.value) }),
                levels: Self.levels(value.levels, recipe),
                waiting: Dictionary(uniqueKeysWithValues: waiting.map { ($0.key.rawValue, $0.value) }),
                needsCurator: said.value.disagreements.count { $0.needsCurator },
                disagreements: said.value.disagreements.count, duplicateGroups: try manifest.duplicates.groupCount(),
                holders: try Self.holders(held, manifest),
                today: value.today.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                    .map { .init(reviewer: $0.key, answers: $0.value) },
                alpha: .init(
                    alpha: statistics.alpha, interval: statistics.alphaInterval, clips: said.value.compared),
                levelAlpha: .init(
                    alpha: statistics.levelAlpha, interval: statistics.levelAlphaInterval,
                    clips: said.value.comparedLevels),
                actions: try ActionRecord.latest(by: curator, limit: 8, in: manifest),
                activity: try manifest.decisions.newest(limit: 12))
        }
    }

    private static func levels(_ counts: [String: Int], _ recipe: Recipe) -> [CuratorOverview.Level] {
        let total = max(1, counts.values.reduce(0, +))
        return recipe.levels(with: counts).map { level in
            let clips = counts[level] ?? 0
            return .init(
                level: level, clips: clips, share: Double(clips) / Double(total),
                target: recipe.targets.levels[level].map { $0 / 100 })
        }
    }

    private static func holders(
        _ held: [(clip: ClipID, lease: Leases.Lease)], _ manifest: Manifest
    ) throws -> [CuratorOverview.Holder] {
        let people = Dictionary(grouping: held, by: \.lease.reviewer)
        let current = people.mapValues { $0.first { $0.lease.isCurrent }?.clip }
        let cards = try manifest.clips.cards(of: Array(Set(current.values.compactMap(\.self))).sorted())
        let titles = Dictionary(cards.map { ($0.clipId, $0.title) }) { first, _ in first }
        return people.sorted { $0.key < $1.key }.map { name, leases in
            let clip = current[name] ?? nil
            return .init(
                reviewer: name, clipId: clip, title: clip.flatMap { titles[$0] ?? nil },
                reserved: leases.count { !$0.lease.isCurrent })
        }
    }
}

/// The dashboard's words and drawings.
struct DashboardView {
    struct Need {
        let count: String
        let what: String
        let address: String
    }

    struct Cause {
        let count: String
        let what: String
    }

    struct Holder {
        let reviewer: String
        let clip: String?
        let title: String
        let reserved: String?
    }

    struct Person {
        let name: String
        let answers: String
        let bar: Bar
    }

    struct Action {
        let action: String
        let says: String
        let clips: String
        let decidedAt: String
        let isUndone: Bool
        let canUndo: Bool
        let undoLabel: String
        let address: String?
    }

    let madeAt: String
    let needs: [Need]
    let hasNeeds: Bool
    let causes: [Cause]
    let waiting: String
    let holders: [Holder]
    let today: [Person]
    let funnel: Table
    let levels: Table
    let alpha: IntervalView
    let levelAlpha: IntervalView
    let actions: [Action]
    let activity: [DecisionView]

    private static let causes: [(Wanted.Cause, String)] = [
        (.quorum, "too few answers yet"), (.tie, "tied"),
        (.facet, "accepted, but level or caption disputed"), (.sentBack, "sent back by a curator"),
    ]

    init(_ overview: CuratorOverview, titles: [ClipID: String], _ recipe: Recipe) {
        madeAt = overview.madeAt
        let failed = overview.states[ClipState.failed.rawValue] ?? 0
        needs = [
            (
                overview.needsCurator, "disagreement that experts can't end", "disagreements that experts can't end",
                "/curator/disagreements?needs=curator"
            ),
            (failed, "failed clip", "failed clips", "/curator/clips?state=failed"),
        ].filter { $0.0 > 0 }.map {
            Need(count: Figure.count($0.0), what: $0.0 == 1 ? $0.1 : $0.2, address: $0.3)
        }
        hasNeeds = !needs.isEmpty
        waiting = Figure.count(overview.waiting.values.reduce(0, +))
        causes = Self.causes.map {
            Cause(count: Figure.count(overview.waiting[$0.0.rawValue] ?? 0), what: $0.1)
        }
        holders = overview.holders.map {
            Holder(
                reviewer: $0.reviewer, clip: $0.clipId?.rawValue,
                title: $0.title ?? $0.clipId?.rawValue ?? "no clip on screen",
                reserved: $0.reserved > 0 ? "\($0.reserved) more held ready" : nil)
        }
        let most = overview.today.map(\.answers).max() ?? 0
        today = overview.today.map {
            Person(
                name: $0.reviewer, answers: Figure.count($0.answers),
                bar: Bar(Double($0.answers), of: Double(most)))
        }
        // Of the steps, `accepted` alone is a state: the others hold all that came further.
        funnel = .funnel(overview.funnel.map { ($0.step, $0.count, $0.target) }) {
            $0 == ClipState.accepted.rawValue ? "/curator/clips?state=\($0)" : nil
        }
        levels = .levels(Dictionary(uniqueKeysWithValues: overview.levels.map { ($0.level, $0.clips) }), recipe) {
            $0 == Figure.unknown ? nil : "/curator/clips?level=\(Query.escape($0))"
        }
        alpha = IntervalView(
            "Accept, reject or unsure", overview.alpha.alpha, overview.alpha.interval, overview.alpha.clips)
        levelAlpha = IntervalView(
            "Level", overview.levelAlpha.alpha, overview.levelAlpha.interval, overview.levelAlpha.clips)
        actions = overview.actions.map(Self.action)
        activity = overview.activity.map { DecisionView($0, title: titles[$0.clipId]) }
    }

    private static func action(_ record: ActionRecord) -> Action {
        let says =
            record.decision == .undo
            ? (record.isRedo ? "did again" : "undid an action") : DecisionView.words(record.decision, record.standing)
        return Action(
            action: record.action, says: says + (record.level.map { ", \($0)" } ?? ""),
            clips: Figure.plural(record.clips, "clip"), decidedAt: record.decidedAt, isUndone: record.isUndone,
            canUndo: !record.isUndone && !record.isRedo, undoLabel: record.decision == .undo ? "Do it again" : "Undo",
            address: record.clips == 1 ? "/curator/clips/\(record.clipId)" : nil)
    }
}
