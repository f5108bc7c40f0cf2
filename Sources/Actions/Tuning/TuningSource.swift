import Analysis
import Manifest
public import Model
import Pipeline
import Stages

/// A clip under two recipes.
public struct TunedClip: Hashable, Sendable {
    /// What the filters make of a clip.
    public enum Fate: Hashable, Sendable {
        case passed
        /// The first verdict against it.
        case rejected(Verdict)

        init(_ verdicts: [Verdict]) {
            self = verdicts.first { $0.answer != .pass }.map(Fate.rejected) ?? .passed
        }
    }

    public enum Change: String, Codable, Hashable, Sendable, CaseIterable {
        /// It passed, and a filter would reject it.
        case rejected
        /// A filter rejected it, and none would.
        case passes
        /// It would be proposed; without a new verdict it is not known before.
        case appears
        /// It would be proposed no longer.
        case vanishes
    }

    public let id: ClipID
    public let source: SourceID
    public let span: ClipSpan
    /// Seconds a tick in playback.
    public let timeBase: Rational
    /// By name, each in its unit.
    public let signals: [String: Double]
    /// nil where it is not proposed.
    public let before: Fate?
    public let after: Fate?
    /// Where experts decided on it; it stays as it is then, whatever recipe or detector say.
    public let decided: Outcome.Acceptance?

    /// nil where nothing changes. What experts decided on is in use all the same: it can't appear.
    public var change: Change? {
        switch (before, after) {
        case (.passed, .rejected): .rejected
        case (.rejected, .passed): .passes
        case (nil, _?): decided == nil ? .appears : nil
        case (_?, nil): .vanishes
        default: nil
        }
    }

    /// The verdict that makes the difference.
    public var verdict: Verdict? {
        for fate in [after, before] { if case .rejected(let verdict) = fate { return verdict } }
        return nil
    }

    /// Kinds of change apart; inside, the nearest to the threshold first, then by source and time.
    var order: Order {
        Order(
            kind: change.flatMap(Change.allCases.firstIndex) ?? 0,
            distance: change == .rejected || change == .passes ? distance : 0, source: source, span: span)
    }

    /// How far the signal lies from the threshold, as a share of the threshold.
    private var distance: Double {
        guard let verdict, let value = verdict.value else { return .infinity }
        return abs(value - verdict.threshold) / max(abs(verdict.threshold), 1e-9)
    }

    struct Order: Comparable {
        let kind: Int
        let distance: Double
        let source: SourceID
        let span: ClipSpan

        static func < (a: Order, b: Order) -> Bool {
            (a.kind, a.distance, a.source, a.span) < (b.kind, b.distance, b.source, b.span)
        }
    }
}

extension Verdict {
    /// As the view `clip_state` names it.
    public var reason: String { filter.name + (answer == .error ? "_unmeasured" : "") }
}

/// One source under two recipes: out of the recorded signals where both propose what the manifest holds, else out of
/// its frame track.
struct TunedSource: Sendable {
    struct Item: Sendable {
        struct TimeBases: Sendable {
            var before: Rational
            var after: Rational
        }

        var source: SourceID
        /// In use.
        var clips: [ClipRecord]
        var withdrawn: Set<String>
        /// Shots of the manifest.
        var shots: Int
        /// nil where they are not those of the recipes.
        var signals: [ClipID: [String: Double]]?
        var parts: [TrackPartRecord]
        var timeBases: TimeBases
        /// Whether it came as one ready clip.
        var isImport: Bool
        var withdrawnFrames: [FrameSpan]
    }

    private(set) var before = Tuning.Funnel()
    private(set) var after = Tuning.Funnel()
    /// All that one of the recipes proposes.
    private(set) var clips: [TunedClip] = []
    /// Candidates for transitions, found or refused.
    private(set) var candidates: (before: [Transition], after: [Transition]) = ([], [])
    private(set) var isProposedOtherwise = false

    init(_ item: Item, _ pair: RecipePair, _ workspace: Workspace) throws {
        if let signals = item.signals {
            readSignals(signals, item, pair)
        } else {
            try readTrack(item, pair, workspace)
        }
        clips.removeAll { item.withdrawn.contains($0.id.rawValue) }
        count(item)
    }

    private mutating func readSignals(_ signals: [ClipID: [String: Double]], _ item: Item, _ pair: RecipePair) {
        (before.shots, after.shots) = (item.shots, item.shots)
        clips = item.clips.filter(\.proposed).map { clip in
            let known = signals[clip.id] ?? [:]
            return TunedClip(
                id: clip.id, source: item.source, span: clip.span, timeBase: item.timeBases.after, signals: known,
                before: .init(Filters.verdicts(signals: known, rule: pair.rules.before)),
                after: .init(Filters.verdicts(signals: known, rule: pair.rules.after)), decided: clip.acceptance)
        }
    }

    private mutating func readTrack(_ item: Item, _ pair: RecipePair, _ workspace: Workspace) throws {
        let track = try FrameTrack(item.parts, in: workspace.folder)
        let old = Proposal(
            of: track, timeBase: item.timeBases.before, rule: pair.proposal.before, isImport: item.isImport,
            without: item.withdrawnFrames)
        let new =
            pair.proposesTheSame
            ? old
            : Proposal(
                of: track, timeBase: item.timeBases.after, rule: pair.proposal.after, isImport: item.isImport,
                without: item.withdrawnFrames)
        (before.shots, after.shots) = (old.shots.count, new.shots.count)
        candidates = (old.candidates, new.candidates)
        isProposedOtherwise = old.spans != new.spans || item.timeBases.before != item.timeBases.after
        let decided = Dictionary(uniqueKeysWithValues: item.clips.map { ($0.id, $0.acceptance) })
        func fates(_ proposal: Proposal, _ timeBase: Rational, _ rule: Filters.Rule) -> [ClipSpan: Judged] {
            // Spans may repeat where a rest overlaps; they are one clip.
            Dictionary(
                proposal.spans.map { span -> (ClipSpan, Judged) in
                    let signals = Signals.measure(track: track, span: span, timeBase: timeBase)
                    return (span, (signals, TunedClip.Fate(Filters.verdicts(signals: signals, rule: rule))))
                }, uniquingKeysWith: { first, _ in first })
        }
        let olds = fates(old, item.timeBases.before, pair.rules.before)
        let news = fates(new, item.timeBases.after, pair.rules.after)
        clips = Set(olds.keys).union(news.keys).sorted().map { span in
            let id = ClipID(source: item.source, span: span.ticks)
            return TunedClip(
                id: id, source: item.source, span: span,
                timeBase: news[span] == nil ? item.timeBases.before : item.timeBases.after,
                signals: (news[span] ?? olds[span])?.signals ?? [:], before: olds[span]?.fate, after: news[span]?.fate,
                decided: decided[id] ?? nil)
        }
    }

    private typealias Judged = (signals: [String: Double], fate: TunedClip.Fate)

    private mutating func count(_ item: Item) {
        for clip in clips where clip.decided == nil {
            if let fate = clip.before { before.count(fate) }
            if let fate = clip.after { after.count(fate) }
        }
        for _ in item.clips.filter({ $0.acceptance != nil }) {
            before.count(.passed)
            after.count(.passed)
        }
    }
}

extension Proposal {
    /// All that was weighed, found or refused, in order.
    fileprivate var candidates: [Transition] { detection.transitions + detection.rejected }
}
