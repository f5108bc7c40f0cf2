import Model

/// What `DetectorRules` weigh of a window between two scenes.
struct WindowMeasures {
    /// Frames of a window that are looked at, at most.
    private static let looks = 12

    /// In the order of the rules' weights.
    let features: [Float]

    init(
        _ window: GradualWindow, _ signatures: FrameSignatures, _ vectors: FrameVectors,
        _ contents: (black: [Float], white: [Float])
    ) {
        let (before, after) = (window.before, window.after)
        let last = vectors.count - 1
        let change = signatures.distance(before, after)
            .weaker(signatures.distance(max(0, before - 1), min(last, after + 1)))
        let span = vectors.distances(before, after)
        // Where the source ends beside the window, what is left of it speaks for the rest.
        let sides = [(before, min(window.reach, before)), (after, min(window.reach, last - after))]
        let unrest =
            zip(sides, [-1, 1]).compactMap { side, direction -> Float? in
                let (frame, frames) = side
                guard frames > 0 else { return nil }
                return vectors.distance(frame, frame + direction * frames) * Float(window.reach) / Float(frames)
            }.min() ?? 0
        let steps = Steps(window, vectors)
        let mixing = Mixing(window, vectors)
        let dip = Dip(window, contents)
        features = [
            Float(window.mixed) / Float(window.mixed + 12), change.area, change.colour, change.histogram, change.kept,
            change.strength, unrest / (span.plain + 1), steps.largest / (span.undimmed + 1), steps.unevenness,
            mixing.shareOff, mixing.rest, mixing.patchOff, dip.toRicher, dip.toPoorer, dip.content, mixing.sweep,
        ]
    }

    /// How the picture changes from frame to frame.
    private struct Steps {
        /// The largest step, blind to dimming.
        var largest: Float = 0
        /// Deviation of the steps, relative to their mean: 0 for an even change.
        var unevenness: Float

        init(_ window: GradualWindow, _ vectors: FrameVectors) {
            var (sum, squares): (Float, Float) = (0, 0)
            for frame in window.before..<window.after {
                let step = vectors.distances(frame, frame + 1)
                largest = max(largest, step.undimmed)
                sum += step.plain
                squares += step.plain * step.plain
            }
            let count = Float(window.mixed + 1)
            let mean = sum / count
            unevenness = max(0, squares / count - mean * mean).squareRoot() / (mean + 0.3)
        }
    }

    /// How well the frames between are mixtures of both scenes whose shares grow evenly.
    private struct Mixing {
        /// Mean deviation of the second scene's share from an even dissolve.
        var shareOff: Float = 0
        /// Mean residual of the mixtures.
        var rest: Float = 0
        /// Largest deviation of the second scene's share from an even wipe.
        var patchOff: Float = 0
        /// How much of the cells' times of change a straight edge explains that moves across or down, 0...1.
        var sweep: Float

        init(_ window: GradualWindow, _ vectors: FrameVectors) {
            var cells = [Int32](repeating: 0, count: FrameVectors.lumaCount)
            var count: Float = 0
            for frame in stride(from: window.before + 1, to: window.after, by: max(1, window.mixed / looks)) {
                let way = Float(frame - window.before) / Float(window.after - window.before)
                let mixture = vectors.mixture(
                    of: frame, from: window.before, to: window.after, countingCells: &cells)
                shareOff += abs(mixture.share - way)
                rest += mixture.rest
                patchOff = max(patchOff, abs(mixture.patchShare - way))
                count += 1
            }
            shareOff /= count
            rest /= count
            sweep = Self.sweep(cells, weights: vectors.lumaDifferences(window.before, window.after))
        }

        /// The larger squared correlation of `times` with the cells' columns or rows.
        private static func sweep(_ times: [Int32], weights: [Int32]) -> Float {
            let width = FrameSignatures.lumaWidth
            var (total, t, x, y) = (1.0, 0.0, 0.0, 0.0)
            for k in times.indices {
                let weight = Double(weights[k])
                total += weight
                t += weight * Double(times[k])
                x += weight * Double(k % width)
                y += weight * Double(k / width)
            }
            (t, x, y) = (t / total, x / total, y / total)
            var (tt, xx, yy, tx, ty) = (0.0, 0.0, 0.0, 0.0, 0.0)
            for k in times.indices {
                let weight = Double(weights[k])
                let (a, b, c) = (Double(times[k]) - t, Double(k % width) - x, Double(k / width) - y)
                tt += weight * a * a
                xx += weight * b * b
                yy += weight * c * c
                tx += weight * a * b
                ty += weight * a * c
            }
            return Float(max(tx * tx / (tt * xx + 0.001), ty * ty / (tt * yy + 0.001)))
        }
    }

    /// How far the picture goes towards black, or white where it clearly goes there.
    private struct Dip {
        /// The plainest frame's content relative to the richer scene's, and to the poorer one's.
        var toRicher: Float, toPoorer: Float
        /// How much there is to see in the poorer scene, 0...1.
        var content: Float

        init(_ window: GradualWindow, _ contents: (black: [Float], white: [Float])) {
            self.init(window, contents.black)
            let white = Dip(window, contents.white)
            if white.toRicher < 0.35, white.toPoorer < 0.35, white.toRicher < toRicher { self = white }
        }

        private init(_ window: GradualWindow, _ contents: [Float]) {
            let (first, last) = (contents[window.before], contents[window.after])
            let inner = stride(from: window.before + 1, to: window.after, by: max(1, window.mixed / looks))
            let least = inner.reduce(Float.infinity) { min($0, contents[$1]) }
            let (richer, poorer) = (max(first, last), min(first, last))
            toRicher = least / (richer + 0.1)
            toPoorer = least / (poorer + 0.9)
            content = poorer / (poorer + 1)
        }
    }
}
