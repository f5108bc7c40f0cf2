import Model

/// A run of frames that may be a gradual transition, between the last frame of one shot and the first of the next.
struct GradualWindow: Hashable {
    var before: Int
    var after: Int

    var frames: FrameSpan { FrameSpan(start: before + 1, end: after) }
    var mixed: Int { after - before - 1 }

    /// Frames beside the window that are looked at for how much changes anyhow.
    var reach: Int { max(2, (mixed + 1) / 2) }

    /// Shared frames as a share of the frames of both.
    func overlap(_ other: GradualWindow) -> Float {
        let shared = min(after, other.after) - max(before, other.before) - 1
        return shared <= 0 ? 0 : Float(shared) / Float(max(after, other.after) - min(before, other.before) - 1)
    }
}

/// Dissolves, fades and wipes: between two frames of different scenes, all frames are mixtures of the two (or of each
/// and black or white), the shares grow evenly, and outside of the window little changes.
///
/// Windows of several lengths are tried where the picture changes more across them than beside them, or where it is
/// darkest (brightest) in their middle; what `WindowMeasures` says of them is weighed for each kind.
struct GradualEvidence {
    /// Numbers of mixed frames tried.
    private static let lengths = [5, 6, 8, 11, 15, 20, 26, 34, 44]
    /// Levels by which the change across a window must exceed the change beside it.
    private static let leastContrast: Float = 2
    /// Of windows that share this much, the better one stands for all.
    private static let sameWindow: Float = 0.5
    private static let place = 64

    private let signatures: FrameSignatures
    private let measures: FrameMeasures
    private let vectors: FrameVectors
    /// Each frame's distance from black and from white.
    private let contents: (black: [Float], white: [Float])

    init(_ signatures: FrameSignatures, _ measures: FrameMeasures, _ vectors: FrameVectors) {
        self.signatures = signatures
        self.measures = measures
        self.vectors = vectors
        contents = ((0..<vectors.count).map(vectors.content), (0..<vectors.count).map(vectors.negativeContent))
    }

    private struct Judged {
        var window: GradualWindow
        var kind: Transition.Kind
        var score: UInt8
    }

    /// In order. Candidates may overlap where they share less than half of their frames.
    func candidates() -> [TransitionEvidence.Candidate] {
        let judged = Self.lengths.flatMap(windows).map(judge).filter { $0.score >= TransitionEvidence.least }
        // By where they begin, in steps of more than the longest window: rivals lie in neighbouring ones.
        var kept = [[Judged]](repeating: [], count: vectors.count / Self.place + 3)
        for candidate in judged.sorted(by: { ($1.score, $0.window.frames) < ($0.score, $1.window.frames) }) {
            let place = candidate.window.before / Self.place + 1
            let rivals = kept[place - 1...place + 1].joined()
            if !rivals.contains(where: { $0.window.overlap(candidate.window) >= Self.sameWindow }) {
                kept[place].append(candidate)
            }
        }
        return kept.joined().map { .init(kind: $0.kind, frames: grown($0.window).frames, scores: [$0.score]) }
            .sorted { $0.frames < $1.frames }
    }

    /// The windows of `length` mixed frames worth judging.
    private func windows(of length: Int) -> [GradualWindow] {
        let last = vectors.count - length - 2
        guard last >= 0 else { return [] }
        let all = (0...last).map { GradualWindow(before: $0, after: $0 + length + 1) }
        let reach = all[0].reach
        // Of each frame: how far it lies from the one `reach` frames later.
        let drift = (0..<vectors.count).map {
            vectors.distances($0, min(vectors.count - 1, $0 + reach)).undimmed
        }
        let contrasts = all.map { window in
            let (plain, undimmed) = vectors.distances(window.before, window.after)
            let first = max(0, window.before - reach)
            let beside =
                window.before - first == reach
                ? drift[first] : vectors.distances(first, window.before).undimmed
            return undimmed + 0.3 * (plain - undimmed) - 0.8 * max(beside, drift[window.after])
        }
        let near = max(1, length / 3)
        return all.indices.filter { i in
            let isPeak =
                contrasts[i] > Self.leastContrast
                && !contrasts[max(0, i - near)..<min(all.count, i + near + 1)].contains { $0 > contrasts[i] }
            return isPeak || dips(all[i], contents.black) || dips(all[i], contents.white)
        }.map { all[$0] }
    }

    /// Whether a window's middle is its plainest place.
    private func dips(_ window: GradualWindow, _ content: [Float]) -> Bool {
        let middle = window.before + (window.mixed + 1) / 2
        let least = min(content[middle], content[middle + 1])
        let (first, last) = (content[window.before], content[window.after])
        guard max(first, last) > 4, least < 0.4 * max(first, last), least <= first, least <= last else { return false }
        return !content[window.before...window.after].contains { $0 < least - 0.5 }
    }

    private func judge(_ window: GradualWindow) -> Judged {
        let features = WindowMeasures(window, signatures, vectors, contents).features
        let ranked = DetectorRules.gradual.map { kind, rule in (kind: kind, score: rule.score(features)) }
        let best = ranked.reduce(ranked[0]) { $1.score > $0.score ? $1 : $0 }
        let isFade = isPlain(window.before) || isPlain(window.after)
        return Judged(window: window, kind: isFade ? .fade : best.kind, score: best.score)
    }

    /// Black or white.
    private func isPlain(_ frame: Int) -> Bool {
        let mean = measures.mean[frame] / 256
        return measures.isBlank(frame) && (mean < 24 || mean > 231)
    }

    /// A window with the frames beside it that go on along its way, at least at half its mean pace.
    private func grown(_ window: GradualWindow) -> GradualWindow {
        let middle = (window.before + window.after) / 2
        let most = window.after - window.before
        var grown = window
        while grown.before > 0, window.before - grown.before < most,
            vectors.progress(of: grown.before, from: window.before, to: middle) > 0.35 / Float(middle - window.before)
        { grown.before -= 1 }
        while grown.after + 1 < vectors.count, grown.after - window.after < most,
            vectors.progress(of: grown.after + 1, from: middle, to: window.after) > 0.35 / Float(window.after - middle)
        { grown.after += 1 }
        return grown
    }
}
