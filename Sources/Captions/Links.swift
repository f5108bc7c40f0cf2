import Foundation

/// Addresses and tags that lead away from the picture.
enum Links {
    static let rules: [Rule] = [
        Rule(
            "email",
            #"(?i)(?:\b(?:contact|e-?mail|mail)(?:\s+us)?\s*(?:at|:)\s*)?"#
                + #"(?<![\w.+-])[\w.+-]*\w@\w[\w-]*(?:\.[\w-]*\w)+"#,
            with: ""),
        Rule("url", "(?i)" + label + #"(?:(?:\b(?:https?|ftp)://|\bwww\.)[^\s<>"|]*"# + lastOfAddress + ")", with: ""),
        Rule("url", "(?i)" + label + bareAddress, with: ""),
        Rule("url", #"(?i)\bdoi\s*:?\s*10\.[0-9]{4,9}/[^\s<>"|]*"# + lastOfAddress, with: ""),
        Rule(
            "handle",
            #"(?i)(?:\b(?:by|via|credits?(?: to)?|from|follow|thanks to|with|cc|h/t)\s*:?\s*)?"#
                + #"(?<![\w@.])@\p{L}[\w.]{1,30}\w"#,
            with: ""),
        // Tags at the end of a line are for search engines; one that an article leads to is a word.
        Rule(
            "hashtag",
            #"(?m)(?<!\b(?:a|an|the|of|in|this|that|and|or|by|with|from|to|for|is|are)\s)(?<![\w#&])#"# + tag
                + #"(?:[\s,;]*#"# + tag + #")*[\s,;]*$"#, with: ""),
        Rule("hashtag", #"(?<![\w#&])#("# + tag + ")") { $0[1] },
    ]

    /// `#1` is a number, not a tag.
    private static let tag = #"\p{L}[\p{L}\p{M}\p{N}_-]*"#

    /// What introduces an address and means nothing without it.
    private static let label =
        #"(?:\b"#
        + Pattern.any([
            "see(?: also)?", "visit(?: us)?", "website", "link", "source", "url", "read more", "more info(?:rmation)?",
            "learn more", "find out more", "more", "available", "download", "watch(?: more)?", "full video", "here",
            #"(?:view|watch|read) (?:the )?full \w+"#,
        ]) + #"\s*(?:at|on|here|from)?\s*:?\s+|\b(?:at|from|via|on)\s*:?\s+)?"#

    /// Punctuation after an address belongs to the sentence.
    private static let lastOfAddress = #"[^\s<>"|.,;:!?)\]}'’”]"#

    /// An address without a scheme: a common domain, or any two-letter one that a path follows.
    private static let bareAddress =
        #"(?<![\w.@/-])(?:[a-z0-9][a-z0-9-]*\.)+(?:(?:com|org|net|edu|gov|ac\.uk|co\.uk)\b(?:/(?:[^\s<>"|]*"#
        + lastOfAddress + #")?)?|(?:[a-z]{2}|info)/[^\s<>"|]*"# + lastOfAddress + ")"
}
