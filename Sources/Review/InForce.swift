public import Model

/// The decisions that count. `ClipVoices` says which these are.
public enum InForce {
    /// One voice for each clip and reviewer; ordered by clip, then time, then id.
    ///
    /// - Parameter all: decisions on any clips, in any order. `decidedAt` must be in UTC with a final `Z`, as
    ///   `DecisionReader` gives it.
    public static func decisions(_ all: [Decision]) -> [Decision] { clips(all).flatMap(\.voices.voices) }

    /// What counts of each clip's decisions, ordered by clip; a clip on which nothing counts has its place too.
    public static func clips(_ all: [Decision]) -> [(clip: ClipID, voices: ClipVoices)] {
        Dictionary(grouping: all, by: \.clipId).sorted { $0.key < $1.key }.map { ($0.key, ClipVoices($0.value)) }
    }
}

extension Decision {
    /// The reason of a reject whose reviewer trimmed or split the clip: the accepts on the new spans name it as their
    /// `origin`. Every recipe has it.
    public static let trimmed = "trimmed"

    /// One voice among the experts': an accept, reject or unsure that is neither a settlement nor a known answer.
    public var isVoice: Bool { standing == nil && Choice.answers.contains(decision) }

    /// Orders times in UTC as text: without the `Z`, `12:00:00` stands before `12:00:00.5`.
    var moment: String { decidedAt.hasSuffix("Z") ? String(decidedAt.dropLast()) : decidedAt }

    /// An accept or a reject of this standing.
    func isAnswer(_ standing: Standing) -> Bool {
        self.standing == standing && (decision == .accept || decision == .reject)
    }
}
