import Model

/// Cuts: frames from which on every picture differs from every picture just before, by much more than pictures do
/// from frame to frame nearby.
///
/// Comparing several frames on both sides makes it blind to flashes shorter than a shot; comparing with the steps
/// nearby (the calmer side's largest) makes it blind to flicker, fast motion and time-lapse recordings.
struct CutEvidence {
    /// Frames looked at on each side for steps of the same kind.
    private static let nearby = 12
    /// Strength, and ratio to the steps nearby, that score 0.5.
    private static let halfStrength: Float = 0.72, halfRatio: Float = 2.8

    private let pictures: FramePictures
    private let minShotFrames: Int

    init(_ pictures: FramePictures, minShotFrames: Int) {
        self.pictures = pictures
        self.minShotFrames = max(1, minShotFrames)
    }

    /// Cuts in order, with their scores; of several within `minShotFrames` the largest step.
    func cuts(threshold: Double) -> [Transition] {
        guard pictures.count > 1 else { return [] }
        let steps = (0..<pictures.count).map { $0 == 0 ? 0 : pictures.distance($0 - 1, $0).strength }
        return (1..<pictures.count).compactMap { frame in
            let near = max(1, frame - minShotFrames)..<min(pictures.count, frame + minShotFrames + 1)
            guard steps[frame] > 0.3, !near.contains(where: { steps[$0] > steps[frame] }) else { return nil }
            let score = score(frame, steps)
            guard Double(score) >= threshold, score > 0 else { return nil }
            return Transition(kind: .cut, frames: FrameSpan(start: frame, end: frame), score: Double(score))
        }
    }

    private func score(_ frame: Int, _ steps: [Float]) -> Float {
        let strength = across(frame).strength
        let before = steps[max(1, frame - Self.nearby)..<frame].max() ?? 0
        let after = steps[min(steps.count, frame + 1)..<min(steps.count, frame + 1 + Self.nearby)].max() ?? 0
        let ratio = (strength + 0.02) / (min(before, after) + 0.02)
        return min(certainty(strength, half: Self.halfStrength), certainty(ratio, half: Self.halfRatio))
    }

    /// The least distance between a frame shortly before and one shortly after.
    private func across(_ frame: Int) -> PictureDistance {
        let reach = min(8, max(1, minShotFrames - 1))
        var least = pictures.distance(frame - 1, frame)
        for before in max(0, frame - reach)..<frame {
            for after in frame..<min(pictures.count, frame + reach) {
                least = least.lowest(pictures.distance(before, after))
            }
        }
        return least
    }
}
