package import Manifest
package import Model
package import Review

/// What the manifest says about the queue at one moment.
package struct QueueSnapshot: Sendable {
    package struct Entry: Sendable {
        package let clip: ClipID
        let source: SourceID
        package var wanted: Wanted

        package init(clip: ClipID, source: SourceID, wanted: Wanted) {
            self.clip = clip
            self.source = source
            self.wanted = wanted
        }
    }

    /// In the order in which clips are given out; all that want an expert.
    package var entries: [Entry]
    /// Known answers by clip, with what reviewers have said of these clips.
    package var gold: [ClipID: ClipVoices]

    package init(entries: [Entry], gold: [ClipID: ClipVoices] = [:]) {
        self.entries = entries
        self.gold = gold
    }

    /// Reads the manifest: a pass over all clips that experts may look at.
    package init(of manifest: Manifest, recipe: Recipe) throws {
        let clips = try manifest.queue.clips()
        let said = Dictionary(grouping: try manifest.decisions.undecided(), by: \.clipId).mapValues(ClipVoices.init)
        let silence = Wanted(ClipVoices([]), recipe: recipe.review)
        var margins: [ClipID: Double] = [:]
        try manifest.verdicts.forEachClip { margins[$0] = QueueOrder.margin(verdicts: $1) }
        var open: [ClipID: Entry] = [:]
        var candidates: [QueueCandidate] = []
        for clip in clips {
            let voices = said[clip.id]
            if voices == nil, clip.state != .ready { continue }
            let wanted = voices.map { Wanted($0, recipe: recipe.review) } ?? silence
            guard wanted.voices > 0 else { continue }
            open[clip.id] = Entry(clip: clip.id, source: clip.source, wanted: wanted)
            candidates.append(
                QueueCandidate(
                    clip: clip.id, source: clip.source, margin: margins[clip.id],
                    tie: wanted.cause == .tie || wanted.cause == .sentBack, facetDisputed: wanted.cause == .facet))
        }
        entries = QueueOrder.order(candidates).compactMap { open[$0] }
        let known = Set(try manifest.decisions.standing().filter { $0.standing == .gold }.map(\.clipId))
        let reviewable = Set(clips.map(\.id))
        gold = try manifest.decisions.on(Array(known.intersection(reviewable))).mapValues(ClipVoices.init)
            .filter { $0.value.gold != nil }
    }
}
