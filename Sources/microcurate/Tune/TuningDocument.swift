import Actions
import Model

/// What `tune --json` prints: `schemas/tuning.schema.json`.
struct TuningDocument: Encodable {
    struct Clip: Encodable {
        let clipId: ClipID
        let sourceId: SourceID
        let change: TunedClip.Change?
        let kept: Bool
        @Nullable var decided: Outcome.Acceptance?
        let startPts: Int64
        let endPts: Int64
        let startFrame: Int
        let endFrame: Int
        let startSeconds: Double
        let endSeconds: Double
        @Nullable var before: String?
        @Nullable var after: String?
        @Nullable var signal: String?
        @Nullable var value: Double?
        @Nullable var threshold: Double?

        init(_ clip: TunedClip) {
            clipId = clip.id
            sourceId = clip.source
            change = clip.change
            kept = clip.decided != nil
            startPts = clip.span.ticks.start
            endPts = clip.span.ticks.end
            startFrame = clip.span.frames.start
            endFrame = clip.span.frames.end
            startSeconds = clip.timeBase.seconds(clip.span.ticks.start)
            endSeconds = clip.timeBase.seconds(clip.span.ticks.end)
            _decided = Nullable(wrappedValue: clip.decided)
            _before = Nullable(wrappedValue: clip.before?.word)
            _after = Nullable(wrappedValue: clip.after?.word)
            let verdict = clip.verdict
            _signal = Nullable(wrappedValue: verdict?.filter.signal)
            _value = Nullable(wrappedValue: verdict?.value)
            _threshold = Nullable(wrappedValue: verdict?.threshold)
        }
    }

    struct Change: Encodable {
        let key: String
        let before: String
        let after: String
    }

    struct Funnel: Encodable {
        let before: Tuning.Funnel
        let after: Tuning.Funnel
    }

    struct Pending: Encodable {
        let propose: Int
        let filter: Int
    }

    let version = 1
    let changes: [Change]
    let applied: Bool
    let sources: Int
    let unscanned: Int
    let funnel: Funnel
    let clips: [Clip]
    let histograms: [TuningHistogram]
    let pending: Pending
    let problems: [Fault]

    init(_ tuning: Tuning, applied: Bool) {
        changes = tuning.changes.map { Change(key: $0.key, before: $0.before, after: $0.after) }
        self.applied = applied
        sources = tuning.sources
        unscanned = tuning.unscanned
        funnel = Funnel(before: tuning.before, after: tuning.after)
        clips = tuning.flips.map(Clip.init)
        histograms = tuning.histograms
        pending = Pending(propose: tuning.proposing, filter: tuning.filtering)
        problems = tuning.problems
    }
}

extension TunedClip.Fate {
    /// `passed`, or the filter's name.
    var word: String {
        switch self {
        case .passed: "passed"
        case .rejected(let verdict): verdict.reason
        }
    }
}
