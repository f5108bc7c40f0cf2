import Foundation

/// Sentences that speak about a channel instead of the picture.
///
/// A sentence goes when it begins with a known phrase of promotion, or from the comma, dash, bar or `and` that leads to
/// one. Where such a word stands elsewhere nothing is cut: `CaptionFlags` reports it.
enum Promotion {
    static let rules: [Rule] = [
        Rule("credit", #"(?i)\s+[-–—|]\s+YouTube\s*$"#, with: ""),
        Rule(
            "credit",
            #"(?i)(?:\b(?:images?|videos?|footage|movies?|film|animations?)\s+)?"#
                + #"(?:©|\(c\)\s*(?:copyright\s*)?(?=(?:19|20)[0-9]{2}\b)"#
                + #"|\bcopyright\s*(?:©|\(c\)|(?:19|20)[0-9]{2}\b|by\b))"# + body + "[.!?]*",
            with: ""),
        sentence("credit", beginningWith: credits),
        sentence("promotion", beginningWith: phrases),
    ]

    /// Words that hardly stand in a text about cells; see `CaptionFlags`.
    static let suspicious = Pattern(
        #"(?i)\b"#
            + Pattern.any([
                "subscrib(?:e|ing)", "patreon", "like and share", "follow (?:us|me) on", "(?:my|our) channel",
                "links? in (?:the )?(?:description|bio)", "sponsored by", "notification bell",
            ]) + #"\b"#
    )

    private static func sentence(_ name: String, beginningWith phrases: [String]) -> Rule {
        let pattern =
            "(?i)(?:" + start + "|(" + middle + "))" + leadIn + Pattern.any(phrases) + body
            + "([.!?]*)"
        return Rule(name, pattern) { $0[1].isEmpty ? "" : $0[2] }
    }

    private static let start = #"(?:^|(?<=\n)|(?<=[.!?])(?=\s))[^\p{L}\p{N}.!?|\n@#(]*+"#
    private static let middle = #"\s*\|\s*|\s+[-–—•]\s+|[,;:]\s+(?:(?:and|so)\s+)?|\s+and\s+"#

    /// Bounded, so that a text of nothing but `and` takes no quadratic time.
    private static let leadIn = [
        #"(?:if you (?:like|liked|enjoy|enjoyed|love|want)[^.!?\n]{0,80}?,?\s+)?(?:(?:"#,
        [
            "and", "so", "also", "then", "but", "now", "hey", "please", "pls", "kindly", "always", "you can(?: also)?",
            "don['’]?t forget to", "do not forget to", "remember to", "(?:make|be) sure (?:to|that you|you)",
            "feel free to", "click(?: here)? to", "consider", "help us and", "go(?: and)?", "just", "to see more",
        ].joined(separator: "|"),
        #")[\s,]++){0,6}+"#,
    ].joined()

    /// The rest of a sentence; the full stop of `Dr.` or an initial doesn't end it.
    private static let body =
        #"(?:(?![.!?]+(?:\s|$)|[\n|]).|(?<=\b(?:Dr|Prof|Mr|Mrs|Ms|St|Inc|Ltd|Univ|[A-Z]))\.)*"#

    private static let phrases = [
        #"subscrib(?:e|ing)\b"#,
        #"(?:like|share|comment|rate|favou?rite)(?:\s*[,&+/]\s*(?:and\s+)?|\s+and\s+)"#
            + #"(?:like|share|subscribe|comment|rate|follow)\b"#
            + #"(?=\s*(?:[.,;!?|&+/\n]|$|(?:and|this|our|my|us|if|for|with|the video)\b))"#,
        #"(?:hit|press|click|smash|ring|tap|turn on)\s+(?:on\s+)?(?:(?:the|that|our|my)\s+)?"#
            + #"(?:\w+\s+)?(?:bell|like|subscribe|notifications?|link)\b"#,
        #"(?:follow|find|join|support|like|visit|connect with)\s+(?:us|me)"#
            + #"(?:\s+(?:on|at|via|for more|here)\b|\s*[:@.!]|\s*$)"#,
        #"(?:follow|visit|check out|join|see|like|share|support)\s+(?:our|my|the|this)\s+(?:\w+\s+)?"#
            + Pattern.any([
                "web ?site", "web ?page", "homepage", "channel", "blog", "store", "shop", "playlist", "page", "account",
                "instagram", "twitter", "facebook", "tiktok", "patreon", "merch", "podcast", "newsletter", "discord",
                "video",
            ]) + #"\b"#,
        #"(?:(?:support|become|join|find)[^.!?|\n]{0,40}\s)?patreon\b"#,
        #"(?:(?:the|full|paper|article|video|download|more|see)\s+)*links?\b[^.!?|\n]{0,30}"#
            + #"\bin\s+(?:(?:the|our|my)\s+)?(?:description|bio|comments?)\b"#,
        #"thank(?:s|\s+you)\s+(?:so much\s+)?for\s+(?:watching|viewing|your support|the support)\b"#,
        #"(?:leave|drop|post)\s+(?:a|your|us a|me a)\s+(?:comment|like|thumbs)\b"#,
        #"let\s+(?:us|me)\s+know\b[^.!?|\n]{0,40}\bcomments?\b"#,
        #"comment\s+(?:below|down below)\b|give\s+(?:us|it|me|this video)\s+a\s+(?:like|thumbs)\b|thumbs up\b"#,
        #"(?:this (?:video|episode) (?:is|was) )?sponsored by\b|buy me a coffee\b"#,
        #"use (?:(?:my|our|the) )?(?:promo|discount|coupon) code\b"#,
        #"download (?:our|the) (?:free )?app\b|stay tuned\b|see you (?:in the )?next (?:video|time)\b"#,
        #"watch (?:more|our other|the full|my other|the next|next) (?:videos?|episodes?|movies?)\b"#,
        #"more videos?\s*(?:at|on|here|:)"#,
        #"for more (?:videos?|information|info|content|details|updates)\b"#,
        Pattern.any([
            "instagram", "twitter", "facebook", "tiktok", "youtube", "discord", "linkedin", "website", "telegram",
            "reddit",
            "mastodon", "bluesky", "snapchat",
        ]) + #"\s*:"#,
    ]

    /// `Video by A. Smith showing mitosis` is more than a credit.
    private static let namesNoContent =
        "(?!" + body + #"\b(?:show\w*|depict\w*|illustrat\w*"#
        + #"|(?<!\b(?:University|Institute|School|Department|Faculty|College) )of)\b)"#

    private static let credits = [
        #"all rights reserved\b"#,
        #"(?:videos?|footage|film|movies?|animations?|music|narration|narrated|editing|edited)(?: (?:and|&) \w+)? by\b"#
            + namesNoContent,
        #"(?:videos?|footage|film|movies?|animations?|images?|photos?|music)\s+(?:credits?|courtesy(?: of)?)\b"#,
        #"(?:credits?|music|soundtrack|song)\s*:"#,
        #"standard youtube licen[cs]e\b"#,
    ]
}
