extension Filter {
    /// Subtitles, titles and credits.
    public static let text = Filter("text", judges: "text", .atMost, key: "max_text", standard: 0.6) {
        "More than \($0) of the sampled pictures carry overlay text."
    }
}
