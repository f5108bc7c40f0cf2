import Model

/// A run of frames that may be a gradual transition, between the last frame of one shot and the first of the next.
struct GradualWindow {
    var before: Int
    var after: Int

    var frames: FrameSpan { FrameSpan(start: before + 1, end: after) }
    var mixed: Int { after - before - 1 }

    /// Some of the mixed frames with the share of the way that an even transition has gone at each, 0...1.
    var inner: [(frame: Int, way: Float)] {
        stride(from: before + 1, to: after, by: max(1, mixed / 12)).map {
            ($0, Float($0 - before) / Float(after - before))
        }
    }
}

/// Dissolves, fades and wipes: between two frames of different scenes, all frames are mixtures of the two (or of each
/// and black or white), the shares grow evenly, and outside of the window little changes.
///
/// Windows of several lengths are tried at every frame. The mixture's residual is what tells a dissolve from motion;
/// evenness tells it from a cut.
struct GradualEvidence {
    /// Numbers of mixed frames tried.
    private static let lengths = [5, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 50, 60]
    /// Quality that scores 0.5, and the least that is considered.
    private static let half: Float = 0.3, least: Float = 0.1

    private let pictures: FramePictures
    private let signatures: Signatures

    init(_ pictures: FramePictures) {
        self.pictures = pictures
        signatures = Signatures(pictures)
    }

    /// Gradual transitions in order, none touching another; the better of two rivals. Those with less than a shot
    /// between them are one: both halves of a fade.
    func transitions(threshold: Double, minShotFrames: Int) -> [Transition] {
        var found: [Transition] = []
        for length in Self.lengths where length + 1 < pictures.count {
            for before in 0..<pictures.count - length - 1 {
                if let transition = judge(GradualWindow(before: before, after: before + length + 1)) {
                    found.append(transition)
                }
            }
        }
        var kept: [Transition] = []
        let ranked = found.filter { $0.score >= threshold }.sorted {
            ($1.score, $0.frames) < ($0.score, $1.frames)
        }
        for candidate in ranked where !kept.contains(where: { $0.frames.overlaps(candidate.frames) }) {
            kept.append(whole(candidate, among: ranked))
        }
        return kept.map(grown).sorted { $0.frames < $1.frames }.reduce(into: []) { merged, next in
            guard let last = merged.last, next.frames.start < last.frames.end + max(1, minShotFrames) else {
                merged.append(next)
                return
            }
            let frames = FrameSpan(start: last.frames.start, end: max(last.frames.end, next.frames.end))
            merged[merged.count - 1] = Transition(
                kind: dips(frames) ? .fade : last.kind, frames: frames, score: max(last.score, next.score))
        }
    }

    /// The best fade that goes on where `half` ends in a plain picture; else `half`.
    private func whole(_ half: Transition, among ranked: [Transition]) -> Transition {
        guard half.kind == .fade, !dips(half.frames) else { return half }
        let most = half.frames.count / 4
        return ranked.first {
            $0.kind == .fade && $0.frames.start <= half.frames.start + most && half.frames.end <= $0.frames.end + most
                && $0.frames.count > half.frames.count && dips($0.frames)
        } ?? half
    }

    /// A transition with the frames beside it that go on along its way, at least at half its mean pace.
    private func grown(_ transition: Transition) -> Transition {
        let (before, after) = (transition.frames.start - 1, transition.frames.end)
        let middle = (before + after) / 2
        let most = (after - before) / 2 + 1
        var (first, last) = (before, after)
        while first > 0, before - first < most,
            signatures.progress(of: first, from: before, to: middle) > 0.5 / Float(middle - before)
        { first -= 1 }
        while last + 1 < pictures.count, last - after < most,
            signatures.progress(of: last + 1, from: middle, to: after) > 0.5 / Float(after - middle)
        { last += 1 }
        return Transition(
            kind: transition.kind, frames: FrameSpan(start: first + 1, end: last), score: transition.score)
    }

    /// Whether the picture is nearly black or white somewhere on the way, but not at its ends.
    private func dips(_ frames: FrameSpan) -> Bool {
        [Int32(0), 255].contains { plain in
            let ends = [frames.start - 1, min(frames.end, pictures.count - 1)].map {
                signatures.distance($0, fromPlain: plain)
            }
            let least = frames.range.map { signatures.distance($0, fromPlain: plain) }.min() ?? .infinity
            return least < 0.35 * (ends.min() ?? 0)
        }
    }

