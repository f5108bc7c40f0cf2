public import Model

/// Voices held against known answers, those that the reviewer gave left out.
public struct GoldAccuracy: Codable, Hashable, Sendable {
    /// Clips with a known answer; the sum of the next three.
    public var clips: Int
    public var right: Int
    public var wrong: Int
    public var unsure: Int
    /// Right in right and wrong, 0...1; null before the first of them.
    @Nullable public var accuracy: Double?
    /// Accepts, rightly, where both name a level; and those whose level is the known one.
    public var levels: Int
    public var levelsRight: Int

    init(_ voices: [MeasuredVoice]) {
        let held = voices.compactMap { voice in voice.gold.map { (said: voice.voice, known: $0) } }
        let named = held.filter {
            $0.said.decision == .accept && $0.known.decision == .accept && $0.said.level != nil && $0.known.level != nil
        }
        clips = held.count
        right = held.count { $0.said.decision == $0.known.decision }
        unsure = held.count { $0.said.decision == .unsure }
        wrong = clips - right - unsure
        accuracy = right + wrong > 0 ? Double(right) / Double(right + wrong) : nil
        levels = named.count
        levelsRight = named.count { $0.said.level == $0.known.level }
    }
}
