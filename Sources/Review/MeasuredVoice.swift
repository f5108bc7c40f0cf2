import Model

/// A voice in force beside what it is measured by.
struct MeasuredVoice {
    let voice: Decision
    /// Other voices on the clip, and those of them that say the same.
    let others: Int
    let agreeing: Int
    /// The clip's known answer, unless this reviewer gave it.
    let gold: Decision?

    static func all(_ clip: ClipVoices) -> [MeasuredVoice] {
        clip.voices.map { voice in
            MeasuredVoice(
                voice: voice, others: clip.voices.count - 1,
                agreeing: clip.voices.count { $0.decision == voice.decision } - 1,
                gold: clip.gold?.reviewer == voice.reviewer ? nil : clip.gold)
        }
    }
}

extension [MeasuredVoice] {
    var acceptRate: Double? {
        let accepts = count { $0.voice.decision == .accept }
        let rejects = count { $0.voice.decision == .reject }
        return accepts + rejects > 0 ? Double(accepts) / Double(accepts + rejects) : nil
    }

    var medianSeconds: Double? {
        let seconds = compactMap(\.voice.seconds).sorted()
        guard !seconds.isEmpty else { return nil }
        return (seconds[(seconds.count - 1) / 2] + seconds[seconds.count / 2]) / 2
    }

    var agreement: Double? {
        let others = reduce(0) { $0 + $1.others }
        return others > 0 ? Double(reduce(0) { $0 + $1.agreeing }) / Double(others) : nil
    }
}
