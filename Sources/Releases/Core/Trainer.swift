import Model

/// What a trainer does with a clip: a value beside the layout that is for it. docs/trainers.md tells each one's rule,
/// with sources.
public struct Trainer: Sendable {
    /// What it does with a clip of another rate than the model's.
    package enum Rates: Sendable {
        /// Takes the frames as if they came at the model's.
        case ignored
        /// Re-times it to the model's, by count.
        case converted
        /// Keeps its rate beside its frames.
        case kept
    }

    /// That of its layout.
    public let name: String
    /// Frames behind the first come in groups of so many: the compression in time of the model's video codec.
    let frameStep: Int
    /// Width and height are multiples of it, pixels.
    let sizeStep: Int
    /// Tokens of a caption that the text encoder reads.
    let captionTokens: Int
    let rates: Rates
    /// Whether it reads unevenly spaced frames at an even rate; else it takes them as even.
    let evensOut: Bool
    /// Whether it refuses lengths to sort clips into that the model's codec can't take.
    let refusesOddBuckets: Bool
    /// How many of a clip's frames (after re-timing) it learns from, always its first; nil where it drops the clip.
    let taken: @Sendable (Trainer, _ available: Int, ModelInput) -> Int?
    /// The size at which it trains a clip. Every trainer scales to cover it and cuts the rest off at the centre.
    let size: @Sendable (Trainer, _ clip: FrameSize, ModelInput) -> FrameSize

    /// By default it takes the longest bucket that the clip fills, at the model's size, else the clip's own.
    package init(
        _ name: String, frameStep: Int, sizeStep: Int, captionTokens: Int, rates: Rates = .ignored,
        evensOut: Bool = false, refusesOddBuckets: Bool = false,
        taken: @escaping @Sendable (Trainer, _ available: Int, ModelInput) -> Int? = { trainer, available, input in
            trainer.longestBucket(upTo: available, in: input)
        },
        size: @escaping @Sendable (Trainer, _ clip: FrameSize, ModelInput) -> FrameSize = { trainer, clip, input in
            (input.size ?? clip).cut(to: trainer.sizeStep)
        }
    ) {
        (self.name, self.frameStep, self.sizeStep, self.captionTokens) = (name, frameStep, sizeStep, captionTokens)
        (self.rates, self.evensOut, self.refusesOddBuckets) = (rates, evensOut, refusesOddBuckets)
        (self.taken, self.size) = (taken, size)
    }
}

/// Trainers of one name are one.
extension Trainer: Equatable {
    public static func == (a: Trainer, b: Trainer) -> Bool { a.name == b.name }
}

extension Trainer {
    /// The most frames up to `frames` that the model's codec can take: `frameStep` x k + 1. At least 1.
    package func aligned(_ frames: Int) -> Int { max(frames - 1, 0) / frameStep * frameStep + 1 }

    /// The longest of the lengths that clips are sorted into, up to `frames`: of those wished, else of each that the
    /// codec can take from `frameStep` + 1 up to the model's, so that a clip loses the least.
    package func longestBucket(upTo frames: Int, in input: ModelInput) -> Int? {
        if let wished = input.buckets { return wished.filter { $0 <= frames }.max() }
        let length = aligned(min(frames, input.frames))
        return length > 1 || input.frames <= frameStep ? length : nil
    }

    /// Why clips can't be sorted into lengths of so many frames; nil where they can.
    public func refusal(ofBucket frames: Int) -> String? {
        guard refusesOddBuckets, frames % frameStep != 1 else { return nil }
        let taken = [1, 2, 10].map { "\($0 * frameStep + 1)" }
        return "\(name) refuses a bucket of \(frames) frames: it takes \(frameStep)k + 1, "
            + "such as \(taken[0]), \(taken[1]) or \(taken[2])"
    }

    /// Frames that the clip has at the model's rate, where the trainer re-times it.
    func available(_ clip: ClipShape, in input: ModelInput) -> Int {
        guard rates == .converted else { return clip.frames }
        return Int(min(Double(clip.frames) * input.rate.double / clip.fps, 1e9))
    }
}
