package import Model

/// All that a proposal reads of the recipe: recipes of equal rules propose the same.
public struct ProposalRule: Codable, Hashable, Sendable {
    package let detect: Recipe.Detect
    package let spans: Proposer.Rule
    /// The rate of sources without timestamps.
    package let ordinalRate: Rational

    package init(of recipe: Recipe) {
        detect = recipe.detect
        spans = Proposer.Rule(profile: recipe.mainProfile, propose: recipe.propose)
        ordinalRate = recipe.mainProfile.ordinalRate
    }
}

/// What a rule makes of one frame track.
package struct Proposal: Sendable {
    package let detection: Detection
    package let shots: [FrameSpan]
    package let spans: [ClipSpan]

    /// - Parameters:
    ///   - timeBase: seconds a tick in playback.
    ///   - isImport: the recording is one clip, whole, whatever it shows.
    ///   - withdrawn: frames that no clip may show.
    package init(
        of track: FrameTrack, timeBase: Rational, rule: ProposalRule, isImport: Bool = false,
        without withdrawn: [FrameSpan] = []
    ) {
        detection = TransitionDetector(rule.detect).detect(track)
        guard !isImport else {
            let whole = FrameSpan(start: 0, end: track.count)
            shots = [whole]
            spans = withdrawn.isEmpty ? [ClipSpan(ticks: track.timing.ticks(of: whole), frames: whole)] : []
            return
        }
        shots = ShotSpans.between(detection.transitions, frameCount: track.count)
        spans = Proposer.spans(
            shots: shots.flatMap { $0.without(withdrawn) }, timing: track.timing, timeBase: timeBase, rule: rule.spans)
    }
}

extension FrameSpan {
    /// What remains of it, in order. `others` are ordered by start.
    fileprivate func without(_ others: [FrameSpan]) -> [FrameSpan] {
        var rest: [FrameSpan] = []
        var first = start
        for other in others where other.end > first && other.start < end {
            if other.start > first { rest.append(FrameSpan(start: first, end: other.start)) }
            first = other.end
        }
        if first < end { rest.append(FrameSpan(start: first, end: end)) }
        return rest
    }
}