    private func judge(_ window: GradualWindow) -> Transition? {
        let span = signatures.distance(window.before, window.after)
        let unrest = unrest(window)
        let mixed = 0.8 * unrest < span ? mixtures(window, span: span, unrest: unrest) : nil
        let faded = [Int32(0), 255].compactMap { fade(window, plain: $0) }.max()
        let quality = max(mixed?.quality ?? 0, faded ?? 0)
        guard quality > Self.least else { return nil }
        let isFade =
            (faded ?? 0) >= quality || isPlain(window.before) || isPlain(window.after)
        return Transition(
            kind: isFade ? .fade : mixed?.kind ?? .dissolve, frames: window.frames,
            score: Double(certainty(quality, half: Self.half)))
    }

    /// How much changes beside the window in half its length.
    private func unrests(_ window: GradualWindow) -> (before: Float, after: Float) {
        let reach = max(2, (window.mixed + 1) / 2)
        return (
            signatures.distance(max(0, window.before - reach), window.before),
            signatures.distance(window.after, min(pictures.count - 1, window.after + reach))
        )
    }

    /// `unrests` on the livelier side.
    private func unrest(_ window: GradualWindow) -> Float {
        let (before, after) = unrests(window)
        return max(before, after)
    }

    private func isPlain(_ frame: Int) -> Bool {
        let mean = pictures.mean[frame] / 256
        return pictures.isBlank(frame) && (mean < 24 || mean > 231)
    }

    private func mixtures(
        _ window: GradualWindow, span: Float, unrest: Float
    ) -> (kind: Transition.Kind, quality: Float)? {
        // From one plain card to another there is nothing to mix: a ramp of grey.
        guard !(pictures.isBlank(window.before) && pictures.isBlank(window.after)) else { return nil }
        let wider = (max(0, window.before - 1), min(pictures.count - 1, window.after + 1))
        let strength = min(
            pictures.distance(window.before, window.after).sceneStrength,
            pictures.distance(wider.0, wider.1).sceneStrength)
        guard strength > 0.3 else { return nil }
        let step = signatures.largestStep(window.before..<window.after + 1) / max(1, span)
        guard step <= 0.65 else { return nil }
        var (whole, patches) = (Unevenness(), Unevenness())
        for (frame, way) in window.inner {
            let mixture = signatures.mixture(of: frame, from: window.before, to: window.after)
            whole.add(off: mixture.share - way, rest: mixture.rest)
            patches.add(off: mixture.patchShare - way, rest: mixture.patchRest)
        }
        let calm = 1 - 0.8 * unrest / max(1, span)
        let scene = min(1, max(0, (strength - 0.3) / 0.7))
        let dissolve = step <= 0.5 ? scene * (calm - whole.total / 0.4) : 0
        let wipe = scene * (calm - patches.total / 0.6)
        return dissolve >= wipe ? (.dissolve, dissolve) : (.wipe, wipe)
    }

    /// The quality of a fade through the plain picture of luma `plain`.
    private func fade(_ window: GradualWindow, plain: Int32) -> Float? {
        // A white card may fade to black; a dark one that brightens and darkens is a ramp of grey.
        guard plain == 0 || !(pictures.isBlank(window.before) || pictures.isBlank(window.after)) else { return nil }
        let contents = (
            signatures.distance(window.before, fromPlain: plain), signatures.distance(window.after, fromPlain: plain)
        )
        let (smaller, larger) = (min(contents.0, contents.1), max(contents.0, contents.1))
        let middle = window.before + (window.mixed + 1) / 2
        let dip = min(
            signatures.distance(middle, fromPlain: plain), signatures.distance(middle + 1, fromPlain: plain))
        let unrests = unrests(window)
        // Each side's, relative to what there is to see on that side.
        let unrest = 0.8 * max(unrests.before / max(1, contents.0), unrests.after / max(1, contents.1))
        guard smaller > 20, dip < 0.35 * larger, unrest < 1 else { return nil }
        guard signatures.largestStep(window.before..<window.after + 1) <= 0.5 * larger else { return nil }
        var fit = Unevenness()
        for (frame, way) in window.inner {
            let content = way < 0.5 ? window.before : window.after
            let dimmed = signatures.dimmed(frame, from: content, plain: plain)
            fit.add(off: dimmed.gain - abs(1 - 2 * way), rest: dimmed.rest)
        }
        return (1 - fit.total / 0.6 - unrest) * min(1, smaller / 100)
    }
}

/// How far a window's frames are from an even transition.
private struct Unevenness {
    private var offs: Float = 0
    private var largest: Float = 0
    private var rests: Float = 0
    private var count: Float = 0

    mutating func add(off: Float, rest: Float) {
        offs += abs(off)
        largest = max(largest, abs(off))
        rests += rest
        count += 1
    }

    /// Mean of the mean and the largest deviation of the shares, and the mean residual.
    var total: Float { count == 0 ? .infinity : (offs / count + largest) / 2 + rests / count }
}

extension FrameSpan {
    fileprivate func overlaps(_ other: FrameSpan) -> Bool { start < other.end && other.start < end }
}
