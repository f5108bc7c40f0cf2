import Model

/// A decision with a readable id; `at` is a minute after noon of one day.
func decision(
    _ id: String, _ reviewer: String, _ choice: Decision.Choice, at minute: Int = 0, reasons: [String] = [],
    level: String? = nil, caption: String? = nil, clip: String = "clip-1", supersedes: String? = nil,
    seconds: Double? = nil, standing: Decision.Standing? = nil
) -> Decision {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return Decision(
        id: id, clipId: ClipID(rawValue: clip), reviewer: reviewer, decision: choice, reasons: reasons, level: level,
        caption: caption, decidedAt: "2026-05-04T\(two(12 + minute / 60)):\(two(minute % 60)):00Z",
        supersedes: supersedes, seconds: seconds, standing: standing)
}

/// One expert a letter, a minute apart: `a` accepts, `r` rejects, `u` is unsure. `levels` go with them in turn.
func voices(_ letters: String, levels: [String?] = [], clip: String = "clip-1") -> [Decision] {
    let choices: [Character: Decision.Choice] = ["a": .accept, "r": .reject, "u": .unsure]
    return letters.enumerated().map { index, letter in
        decision(
            "d\(index)", "expert\(index)", choices[letter]!, at: index,
            level: index < levels.count ? levels[index] : nil, clip: clip)
    }
}

func review(quorum: Int) -> Recipe.Review {
    var recipe = Recipe.Review()
    recipe.quorum = quorum
    return recipe
}

extension SplitMix {
    mutating func pick<T>(_ values: [T]) -> T { values[index(values.count)] }
}
