extension Filter {
    /// With a profile of fixed length and `Rest.drop` a clip must last all of it, else `minSeconds` (never more than a
    /// full clip has).
    public static let tooShort = Filter(
        "too_short", judges: "duration", .atLeast, in: 0...(.infinity), exactly: true,
        from: ["propose.min_seconds", "propose.rest", "profile"],
        line: { recipe in
            guard let full = recipe.mainProfile.fullSeconds?.double else { return recipe.propose.minSeconds }
            return recipe.propose.rest == .drop ? full : min(full, recipe.propose.minSeconds)
        },
        refuses: { "Lasts less than \($0)." })
}
