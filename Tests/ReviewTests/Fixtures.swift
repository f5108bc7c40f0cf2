import Model

/// A decision with a readable id; `at` is a minute of one morning.
func decision(
    _ id: String, _ reviewer: String, _ choice: Decision.Choice, at minute: Int = 0, level: String? = nil,
    caption: String? = nil, clip: String = "clip-1", supersedes: String? = nil, seconds: Double? = nil
) -> Decision {
    Decision(
        id: id, clipId: ClipID(rawValue: clip), reviewer: reviewer, decision: choice, level: level, caption: caption,
        decidedAt: "2026-05-04T12:\(minute < 10 ? "0" : "")\(minute):00Z", supersedes: supersedes, seconds: seconds)
}
