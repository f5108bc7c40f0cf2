public import Model

/// Tells what trainers will do with a release's clips, and counts. Memory doesn't grow with the number of clips.
public struct Preflight: Sendable {
    /// What becomes of one clip in one trainer.
    public struct Fate: Codable, Hashable, Sendable {
        public enum Outcome: String, Codable, Sendable { case whole, shortened, dropped }

        public enum Reason: String, Codable, Sendable, CaseIterable {
            /// Fewer frames than the shortest length that the trainer sorts clips into.
            case tooShort = "too_short"
            /// Frames, rate or size are no positive numbers.
            case invalid
        }

        public var outcome: Outcome
        /// Frames that the trainer has before it, after its own re-timing.
        public var from: Int
        /// Frames that it learns from, its first; 0 where it is dropped.
        public var to: Int
        /// Why it is dropped.
        @Nullable public var reason: Reason?
        /// Size at which it is trained, pixels.
        public var width: Int
        public var height: Int
        public var notes: [Note]
    }

    /// What else to know of a clip that is taken.
    public struct Note: Codable, Hashable, Sendable {
        public enum Kind: String, Codable, Sendable, CaseIterable {
            case resized, cropped, retimed
            /// The trainer takes the frames as if they came at the model's rate.
            case otherSpeed = "other_speed"
            case uneven
            case longCaption = "long_caption"
            case noCaption = "no_caption"
        }

        public var kind: Kind
        public var text: String
    }

    public let trainers: [Trainer]
    public let input: ModelInput
    private var counts: [TrainerCounts]
    /// The size of the last clip, and for each trainer the size that it is trained at: clips mostly have the same.
    private var sized: (clip: FrameSize, trained: [FrameSize])?

    /// For the model that `profile` was made for.
    public init(trainers: [Trainer], profile: Profile) {
        self.init(trainers: trainers, input: ModelInput(profile: profile))
    }

    public init(trainers: [Trainer], input: ModelInput) {
        self.trainers = trainers
        self.input = input
        counts = trainers.map { _ in TrainerCounts() }
    }

    /// Counts the clip; its fate in each trainer, in the trainers' order.
    @discardableResult
    public mutating func add(_ record: SampleRecord) -> [(Trainer, Fate)] {
        let clip = ClipShape(record)
        let sizes = clip.isSound ? sizes(for: clip.size) : nil
        return trainers.indices.map { i in
            let fate = sizes.map { trainers[i].fate(of: clip, at: $0[i], in: input) } ?? .invalid
            counts[i].add(fate)
            return (trainers[i], fate)
        }
    }

    private mutating func sizes(for clip: FrameSize) -> [FrameSize] {
        if let sized, sized.clip == clip { return sized.trained }
        let trained = trainers.map { $0.size($0, clip, input) }
        sized = (clip, trained)
        return trained
    }

    public var summary: PreflightSummary {
        PreflightSummary(model: input, trainers: zip(trainers, counts).map { $1.summary(of: $0) })
    }
}

extension Preflight.Fate {
    fileprivate static let invalid = Preflight.Fate(
        outcome: .dropped, from: 0, to: 0, reason: .invalid, width: 0, height: 0, notes: [])
}

extension Trainer {
    /// - Parameter size: that the clip is trained at.
    fileprivate func fate(of clip: ClipShape, at size: FrameSize, in input: ModelInput) -> Preflight.Fate {
        let from = available(clip, in: input)
        let to = taken(self, from, input)
        return Preflight.Fate(
            outcome: to.map { $0 == from ? .whole : .shortened } ?? .dropped, from: from, to: to ?? 0,
            reason: to == nil ? .tooShort : nil, width: size.width, height: size.height,
            notes: notes(on: clip, available: from, size: size, in: input))
    }

    private func notes(
        on clip: ClipShape, available: Int, size: FrameSize, in input: ModelInput
    ) -> [Preflight.Note] {
        var notes: [Preflight.Note] = []
        func note(_ kind: Preflight.Note.Kind, _ text: String) { notes.append(.init(kind: kind, text: text)) }
        let rate = input.rate.double
        if abs(clip.fps - rate) > rate * 1e-6 {
            let change = "\(Self.short(clip.fps)) frames a second to \(Self.short(rate))"
            switch rates {
            case .ignored: note(.otherSpeed, "\(change), every frame kept")
            case .converted: note(.retimed, "\(change): \(clip.frames) frames become \(available)")
            case .kept: break
            }
        }
        if !clip.isEven {
            let reading = evensOut ? "read at an even rate: some repeat, some are left out" : "taken as even"
            note(.uneven, "unevenly spaced frames are \(reading)")
        }
        if clip.size != size {
            let kind: Preflight.Note.Kind = clip.size.hasAspect(of: size) ? .resized : .cropped
            note(kind, "\(clip.size) to \(size)")
        }
        if clip.captionTokens == 0 {
            note(.noCaption, "it is trained without text")
        } else if clip.captionTokens > captionTokens {
            note(
                .longCaption,
                "up to \(clip.captionTokens) tokens (estimated), the text encoder reads \(captionTokens)")
        }
        return notes
    }

    private static func short(_ value: Double) -> String {
        let rounded = (value * 1000).rounded() / 1000
        return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? String(Int64(rounded)) : String(rounded)
    }
}
