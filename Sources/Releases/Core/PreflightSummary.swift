/// What trainers take of a set of clips: `schemas/preflight.schema.json`.
public struct PreflightSummary: Codable, Hashable, Sendable {
    public struct TrainerCounts: Codable, Hashable, Sendable {
        public var trainer: String
        public var clips: Int
        public var whole: Int
        public var shortened: Int
        public var dropped: Int
        /// Over all clips, after the trainer's re-timing.
        public var frames: Int
        public var framesTaken: Int
        /// The most frequent first.
        public var shortenings: [Shortening]
        public var drops: [Drop]
        public var notes: [NoteCount]
    }

    public struct Shortening: Codable, Hashable, Sendable {
        public var from: Int
        public var to: Int
        public var clips: Int
    }

    public struct Drop: Codable, Hashable, Sendable {
        public var reason: Preflight.Fate.Reason
        public var clips: Int
    }

    public struct NoteCount: Codable, Hashable, Sendable {
        public var note: Preflight.Note.Kind
        public var clips: Int
    }

    public var model: ModelInput
    public var trainers: [TrainerCounts]

    /// The most clips that one trainer drops.
    public var dropped: Int { trainers.map(\.dropped).max() ?? 0 }

    /// For people: a paragraph a trainer.
    public var text: String { trainers.map(\.text).joined(separator: "\n") }
}

extension PreflightSummary.TrainerCounts {
    /// Shortenings that the text names.
    private static let named = 8

    public var text: String {
        var lines = [
            "\(trainer): \(whole) of \(clips) clips whole, \(shortened) shortened, \(dropped) dropped"
        ]
        if !shortenings.isEmpty {
            let rest = shortenings.dropFirst(Self.named)
            let clips = rest.reduce(0) { $0 + $1.clips }
            let all = shortenings.prefix(Self.named).map { "\($0.from) -> \($0.to) frames: \($0.clips)" }
            lines.append(
                "  shortened: "
                    + (all + (rest.isEmpty ? [] : ["\(rest.count) other lengths: \(clips)"]))
                    .joined(separator: ", "))
        }
        if !drops.isEmpty {
            lines.append("  dropped: " + drops.map { "\($0.reason.rawValue): \($0.clips)" }.joined(separator: ", "))
        }
        if !notes.isEmpty {
            lines.append("  also: " + notes.map { "\($0.note.rawValue): \($0.clips)" }.joined(separator: ", "))
        }
        return lines.joined(separator: "\n")
    }
}

/// The counts of one trainer as they grow.
struct TrainerCounts: Sendable {
    private struct Lengths: Hashable {
        let from: Int
        let to: Int
    }

    private var clips = 0
    private var frames = 0
    private var framesTaken = 0
    private var whole = 0
    private var shortenings: [Lengths: Int] = [:]
    private var drops: [Preflight.Fate.Reason: Int] = [:]
    private var notes: [Preflight.Note.Kind: Int] = [:]

    mutating func add(_ fate: Preflight.Fate) {
        clips += 1
        frames += fate.from
        framesTaken += fate.to
        switch fate.outcome {
        case .whole: whole += 1
        case .shortened: shortenings[Lengths(from: fate.from, to: fate.to), default: 0] += 1
        case .dropped: drops[fate.reason ?? .invalid, default: 0] += 1
        }
        for note in fate.notes { notes[note.kind, default: 0] += 1 }
    }

    func summary(of trainer: Trainer) -> PreflightSummary.TrainerCounts {
        let shortenings = self.shortenings.map {
            PreflightSummary.Shortening(from: $0.key.from, to: $0.key.to, clips: $0.value)
        }.sorted { ($1.clips, $0.from, $0.to) < ($0.clips, $1.from, $1.to) }
        let drops = Preflight.Fate.Reason.allCases.compactMap { reason in
            self.drops[reason].map { PreflightSummary.Drop(reason: reason, clips: $0) }
        }
        return PreflightSummary.TrainerCounts(
            trainer: trainer.name, clips: clips, whole: whole, shortened: shortenings.reduce(0) { $0 + $1.clips },
            dropped: drops.reduce(0) { $0 + $1.clips }, frames: frames, framesTaken: framesTaken,
            shortenings: shortenings, drops: drops,
            notes: Preflight.Note.Kind.allCases.compactMap { kind in
                notes[kind].map { PreflightSummary.NoteCount(note: kind, clips: $0) }
            })
    }
}
